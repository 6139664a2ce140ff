import { expect, test } from 'vitest';
import { JobWatch } from '../../src/jobs/job-watch.ts';
import { imageMigrations } from '../../src/images/library/schema.ts';
import { jobMigrations } from '../../src/jobs/index.ts';
import type { JobRow } from '../../src/jobs/model/job-row.ts';
import { JobStore } from '../../src/jobs/store/job-store.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { openStore } from '../../src/store/open.ts';
import { SimulatedClock } from '../support/clocks/simulated-clock.ts';
import { CountedDatabase } from '../support/counting/counted-database.ts';
import { sqlitePlace } from '../support/places.ts';
import { aJob } from './a-job.ts';

/** A store with two jobs, and a watch whose queries are counted. */
async function watched() {
  const clock = new SimulatedClock({ start: 1_000_000 });
  const place = await sqlitePlace();
  const common = { clock, random: systemRandom, logger: silentLogger };
  const db = await openStore({ ...place.address, ...common, migrations: [imageMigrations, jobMigrations] });
  const counted = new CountedDatabase(db);
  const owner = { id: 'test', isDead: () => false };
  const store = new JobStore({ db, account: 'account', owner, clock });
  const insert = (id: string) => db.transaction((tx) => store.insert(tx, aJob({ id, fingerprint: id })));
  const rows = [await insert('job_a'), await insert('job_b')] as const;
  const watch = new JobWatch({ db: counted, account: 'account', jobStore: store, clock });
  // By a statement of its own, as another process would: no watcher of this one is woken.
  const progress = (row: JobRow) => db.run('UPDATE jobs SET progress = 50 WHERE id = ?', [row.id]);
  const close = async () => {
    await db.close();
    await place.remove();
  };
  return { clock, rows, watch, progress, counted, [Symbol.asyncDispose]: close };
}

test('calls that wait share one poll, and none polls while nothing is committed', async () => {
  await using home = await watched();
  const { clock, rows, watch, counted } = home;
  const waiting = rows.flatMap((row) => Array.from({ length: 50 }, () => watch.changed(row, 3_000)));
  expect(await clock.run(Promise.all(waiting))).toEqual(waiting.map(() => false));
  // The first one, since they are new.
  expect(counted.asked).toHaveLength(1);
});

test('a change wakes the calls that wait for that job, and no others', async () => {
  await using home = await watched();
  const { clock, rows, watch, progress } = home;
  const both = rows.map((row) => watch.changed(row, 3_000));
  const change = clock.sleep(1_000).then(() => progress(rows[0]));
  expect(await clock.run(Promise.all([...both, change]).then(([first, second]) => [first, second]))).toEqual([
    true,
    false,
  ]);
});

test('a change before a call began to wait is found, also where others have polled since', async () => {
  await using home = await watched();
  const { clock, rows, watch, progress } = home;
  const other = watch.changed(rows[1], 3_000);
  const late = clock
    .sleep(500)
    .then(() => progress(rows[0]))
    .then(() => clock.sleep(1_000))
    .then(() => watch.changed(rows[0], 1_000));
  expect(await clock.run(Promise.all([other, late]))).toEqual([false, true]);
});
