import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/schema.ts';
import { jobMigrations } from '../../../src/jobs/index.ts';
import { Permits } from '../../../src/jobs/limits/permits.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { createDatabase, sharedPostgres } from '../../support/postgres/database.ts';
import { aJob } from '../a-job.ts';

/** Factor by which the database's clock runs faster, so that the window of a minute passes in a third of a second. */
const SPEED = 200;
const START = Date.now();

/** A database whose clock runs faster by `SPEED`. */
function accelerated(db: Database): Pick<Database, 'transaction'> {
  return {
    transaction: (work) =>
      db.transaction((tx) =>
        work({
          ...tx,
          get now() {
            return Math.round(START + (tx.now - START) * SPEED);
          },
        }),
      ),
  };
}

const server = await sharedPostgres();

describe.skipIf(server === undefined)('permits on PostgreSQL', () => {
  test('never exceed the quota in any window, however many processes take them', { tags: 'long' }, async () => {
    const database = await createDatabase(server ?? '');
    const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
    const open = await Promise.all(
      Array.from({ length: 4 }, () =>
        openStore({ ...common, path: '/nowhere', url: database.url, migrations: [imageMigrations, jobMigrations] }),
      ),
    );
    try {
      // Until the window was full often enough: some seconds, on a busy machine more.
      const most = Date.now() + 60_000;
      let [asked, taken] = [0, 0];
      const goesOn = () => Date.now() < most && (asked <= 200 || taken <= 30);
      const taking = open.map(async (db, member) => {
        const quota = { perMinute: 4, perDay: 9_000 };
        const permits = new Permits({ db, account: 'account', quota, random: systemRandom });
        const take = async (lane: number, n: number) => {
          const job = aJob({ id: `job_${member}_${lane}_${n}` });
          const { granted } = await accelerated(db).transaction((tx) => permits.take(tx, job));
          asked += 1;
          if (!granted) return;
          taken += 1;
          // The request is in flight for a real time; the permit counts from its end.
          await sleep(systemRandom.float() * 20);
          await accelerated(db).transaction((tx) => permits.end(tx, { ...job, attempt: 1 }, 'accepted'));
        };
        const lanes = [0, 1, 2].map(async (lane) => {
          for (let n = 0; goesOn(); n += 1) await take(lane, n);
        });
        await Promise.all(lanes);
      });
      await Promise.all(taking);
      const rows = await database.ask('SELECT granted_at::float8 AS at, ended_at::float8 AS ended FROM permits');
      const spans = rows.map((row) => ({ at: Number(row['at']), ended: Number(row['ended']) }));
      const busiest = Math.max(
        ...spans.map(({ ended }) => spans.filter((span) => span.at >= ended && span.at - ended < 60_000).length),
        ...spans.map(({ at }) => spans.filter((span) => span.at >= at && span.at - at < 60_000).length),
      );
      expect(busiest).toBe(4);
      expect(asked).toBeGreaterThan(200);
      // The quota is also used well.
      expect(spans.length).toBeGreaterThan(30);
      console.info(`${spans.length} permits out of ${asked} attempts, at most ${busiest} in a minute`);
    } finally {
      await Promise.all(open.map((db) => db.close()));
      await database.drop();
    }
  });
});
