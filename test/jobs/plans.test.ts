import { afterAll, beforeAll, expect, it } from 'vitest';
import { createJobs, jobMigrations } from '../../src/jobs/index.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import type { Database, Queryable, SqlValue } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { sqlitePlace, type Place } from '../support/places.ts';
import { SimulatedClock } from '../support/clocks/simulated-clock.ts';
import { aLongPast } from './a-long-past.ts';
import { aPlan, prompts } from './batches/a-plan.ts';
import { ALICE, aRequest } from '../support/cluster/test-cluster.ts';
import { MemoryImages } from '../support/doubles/memory-images.ts';
import { ScriptedAdobe } from '../support/doubles/scripted-adobe.ts';

/** Statements in which all jobs or permits of an account or a principal are gone through. */
const WHOLE_PAST = [
  /SCAN (jobs|permits|newer|j|p)\b(?!.*INDEX (jobs_unfinished|jobs_turns|jobs_with_pictures|permits_unaudited))/,
  /USING (COVERING )?INDEX (jobs_of_principal|jobs_in_order|jobs_by_fingerprint|permits_of_principal|permits_of_account|permits_that_count) \(((account|principal)=\?( AND )?)+\)/,
];

/** They take the first rows of an index, in its order, and stop. */
const ENDS_AT_ONCE = [/SELECT MAX\(created_at\)/, /outcome = 'accepted'\s+ORDER BY ended_at DESC LIMIT/];

const clock = new SimulatedClock({ start: Date.now() });
let place: Place;
let db: Database;
let early: Database;
beforeAll(async () => {
  place = await sqlitePlace();
  const open = () =>
    openStore({ ...place.address, clock, random: systemRandom, logger: silentLogger, migrations: [jobMigrations] });
  // Opened while the store was empty, as that of a process that lives for months.
  early = await open();
  await early.all('SELECT id FROM jobs LIMIT 1');
  db = await open();
  // The plans do not depend on how many they are, so that a few do.
  await aLongPast(db, { account: 'scripted', finished: 200, queued: 20, apartMs: 100_000 });
});
afterAll(async () => {
  await db.close();
  await early.close();
  await place.remove();
});

const planOf = async (from: Database, sql: string, params: readonly SqlValue[]) =>
  (await from.all(`EXPLAIN QUERY PLAN ${sql}`, params)).map((row) => String(row['detail']));

it('nothing that is asked goes through the whole past, in a new process and in an old one', async () => {
  const asked = new Map<string, readonly SqlValue[]>();
  const noted = (from: Queryable): Queryable => ({
    all: (sql, params) => (asked.set(sql, params ?? []), from.all(sql, params)),
    first: (sql, params) => (asked.set(sql, params ?? []), from.first(sql, params)),
    run: (sql, params) => (asked.set(sql, params ?? []), from.run(sql, params)),
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

  const slow: string[] = [];
  for (const [sql, params] of asked) {
    if (!/^\s*(SELECT|UPDATE|DELETE)/i.test(sql) || ENDS_AT_ONCE.some((pattern) => pattern.test(sql))) continue;
    for (const [process, from] of Object.entries({ new: db, old: early })) {
      const plan = await planOf(from, sql, params);
      const bad = plan.filter((line) => WHOLE_PAST.some((pattern) => pattern.test(line)));
      if (bad.length > 0) slow.push(`${process}: ${sql}\n${bad.join('\n')}`);
    }
  }
  expect(asked.size).toBeGreaterThan(30);
  expect(slow).toEqual([]);
});

it('every index of the tables is described to the planner, with a figure for each of its columns', async () => {
  const described = new Map(
    (await db.all('SELECT idx, stat FROM sqlite_stat1')).map((row) => [String(row['idx']), String(row['stat'])]),
  );
  const indexes = await db.all(
    `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('jobs', 'permits', 'batches', 'batch_items')`,
  );
  const names = indexes.map((row) => String(row['name']));
  expect([...described.keys()].sort()).toEqual(names.sort());
  for (const name of names) {
    const columns = await db.all(`PRAGMA index_info(${name})`);
    expect([name, described.get(name)?.split(' ').length]).toEqual([name, columns.length + 1]);
  }
});
