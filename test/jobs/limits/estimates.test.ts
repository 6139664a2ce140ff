import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchView } from '../../../src/jobs/batches/model/batch-types.ts';
import { Permits } from '../../../src/jobs/limits/permits.ts';
import type { Quota } from '../../../src/jobs/limits/quota.ts';
import type { Caller, JobView } from '../../../src/jobs/model/types.ts';
import { batchSummary } from '../../../src/render/jobs/batch.ts';
import { phase } from '../../../src/render/jobs/job-phrases.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { aPlan } from '../batches/a-plan.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CAROL: Caller = { principal: 'carol', conversation: 'three' };
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 2 * MINUTE, problem: A_PROBLEM } as const;

/** What somebody was told, and when. */
interface Said {
  readonly about: string;
  readonly what: 'start' | 'end';
  readonly saidAt: number;
  readonly forAt: number;
  /** The same as a person reads it. */
  readonly inWords: string;
}

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

/** How the queue is filled. */
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

/** Fills the queue, listens to what is said at those moments, and compares it with what then happened. */
async function judged(quota: Quota, load: Load, moments: readonly number[]): Promise<readonly string[]> {
  const member = await home.member(quota);
  const { jobs, batches, db } = member;
  const permits = new Permits({ db, account: 'scripted', quota, random: systemRandom });
  const start = home.clock.now();
  const names = { jobs: new Map<string, Caller>(), batches: new Map<string, Caller>() };
  for (const [caller, count] of load.batches ?? []) {
    const prompts = Array.from({ length: count }, (_, n) => `${caller.principal} item ${n}`);
    names.batches.set((await home.clock.run(batches.submit(aPlan(prompts), caller))).id, caller);
  }
  for (const [caller, count] of load.jobs ?? []) {
    for (let n = 0; n < count; n += 1) {
      const { job } = await home.clock.run(
        jobs.enqueue(aRequest(`${caller.principal} ${n}`), caller, { newJob: true }),
      );
      names.jobs.set(job.id, caller);
    }
  }
  const said: Said[] = [];
  for (const moment of moments) {
    await passUntil(member, permits, start + moment);
    for (const [id, caller] of names.jobs) said.push(...ofJob(await jobs.get(id, caller), home.clock.now()));
    for (const [id, caller] of names.batches) said.push(...ofBatch(await batches.get(id, caller), home.clock.now()));
  }
  await passUntil(member, permits, start + 12 * DAY);
  const rows = await db.all(
    `SELECT j.id, j.batch, j.finished_at, p.granted_at FROM jobs j JOIN permits p ON p.job = j.id AND p.outcome = 'accepted'`,
  );
  const happened = ({ about, what }: Said) => {
    const ends = rows.filter((row) => row['batch'] === about).map((row) => Number(row['finished_at']));
    return what === 'end' ? Math.max(...ends) : Number(rows.find((row) => row['id'] === about)?.['granted_at']);
  };
  expect(said.length).toBeGreaterThan(5);
  return said.flatMap((each) => {
    const left = happened(each) - each.saidAt;
    const errors = [each.forAt - happened(each), inMs(each.inWords) - left];
    // Near its time a few seconds are neither here nor there.
    const isOff = errors.some((error) => Math.abs(error) > Math.max(0.1 * left, 6_000));
    const at = ((each.saidAt - start) / MINUTE).toFixed(1);
    const seconds = (ms: number) => Math.round(ms / 1000);
    return isOff
      ? [
          `minute ${at}, ${each.what}: said "${each.inWords}" (${seconds(each.forAt - each.saidAt)} s), was ${seconds(left)} s`,
        ]
      : [];
  });
}

function ofJob(job: JobView, now: number): Said[] {
  if (job.startsAt === undefined || job.startsAt <= now) return [];
  return [{ about: job.id, what: 'start', saidAt: now, forAt: job.startsAt, inWords: phase(job, now) }];
}

function ofBatch(batch: BatchView, now: number): Said[] {
  if (batch.endsAt === undefined || batch.endsAt <= now) return [];
  return [{ about: batch.id, what: 'end', saidAt: now, forAt: batch.endsAt, inWords: batchSummary(batch, now) }];
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, min: MINUTE, h: HOUR, days: DAY };

/** Milliseconds of "about 3 min 20 s" at the end of a phrase. */
function inMs(words: string): number {
  const [, said = ''] = /about ([\d a-z]+)$/.exec(words) ?? [];
  const parts = [...said.matchAll(/(\d+) ([a-z]+)/g)].map(
    ([, number, unit = '']) => Number(number) * (UNITS[unit] ?? NaN),
  );
  return parts.length === 0 ? NaN : parts.reduce((a, b) => a + b);
}

/** Lets time pass until then, or until nothing is left; hours in which everybody waits are skipped. */
async function passUntil({ db }: TestProcess, permits: Permits, end: number): Promise<void> {
  while (home.clock.now() < end) {
    const row = await db.first(
      `SELECT COUNT(*) AS jobs, SUM(CASE WHEN state IN ('queued', 'preparing') THEN 0 ELSE 1 END) AS busy
       FROM jobs WHERE finished_at IS NULL`,
    );
    if (Number(row?.['jobs']) === 0) return;
    const now = home.clock.now();
    const { startsAt } = await permits.forecast(now, 0);
    const quiet = Math.min(startsAt, end) - now - MINUTE;
    if (Number(row?.['busy']) === 0 && quiet > 10 * MINUTE) home.clock.jump(quiet);
    await home.clock.pass(Math.max(1, Math.min(5_000, end - home.clock.now())));
  }
}

const minutes = (...list: readonly number[]) => list.map((minute) => minute * MINUTE);

describe('what is said about the start of a job and the end of a batch is right within 10 %', () => {
  const inTime = { timeout: 60_000 };
  const usual = { perMinute: 4, perDay: 9_000 };

  it('with several people, their batches, and two processes', inTime, async () => {
    await home.member(usual);
    expect(await judged(usual, LOAD, minutes(0, 0.5, 2, 5))).toEqual([]);
  });

  it('with a plan of 60 a minute', inTime, async () => {
    const load: Load = {
      jobs: [
        [ALICE, 60],
        [BOB, 30],
      ],
      batches: [[CAROL, 50]],
    };
    expect(await judged({ ...usual, perMinute: 60 }, load, minutes(0, 0.5, 1.2, 3))).toEqual([]);
  });

  it('with an Adobe that takes its time to answer', inTime, async () => {
    home.adobe.latencyMs = 9_000;
    home.adobe.durationMs = 40_000;
    expect(await judged(usual, LOAD, minutes(1, 2, 5))).toEqual([]);
  });

  it('while the gate is closed, and while the pace is slowed after several 429s', inTime, async () => {
    const quota = { ...usual, perMinute: 8 };
    const early = await home.member(quota);
    for (let n = 0; n < 3; n += 1) {
      home.adobe.script.push(RATE_LIMITED);
      const { job } = await home.clock.run(early.jobs.enqueue(aRequest(`strike ${n}`), ALICE));
      if (n < 2) await home.clock.run(early.jobs.wait(job.id, ALICE, { waitMs: 10 * MINUTE }));
      else await home.clock.pass(5_000);
    }
    expect(await judged(quota, LOAD, minutes(0, 1, 4))).toEqual([]);
  });

  it('when the day is used up', inTime, async () => {
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
    expect(await judged({ ...usual, perDay: 40 }, load, moments)).toEqual([]);
  });

  it('when the budget is smaller than the batch', inTime, async () => {
    const load: Load = {
      jobs: [[BOB, 4]],
      batches: [
        [ALICE, 50],
        [BOB, 20],
      ],
    };
    const moments = [0, 3 * MINUTE, 2 * HOUR, 23 * HOUR, 30 * HOUR];
    expect(await judged({ ...usual, dailyBudget: 20 }, load, moments)).toEqual([]);
  });
});

describe('while submits are slow', () => {
  /** What is said after so long about the starts of the jobs that wait, the next one first; milliseconds from now. */
  async function saidAfter(ms: number): Promise<readonly number[]> {
    home.adobe.latencyMs = 20_000;
    const { jobs } = await home.member({ perMinute: 4 });
    const start = home.clock.now();
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) ids.push((await home.clock.run(jobs.enqueue(aRequest(`${n}`), ALICE))).job.id);
    await home.clock.pass(start + ms - home.clock.now());
    const views = await Promise.all(ids.map((id) => jobs.get(id, ALICE)));
    return views.flatMap(({ startsAt }) => startsAt ?? []).map((time) => time - home.clock.now());
  }

  it('and none has ended, others are taken to be as slow as those have been so far', async () => {
    const said = await saidAfter(8_000);
    // Four wait for those in flight, four for these: 60 s each time, and the margin of 2 s. Happens 74 s and 156 s later.
    expect(said).toHaveLength(8);
    for (const ms of said.slice(0, 4)) expect(ms).toBeGreaterThanOrEqual(62_000 - 100);
    for (const ms of said.slice(4)) expect(ms).toBeGreaterThanOrEqual(62_000 + 8_000 + 62_000 - 100);
    for (const ms of said.slice(4)) expect(ms).toBeLessThan(156_000);
  });

  it('and the first ones have ended, those in flight are taken to be as slow', async () => {
    // The second four were sent at 82 s; the third four can go 20 s + 62 s after that.
    const said = await saidAfter(84_000);
    expect(said).toHaveLength(4);
    for (const ms of said) expect(Math.abs(ms - 80_000)).toBeLessThan(8_000);
  });
});

describe('what was said about places is kept', () => {
  const enqueue = async ({ jobs }: TestProcess, caller: Caller, prompt: string) =>
    (await home.clock.run(jobs.enqueue(aRequest(prompt), caller))).job.id;
  const sent = () => home.adobe.submits.map(({ prompt }) => prompt);

  it('for one that met a 429: it goes first again, whatever the process has prepared and however much it holds', async () => {
    const member = await home.member({ perMinute: 1 });
    home.adobe.script.push(RATE_LIMITED);
    const first = await enqueue(member, ALICE, 'first');
    await home.clock.pass(5_000);
    for (let n = 0; n < 10; n += 1) await enqueue(member, ALICE, `later ${n}`);
    expect((await member.jobs.get(first, ALICE)).position).toBe(1);
    await home.clock.pass(4 * MINUTE);
    expect(sent().slice(0, 2)).toEqual(['first', 'first']);
  });
});
