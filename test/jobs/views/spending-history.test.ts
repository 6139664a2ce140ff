import { expect, test } from 'vitest';
import type { Usage } from '../../../src/jobs/model/spending-views.ts';
import { CountedDatabase } from '../../support/counting/counted-database.ts';
import { ANNA, BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

const MINUTE = 60_000;
const operationsOf = (costs: Usage['days'] | Usage['tools']) =>
  costs.map(({ cost }) => cost.operations).reduce((sum, operations) => sum + operations, 0);

test('what was spent is told whole at once, whenever it was spent, and to nobody else', async () => {
  await using rooms = await TestRooms.open({ settings: { preview: 'none' } });
  const { jobs } = await rooms.services();
  let spent = 0;
  // Within the minutes that are read each time, past them, within the time for which a sum counts, and across days.
  for (const pause of [0, 1_000, 9 * MINUTE, 2 * MINUTE, 5_000, 11 * MINUTE, 23 * 60 * MINUTE, 0]) {
    // Rooms that look around in simulated time all day would take a minute.
    rooms.clock.jump(pause);
    await rooms.finished({ prompt: `after ${spent}`, count: 2 });
    spent += 2;
    const { days, tools } = await jobs.usage(ANNA);
    expect([operationsOf(days), operationsOf(tools)]).toEqual([spent, spent]);
    expect((await jobs.usage(BEN)).days).toEqual([]);
  }
  rooms.clock.jump(31 * 24 * 60 * MINUTE);
  expect((await jobs.usage(ANNA)).days).toEqual([]);
});

test('the history of what was spent is not read anew for each commit', async () => {
  let counted: CountedDatabase | undefined;
  await using rooms = await TestRooms.open({
    settings: { preview: 'none' },
    wrapStore: (db) => (counted = new CountedDatabase(db)),
  });
  const { jobs } = await rooms.services();
  await rooms.finished({ prompt: 'long ago' });
  await rooms.clock.pass(20 * MINUTE);
  const readsOfHistory = () => counted?.asked.filter(({ sql }) => sql.includes('granted_at < ?')).length;
  const before = readsOfHistory() ?? 0;
  for (let n = 0; n < 10; n += 1) {
    await rooms.call('generate_image', { prompt: `one more ${n}`, wait_seconds: 0 });
    await jobs.usage(ANNA);
  }
  expect(readsOfHistory()).toBe(before + 1);
  await rooms.clock.pass(10_000);
  await jobs.usage(ANNA);
  expect(readsOfHistory()).toBe(before + 2);
});
