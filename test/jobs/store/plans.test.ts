import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/schema.ts';
import { createJobs, jobMigrations } from '../../../src/jobs/index.ts';
import { Retention } from '../../../src/maintenance/retention.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database, Queryable } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { fileBlobs } from '../../support/rooms/blobs.ts';
import { sqlitePlace, type Place } from '../../support/places.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { aPlan, prompts } from '../batches/a-plan.ts';
import { ALICE, aRequest } from '../../support/cluster/test-cluster.ts';
import { MemoryImages } from '../../support/doubles/memory-images.ts';
import { A_PROBLEM, ScriptedAdobe } from '../../support/doubles/scripted-adobe.ts';
import { wrapped } from '../../support/doubles/wrapped-database.ts';
import { compositesHere } from '../../support/composites.ts';

/** Statements that read the first rows of an index and stop, and one that runs once an hour where retention is set. */
const EXCEPT = [
  /SELECT MAX\(created_at\)/,
  /outcome = 'accepted'\s+ORDER BY ended_at DESC LIMIT/,
  /^DELETE FROM permits WHERE audited_at/,
];

const clock = new SimulatedClock({ start: Date.now() });
let place: Place;
let db: Database;
beforeAll(async () => {
  place = await sqlitePlace();
  const common = { clock, random: systemRandom, logger: silentLogger };
  db = await openStore({ ...place.address, ...common, migrations: [imageMigrations, jobMigrations] });
});
afterAll(async () => {
  await db.close();
  await place.remove();
});

/** Every statement that a caller, the engine and retention run for a call, a batch and the queries about both. */
async function hotStatements(): Promise<readonly string[]> {
  const statements = new Set<string>();
  const recording = (from: Queryable): Queryable => ({
    all: (sql, params) => (statements.add(sql), from.all(sql, params)),
    first: (sql, params) => (statements.add(sql), from.first(sql, params)),
    run: (sql, params) => (statements.add(sql), from.run(sql, params)),
  });
  const watched: Database = {
    ...wrapped(db),
    ...recording(db),
    transaction: (work, options) => db.transaction((tx) => work({ ...tx, ...recording(tx) }), options),
  };
  const common = { clock, random: systemRandom, logger: silentLogger, images: new MemoryImages() };
  const adobe = new ScriptedAdobe(clock);
  const quota = { perMinute: 60, perDay: 9_000, dailyBudget: 10_000 };
  const { jobs, batches, engine } = createJobs({
    composites: compositesHere,
    ...common,
    db: watched,
    firefly: adobe,
    quota,
  });
  engine.start();
  const { job } = await clock.run(jobs.enqueue(aRequest('one'), ALICE));
  await clock.run(jobs.wait(job.id, ALICE, { waitMs: 60_000 }));
  await clock.run(jobs.overview(ALICE, { limit: 10 }));
  await clock.run(jobs.usage(ALICE));
  await clock.run(jobs.list({ limit: 10, before: job.id }, ALICE));
  const unwanted = await clock.run(jobs.enqueue(aRequest('unwanted'), ALICE));
  await clock.run(jobs.cancel(unwanted.job.id, ALICE));
  adobe.script.push({ kind: 'refused', problem: A_PROBLEM });
  const refused = await clock.run(jobs.enqueue(aRequest('refused'), ALICE));
  await clock.run(jobs.wait(refused.job.id, ALICE, { waitMs: 60_000 }));
  await clock.run(jobs.resubmit(refused.job.id, ALICE));
  const batch = await clock.run(batches.submit(aPlan(prompts(3)), ALICE));
  await clock.run(batches.get(batch.id, ALICE));
  await clock.pass(10_000);
  await clock.run(engine.stop());
  const retention = new Retention({ db: watched, blobs: fileBlobs('/nowhere', clock), clock });
  await retention.expire(1);
  await retention.fit(0);
  return [...statements].filter((sql) => /^\s*(SELECT|UPDATE|DELETE)/i.test(sql));
}

/**
 * Steps of the plan (https://www.sqlite.org/eqp.html) that read all finished jobs or permits of an account or
 * principal: a scan of the table, or a search by these two columns alone, unless the index is a partial one.
 */
async function historyReadsOf(sql: string): Promise<readonly string[]> {
  const steps = await db.all(`EXPLAIN QUERY PLAN ${sql}`);
  const partial = await db.all(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%) WHERE %'`);
  const small = new Set(partial.map((row) => String(row['name'])));
  return steps
    .map((row) => String(row['detail']))
    .filter((step) => {
      const [, index = ''] = /INDEX (\w+)/.exec(step) ?? [];
      const isBroad = /^(SCAN|SEARCH) (jobs|permits|newer|j|p)\b[^(]*(\(((account|principal)=\?( AND )?)+\))?$/.test(
        step,
      );
      return isBroad && !small.has(index);
    });
}

test('no statement of a call or a batch reads the whole history, without planner statistics', async () => {
  const statements = await hotStatements();
  expect(statements.length).toBeGreaterThan(30);
  const slow: string[] = [];
  for (const sql of statements.filter((text) => !EXCEPT.some((pattern) => pattern.test(text)))) {
    const steps = await historyReadsOf(sql);
    if (steps.length > 0) slow.push(`${sql}\n${steps.join('\n')}`);
  }
  expect(slow).toEqual([]);
});

test.each([
  'SELECT * FROM jobs WHERE tool = ?',
  'SELECT * FROM jobs WHERE principal = ? AND account = ? ORDER BY size',
  'SELECT * FROM permits WHERE account = ? AND outcome = ?',
])('the check notices a statement that reads the whole history: %s', async (sql) => {
  expect(await historyReadsOf(sql)).not.toEqual([]);
});
