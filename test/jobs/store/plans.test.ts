import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/schema.ts';
import { createJobs, jobMigrations } from '../../../src/jobs/index.ts';
import { Retention } from '../../../src/maintenance/retention.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database, Queryable } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { sqlitePlace, type Place } from '../../support/places.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { aPlan, prompts } from '../batches/a-plan.ts';
import { ALICE, aRequest } from '../../support/cluster/test-cluster.ts';
import { MemoryImages } from '../../support/doubles/memory-images.ts';
import { ScriptedAdobe } from '../../support/doubles/scripted-adobe.ts';

/** They take the first rows of an index, in its order, and stop; the last one runs once an hour, and only with retention. */
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

/** Every statement that a caller, the engine and retention run for a call, a batch, and the looks at both. */
async function statementsOfADay(): Promise<readonly string[]> {
  const asked = new Set<string>();
  const noted = (from: Queryable): Queryable => ({
    all: (sql, params) => (asked.add(sql), from.all(sql, params)),
    first: (sql, params) => (asked.add(sql), from.first(sql, params)),
    run: (sql, params) => (asked.add(sql), from.run(sql, params)),
  });
  const watched: Database = {
    ...noted(db),
    dialect: db.dialect,
    now: () => db.now(),
    watch: (channel, onWake) => db.watch(channel, onWake),
    transaction: (work, options) => db.transaction((tx) => work({ ...tx, ...noted(tx) }), options),
    close: () => db.close(),
  };
  const common = { clock, random: systemRandom, logger: silentLogger, images: new MemoryImages() };
  const quota = { perMinute: 60, perDay: 9_000, dailyBudget: 10_000 };
  const { jobs, batches, engine } = createJobs({ ...common, db: watched, firefly: new ScriptedAdobe(clock), quota });
  engine.start();
  const { job } = await clock.run(jobs.enqueue(aRequest('one'), ALICE));
  await clock.run(jobs.wait(job.id, ALICE, { waitMs: 60_000 }));
  await clock.run(jobs.overview(ALICE, { limit: 10 }));
  await clock.run(jobs.usage(ALICE));
  const batch = await clock.run(batches.submit(aPlan(prompts(3)), ALICE));
  await clock.run(batches.get(batch.id, ALICE));
  await clock.pass(10_000);
  await clock.run(engine.stop());
  const retention = new Retention({ db: watched, folder: '/nowhere', clock });
  await retention.expire(1);
  await retention.fit(0);
  return [...asked].filter((sql) => /^\s*(SELECT|UPDATE|DELETE)/i.test(sql));
}

/**
 * Steps of the plan (https://www.sqlite.org/eqp.html) that read all finished jobs or permits of an account or a
 * principal: a walk through a whole table, or a search by these two columns alone, unless the index leaves them out.
 */
async function wholePastIn(sql: string): Promise<readonly string[]> {
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

test('no statement of a call or a batch reads the whole past, without anything that is measured beforehand', async () => {
  const asked = await statementsOfADay();
  expect(asked.length).toBeGreaterThan(30);
  const slow: string[] = [];
  for (const sql of asked.filter((text) => !EXCEPT.some((pattern) => pattern.test(text)))) {
    const steps = await wholePastIn(sql);
    if (steps.length > 0) slow.push(`${sql}\n${steps.join('\n')}`);
  }
  expect(slow).toEqual([]);
});

test.each([
  'SELECT * FROM jobs WHERE tool = ?',
  'SELECT * FROM jobs WHERE principal = ? AND account = ? ORDER BY size',
  'SELECT * FROM permits WHERE account = ? AND outcome = ?',
])('the check notices a statement that does: %s', async (sql) => {
  expect(await wholePastIn(sql)).not.toEqual([]);
});
