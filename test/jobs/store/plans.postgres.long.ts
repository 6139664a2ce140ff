/** @module-tag long */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/schema.ts';
import { createJobs, jobMigrations } from '../../../src/jobs/index.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database, Queryable, SqlValue } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { numbered } from '../../../src/store/postgres/placeholders.ts';
import { createDatabase, sharedPostgres, type TestDatabase } from '../../support/postgres/database.ts';
import { fillHistory } from './job-history.ts';
import { aPlan, prompts } from '../batches/a-plan.ts';
import { ALICE, aRequest, inTimeOf } from '../../support/cluster/test-cluster.ts';
import { MemoryImages } from '../../support/doubles/memory-images.ts';
import { ScriptedAdobe } from '../../support/doubles/scripted-adobe.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { compositesHere } from '../../support/composites.ts';

const server = await sharedPostgres();

describe.skipIf(server === undefined)('PostgreSQL with a long history', { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await createDatabase(server ?? '');
    await database.ask(`ALTER DATABASE ${database.name} SET synchronous_commit = off`);
    const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
    db = await openStore({
      ...common,
      path: '/nowhere',
      url: database.url,
      migrations: [imageMigrations, jobMigrations],
    });
    await fillHistory(db, { account: 'scripted', finished: 12_000, queued: 1_000, apartMs: 100_000 });
    await database.ask('VACUUM ANALYZE');
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  test('scans all jobs or permits for no statement of a call or a batch', async () => {
    const clock = new SimulatedClock({ start: Date.now() });
    const statements = new Map<string, readonly SqlValue[]>();
    const recording = (from: Queryable): Queryable => ({
      all: (sql, params) => (statements.set(sql, params ?? []), from.all(sql, params)),
      first: (sql, params) => (statements.set(sql, params ?? []), from.first(sql, params)),
      run: (sql, params) => (statements.set(sql, params ?? []), from.run(sql, params)),
    });
    const timed = inTimeOf(clock, db);
    const watched: Database = {
      ...timed,
      ...recording(timed),
      transaction: (work, options) => timed.transaction((tx) => work({ ...tx, ...recording(tx) }), options),
    };
    const common = { clock, random: systemRandom, logger: silentLogger, images: new MemoryImages() };
    const quota = { perMinute: 60, perDay: 9_000, dailyBudget: 10_000 };
    const rooms = createJobs({
      composites: compositesHere,
      ...common,
      db: watched,
      firefly: new ScriptedAdobe(clock),
      quota,
    });
    rooms.engine.start();
    const { job } = await clock.run(rooms.jobs.enqueue(aRequest('one'), ALICE));
    await clock.run(rooms.jobs.wait(job.id, ALICE, { waitMs: 60_000 }));
    await clock.run(rooms.jobs.overview(ALICE, { limit: 10 }));
    const batch = await clock.run(rooms.batches.submit(aPlan(prompts(3)), ALICE));
    await clock.run(rooms.batches.get(batch.id, ALICE));
    const second = await clock.run(rooms.jobs.enqueue(aRequest('two'), ALICE));
    await clock.run(rooms.jobs.cancel(second.job.id, ALICE));
    await clock.pass(10_000);
    await clock.run(rooms.engine.stop());

    const slow: string[] = [];
    for (const [sql, params] of statements) {
      if (!/^\s*(SELECT|UPDATE|DELETE)/i.test(sql)) continue;
      const rows = await db.transaction((tx) => tx.all(`EXPLAIN ${sql}`, params));
      const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n');
      if (/Seq Scan on (jobs|permits)/.test(plan)) slow.push(`${numbered(sql)}\n${plan}`);
    }
    expect(statements.size).toBeGreaterThan(30);
    expect(slow).toEqual([]);
  });
});
