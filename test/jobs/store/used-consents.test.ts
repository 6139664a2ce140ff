import { afterEach, beforeEach, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/schema.ts';
import { jobMigrations } from '../../../src/jobs/index.ts';
import { UsedConsents } from '../../../src/jobs/store/permits/used-consents.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { DAY_MS } from '../../../src/shared/time/durations.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { newPlace, type Place } from '../../support/places.ts';

/* A person's yes to one call, where several processes have one store. */

let place: Place;
const open: Database[] = [];
beforeEach(async () => {
  place = await newPlace();
});
afterEach(async () => {
  for (const db of open.splice(0)) await db.close();
  await place.remove();
});

/** The store as one process has it. */
async function opened(): Promise<Database> {
  const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const db = await openStore({ ...place.address, ...common, migrations: [imageMigrations, jobMigrations] });
  open.push(db);
  return db;
}
const process = async () => new UsedConsents(await opened());
const rows = async (db: Database) => Number((await db.first('SELECT COUNT(*) AS n FROM used_consents'))?.['n']);

test('counts once, in one process or another, and after all of them have ended', async () => {
  const [one, other] = [await process(), await process()];
  expect(await one.use('yes')).toBe(true);
  expect([await one.use('yes'), await other.use('yes')]).toEqual([false, false]);
  for (const db of open.splice(0)) await db.close();
  const later = await process();
  expect(await later.use('yes')).toBe(false);
  expect(await later.use('another yes')).toBe(true);
});

test('counts once where several processes come with it at one moment, again and again', async () => {
  const all = await Promise.all([process(), process(), process()]);
  for (const consent of ['a', 'b', 'c', 'd', 'e']) {
    const told = await Promise.all([...all, ...all].map((each) => each.use(consent)));
    expect(told.filter(Boolean)).toHaveLength(1);
  }
});

test('is remembered for longer than its question counts, and then goes with later ones, some at a time', async () => {
  const db = await opened();
  const consents = new UsedConsents(db);
  for (let n = 0; n < 5; n += 1) await consents.use(`early ${n}`);
  await consents.use('late');
  const [row] = await db.all(`SELECT forget_at FROM used_consents WHERE id = 'late'`);
  const before = await db.now();
  // A clock that is set a week ahead and back forgets no yes.
  expect(Number(row?.['forget_at']) - before).toBeGreaterThan(7 * DAY_MS);
  // Time of the database, which no test moves.
  await db.run(`UPDATE used_consents SET forget_at = 0 WHERE id LIKE 'early%'`);
  expect(await rows(db)).toBe(6);
  expect(await consents.use('the next')).toBe(true);
  expect(await rows(db)).toBe(2);
  expect(await consents.use('late')).toBe(false);
  const many = Array.from({ length: 150 }, (_, n) => `('old ${n}', 0)`).join(', ');
  await db.run(`INSERT INTO used_consents (id, forget_at) VALUES ${many}`);
  await consents.use('one more');
  expect(await rows(db)).toBe(53);
  await consents.use('and one');
  expect(await rows(db)).toBe(4);
});
