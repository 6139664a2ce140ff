import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BatchView } from '../../../src/jobs/batches/model/batch-types.ts';
import { Permits } from '../../../src/jobs/limits/permits.ts';
import type { Quota } from '../../../src/jobs/limits/quota.ts';
import type { JobView } from '../../../src/jobs/model/types.ts';
import type { Caller } from '../../../src/shared/caller.ts';
import { batchSummary } from '../../../src/render/jobs/batch.ts';
import { phase } from '../../../src/render/jobs/job-phrases.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { aPlan } from '../batches/a-plan.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { callerNamed } from '../../support/callers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CAROL: Caller = callerNamed('carol', 'three');
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 2 * MINUTE, problem: A_PROBLEM } as const;

/** An estimate that a caller was given, and when. */
interface Estimate {
  readonly about: string;
  readonly what: 'start' | 'end';
  readonly madeAt: number;
  readonly time: number;
  /** The estimate as a person reads it. */
  readonly inWords: string;
}

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** Number of jobs and of batch items, by caller. */
interface Load {
  readonly jobs?: readonly (readonly [Caller, number])[];
  readonly batches?: readonly (readonly [Caller, number])[];
}

const LOAD: Load = {
  jobs: [
    [ALICE, 5],
    [BOB, 8],
    [CAROL, 2],
    [ALICE, 2],
  ],
  batches: [
    [ALICE, 12],
    [BOB, 6],
  ],
};

/**
 * Fills the queue, records every estimate at those moments, and returns those that were wrong by more than a tenth.
 */
async function wrongEstimates(quota: Quota, load: Load, moments: readonly number[]): Promise<readonly string[]> {
  const member = await cluster.member(quota);
  const { jobs, batches, db } = member;
  const permits = new Permits({ db, account: 'scripted', quota, random: systemRandom });
  const start = cluster.clock.now();
  const names = { jobs: new Map<string, Caller>(), batches: new Map<string, Caller>() };
  for (const [caller, count] of load.batches ?? []) {
    const prompts = Array.from({ length: count }, (_, n) => `${caller.principal} item ${n}`);
    names.batches.set((await cluster.clock.run(batches.submit(aPlan(prompts), caller))).id, caller);
  }
  for (const [caller, count] of load.jobs ?? []) {
    for (let n = 0; n < count; n += 1) {
      const { job } = await cluster.clock.run(
        jobs.enqueue(aRequest(`${caller.principal} ${n}`), caller, { newJob: true }),
      );
      names.jobs.set(job.id, caller);
    }
  }
  const estimates: Estimate[] = [];
  for (const moment of moments) {
    await passUntil(member, permits, start + moment);
    for (const [id, caller] of names.jobs) estimates.push(...ofJob(await jobs.get(id, caller), cluster.clock.now()));
    for (const [id, caller] of names.batches)
      estimates.push(...ofBatch(await batches.get(id, caller), cluster.clock.now()));
  }
  await passUntil(member, permits, start + 12 * DAY);
  const rows = await db.all(
    `SELECT j.id, j.batch, j.finished_at, p.granted_at FROM jobs j JOIN permits p ON p.job = j.id AND p.outcome = 'accepted'`,
  );
  const happened = ({ about, what }: Estimate) => {
    const ends = rows.filter((row) => row['batch'] === about).map((row) => Number(row['finished_at']));
    return what === 'end' ? Math.max(...ends) : Number(rows.find((row) => row['id'] === about)?.['granted_at']);
  };
  expect(estimates.length).toBeGreaterThan(5);
  return estimates.flatMap((each) => {
    const left = happened(each) - each.madeAt;
    const errors = [each.time - happened(each), inMs(each.inWords) - left];
    // Shortly before the event a few seconds do not matter.
    const isOff = errors.some((error) => Math.abs(error) > Math.max(0.1 * left, 6_000));
    const at = ((each.madeAt - start) / MINUTE).toFixed(1);
    const seconds = (ms: number) => Math.round(ms / 1000);
    return isOff
      ? [
          `minute ${at}, ${each.what}: said "${each.inWords}" (${seconds(each.time - each.madeAt)} s), was ${seconds(left)} s`,
        ]
      : [];
  });
}

function ofJob(job: JobView, now: number): Estimate[] {
  if (job.startsAt === undefined || job.startsAt <= now) return [];
  return [{ about: job.id, what: 'start', madeAt: now, time: job.startsAt, inWords: phase(job, now) }];
}

function ofBatch(batch: BatchView, now: number): Estimate[] {
  if (batch.endsAt === undefined || batch.endsAt <= now) return [];
  return [{ about: batch.id, what: 'end', madeAt: now, time: batch.endsAt, inWords: batchSummary(batch, now) }];
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, min: MINUTE, h: HOUR, days: DAY };

/** Milliseconds of "about 3 min 20 s" at the end of a phrase. */
function inMs(words: string): number {
  const [, duration = ''] = /about ([\d a-z]+)$/.exec(words) ?? [];
  const parts = [...duration.matchAll(/(\d+) ([a-z]+)/g)].map(
    ([, number, unit = '']) => Number(number) * (UNITS[unit] ?? NaN),
  );
  return parts.length === 0 ? NaN : parts.reduce((a, b) => a + b);
}

/** Lets time pass until `end` or until no job is left. Hours in which every job waits are skipped. */
async function passUntil({ db }: TestProcess, permits: Permits, end: number): Promise<void> {
  while (cluster.clock.now() < end) {
    const row = await db.first(
      `SELECT COUNT(*) AS jobs, SUM(CASE WHEN state IN ('queued', 'preparing') THEN 0 ELSE 1 END) AS busy
       FROM jobs WHERE finished_at IS NULL`,
    );
    if (Number(row?.['jobs']) === 0) return;
    const now = cluster.clock.now();
    const { startsAt } = await permits.forecast(now, {
      ahead: [],
      own: { principal: 'alice', operations: 1, principalBudget: undefined },
    });
    const quiet = Math.min(startsAt, end) - now - MINUTE;
    if (Number(row?.['busy']) === 0 && quiet > 10 * MINUTE) cluster.clock.jump(quiet);
    await cluster.clock.pass(Math.max(1, Math.min(30_000, end - cluster.clock.now())));
  }
}

const minutes = (...list: readonly number[]) => list.map((minute) => minute * MINUTE);

describe('the estimated start of a job and end of a batch are right within 10 %', () => {
  const inTime = { timeout: 180_000 };
  const usual = { perMinute: 4, perDay: 9_000 };

  test('with several principals, their batches, and two processes', { ...inTime, tags: 'long' }, async () => {
    await cluster.member(usual);
    expect(await wrongEstimates(usual, LOAD, minutes(0, 0.5, 2, 5))).toEqual([]);
  });

  test('with a quota of 60 a minute', { ...inTime, tags: 'long' }, async () => {
    const load: Load = {
      jobs: [
        [ALICE, 60],
        [BOB, 30],
      ],
      batches: [[CAROL, 50]],
    };
    expect(await wrongEstimates({ ...usual, perMinute: 60 }, load, minutes(0, 0.5, 1.2, 3))).toEqual([]);
  });

  test('with slow answers from Adobe', { ...inTime, tags: 'long' }, async () => {
    cluster.adobe.latencyMs = 9_000;
    cluster.adobe.durationMs = 40_000;
    expect(await wrongEstimates(usual, LOAD, minutes(1, 2, 5))).toEqual([]);
  });

  test('during a cooldown, and while the pace is reduced after several 429s', { ...inTime, tags: 'long' }, async () => {
    const quota = { ...usual, perMinute: 8 };
    const early = await cluster.member(quota);
    for (let n = 0; n < 3; n += 1) {
      cluster.adobe.script.push(RATE_LIMITED);
      const { job } = await cluster.clock.run(early.jobs.enqueue(aRequest(`limited ${n}`), ALICE));
      if (n < 2) await cluster.clock.run(early.jobs.wait(job.id, ALICE, { waitMs: 10 * MINUTE }));
      else await cluster.clock.pass(5_000);
    }
    expect(await wrongEstimates(quota, LOAD, minutes(0, 1, 4))).toEqual([]);
  });

  test('when the day is used up', { ...inTime, tags: 'long' }, async () => {
    const load: Load = {
      jobs: [
        [ALICE, 8],
        [BOB, 4],
      ],
      batches: [
        [ALICE, 50],
        [BOB, 30],
      ],
    };
    const moments = [0, 5 * MINUTE, 40 * MINUTE, 20 * HOUR, 26 * HOUR];
    expect(await wrongEstimates({ ...usual, perDay: 40 }, load, moments)).toEqual([]);
  });

  test('when the budget is smaller than the batch', { ...inTime, tags: 'long' }, async () => {
    const load: Load = {
      jobs: [[BOB, 4]],
      batches: [
        [ALICE, 50],
        [BOB, 20],
      ],
    };
    const moments = [0, 3 * MINUTE, 2 * HOUR, 23 * HOUR, 30 * HOUR];
    expect(await wrongEstimates({ ...usual, dailyBudget: 20 }, load, moments)).toEqual([]);
  });
});

describe('an estimate while submits are slow', () => {
  /** Estimated starts of the waiting jobs after `ms`, the next one first; milliseconds from then. */
  async function startsAfter(ms: number): Promise<readonly number[]> {
    cluster.adobe.latencyMs = 20_000;
    const { jobs } = await cluster.member({ perMinute: 4 });
    const start = cluster.clock.now();
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) ids.push((await cluster.clock.run(jobs.enqueue(aRequest(`${n}`), ALICE))).job.id);
    await cluster.clock.pass(start + ms - cluster.clock.now());
    const views = await Promise.all(ids.map((id) => jobs.get(id, ALICE)));
    return views.flatMap(({ startsAt }) => startsAt ?? []).map((time) => time - cluster.clock.now());
  }

  test('takes other submits to be as slow as those in flight have been so far, before one has ended', async () => {
    const estimates = await startsAfter(8_000);
    // Four wait for those in flight, four for these: 60 s each time, and the margin of 2 s. Happens 74 s and 156 s later.
    expect(estimates).toHaveLength(8);
    for (const ms of estimates.slice(0, 4)) expect(ms).toBeGreaterThanOrEqual(62_000 - 100);
    for (const ms of estimates.slice(4)) expect(ms).toBeGreaterThanOrEqual(62_000 + 8_000 + 62_000 - 100);
    for (const ms of estimates.slice(4)) expect(ms).toBeLessThan(156_000);
  });

  test('takes those in flight to be as slow as the ones that have ended', async () => {
    // The second four were sent at 82 s; the third four can go 20 s + 62 s after that.
    const estimates = await startsAfter(84_000);
    expect(estimates).toHaveLength(4);
    for (const ms of estimates) expect(Math.abs(ms - 80_000)).toBeLessThan(8_000);
  });
});

describe('the place in the queue that a caller was given', () => {
  const enqueue = async ({ jobs }: TestProcess, caller: Caller, prompt: string) =>
    (await cluster.clock.run(jobs.enqueue(aRequest(prompt), caller))).job.id;
  const sent = () => cluster.adobe.submits.map(({ prompt }) => prompt);

  test(
    'is kept by a job that met a 429: it goes first again, whatever the process has prepared since',
    { tags: 'long' },
    async () => {
      const member = await cluster.member({ perMinute: 1 });
      cluster.adobe.script.push(RATE_LIMITED);
      const first = await enqueue(member, ALICE, 'first');
      await cluster.clock.pass(5_000);
      for (let n = 0; n < 10; n += 1) await enqueue(member, ALICE, `later ${n}`);
      expect((await member.jobs.get(first, ALICE)).position).toBe(1);
      await cluster.clock.pass(4 * MINUTE);
      expect(sent().slice(0, 2)).toEqual(['first', 'first']);
    },
  );
});
