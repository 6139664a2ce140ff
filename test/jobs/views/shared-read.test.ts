import { expect, test } from 'vitest';
import { SharedRead } from '../../../src/jobs/views/shared-read.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';
import { ANNA, BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

/** Shared reads of a store whose version the test sets; each finds its own number. */
function reading(version: number | undefined = 1) {
  const clock = new ManualClock();
  const store = { version };
  const shared = new SharedRead<number>({ db: { version: async () => store.version }, clock });
  let reads = 0;
  return { clock, store, ask: (key = 'anna') => shared.at(key, async () => (reads += 1)), shared };
}

test('callers who ask for one thing share a read, and those who ask for another one do not', async () => {
  const { ask } = reading();
  expect(await Promise.all([ask(), ask(), ask('ben'), ask()])).toEqual([1, 1, 2, 1]);
});

test('a commit, of any process, ends what is shared', async () => {
  const { ask, store } = reading();
  await ask();
  store.version = 2;
  expect(await ask()).toBe(2);
});

test('a read is shared for a tenth of a second', async () => {
  const { ask, clock } = reading();
  await ask();
  clock.advance(99);
  expect(await ask()).toBe(1);
  clock.advance(1);
  expect(await ask()).toBe(2);
});

test('a failure is shared with those who wait, and tried again by the next one', async () => {
  const { shared } = reading();
  const fail = () => Promise.reject(new Error('busy'));
  await expect(shared.at('anna', fail)).rejects.toThrow('busy');
  expect(await shared.at('anna', async () => 7)).toBe(7);
});

test('where commits cannot be counted every caller reads by itself', async () => {
  const clock = new ManualClock();
  const shared = new SharedRead<number>({ db: { version: async () => undefined }, clock });
  let reads = 0;
  const ask = () => shared.at('anna', async () => (reads += 1));
  expect([await ask(), await ask()]).toEqual([1, 2]);
});

test('what is shared is shared within one principal: jobs, batches and budget', async () => {
  await using rooms = await TestRooms.open();
  rooms.adobe.durationMs = 60_000;
  await rooms.call('generate_image', { prompt: 'a secret of Anna', wait_seconds: 0 });
  const items = [{ prompt: 'a batch of Anna' }];
  await rooms.call('submit_batch', { tool: 'generate_image', items });
  const { jobs, batches } = await rooms.services();
  // At one moment, so that a read that leaves out the principal would be shared.
  const [hers, his, herBatches, hisBatches] = await Promise.all([
    jobs.overview(ANNA, { limit: 10 }),
    jobs.overview(BEN, { limit: 10 }),
    batches.list({ limit: 10 }, ANNA),
    batches.list({ limit: 10 }, BEN),
  ]);
  expect(JSON.stringify(hers)).toContain('a secret of Anna');
  expect(JSON.stringify(his)).not.toContain('a secret of Anna');
  expect([herBatches.length, hisBatches.length]).toEqual([1, 0]);
  const withBudget = { ...BEN, can: { ...BEN.can, budget: 3 } };
  expect(await jobs.overview(withBudget, { limit: 10 })).not.toEqual(await jobs.overview(BEN, { limit: 10 }));
});
