import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUDGET_WINDOW_MS } from '../../../src/jobs/limits/budget.ts';
import type { Jobs } from '../../../src/jobs/model/types.ts';
import { ALICE, aRequest, BOB, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 1_000, problem: A_PROBLEM } as const;
const UNAUTHORIZED = { kind: 'unauthorized', problem: A_PROBLEM } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

const enqueue = (jobs: Jobs, prompt: string, caller = ALICE) =>
  cluster.clock.run(jobs.enqueue(aRequest(prompt), caller).then(({ job }) => job.id));

async function finished(jobs: Jobs, prompt: string, caller = ALICE) {
  const id = await enqueue(jobs, prompt, caller);
  return cluster.clock.run(jobs.wait(id, caller, { waitMs: 30 * 60_000 }));
}

const refusal = (work: Promise<unknown>) =>
  cluster.clock.run(work.then(() => undefined).catch((error: unknown) => error));
const budgetOf = async (jobs: Jobs) => (await cluster.clock.run(jobs.overview(ALICE, { limit: 10 }))).budget;

describe('the daily budget', () => {
  test('is no limit where it is not set', async () => {
    const { jobs } = await cluster.member({ perMinute: 60 });
    for (let n = 0; n < 5; n += 1) await finished(jobs, `chair ${n}`);
    expect(await budgetOf(jobs)).toBeUndefined();
  });

  test('refuses the call that would exceed it, records no job, and says when the next call is admitted', async () => {
    const { jobs } = await cluster.member({ perMinute: 60, dailyBudget: 2 });
    const start = cluster.clock.now();
    await finished(jobs, 'one');
    await finished(jobs, 'two', BOB);
    const error = await refusal(jobs.enqueue(aRequest('three'), ALICE));
    expect(error).toMatchObject({ code: 'budget_exhausted', actor: 'wait' });
    expect(String(error)).toContain('budget of this server of 2 operations has no room for this call, which would cost 1 operation: 2 were spent');
    expect(error).toMatchObject({
      next: expect.stringMatching(/room for this call in about 24 h.*FIREFLY_DAILY_BUDGET/),
    });
    expect(await cluster.clock.run(jobs.list({ limit: 10 }, ALICE))).toHaveLength(1);
    const budget = await budgetOf(jobs);
    expect(budget).toMatchObject({ limit: 2, spent: 2, committed: 0 });
    expect((budget?.freeAt ?? 0) - start).toBeGreaterThanOrEqual(BUDGET_WINDOW_MS);
    cluster.clock.jump((budget?.freeAt ?? 0) - cluster.clock.now() + 1);
    expect(await finished(jobs, 'three')).toMatchObject({ state: 'succeeded' });
    expect(cluster.adobe.submits).toHaveLength(3);
  });

  test('counts waiting jobs, so that a burst of calls is not admitted together', async () => {
    const { jobs } = await cluster.member({ dailyBudget: 3, idle: true });
    const calls = Array.from({ length: 8 }, (_, n) => refusal(jobs.enqueue(aRequest(`burst ${n}`), ALICE)));
    const errors = (await Promise.all(calls)).filter((error) => error !== undefined);
    expect(errors).toHaveLength(5);
    for (const error of errors) expect(error).toMatchObject({ code: 'budget_exhausted' });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 0, committed: 3 });
  });

  test('counts unknown outcomes as spent, and neither refusals nor unsent requests', async () => {
    const { jobs } = await cluster.member({ perMinute: 60, dailyBudget: 3 });
    cluster.adobe.script.push(REFUSED, RATE_LIMITED, UNAUTHORIZED, NOT_SENT);
    expect(await finished(jobs, 'refused')).toMatchObject({ state: 'failed' });
    expect(await finished(jobs, 'thrice')).toMatchObject({ state: 'succeeded' });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 1 });
    cluster.adobe.script.push('lost');
    expect(await finished(jobs, 'lost')).toMatchObject({ state: 'submit_unknown' });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 2 });
  });

  test('lets a repeated call attach to its job when nothing is left', async () => {
    const { jobs } = await cluster.member({ dailyBudget: 1 });
    cluster.adobe.durationMs = 120_000;
    const id = await enqueue(jobs, 'same');
    await cluster.clock.run(jobs.wait(id, ALICE, { waitMs: 1_000 }));
    expect(await enqueue(jobs, 'same')).toBe(id);
  });

  test('refuses a resubmission when nothing is left', async () => {
    const { jobs } = await cluster.member({ dailyBudget: 1 });
    cluster.adobe.script.push('lost');
    const { id } = await finished(jobs, 'lost');
    expect(await refusal(jobs.resubmit(id, ALICE))).toMatchObject({ code: 'budget_exhausted' });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('holds for permits too, whatever was queued before it was lowered', async () => {
    const generous = await cluster.member({ perMinute: 60, idle: true });
    for (let n = 0; n < 4; n += 1) await enqueue(generous.jobs, `chair ${n}`);
    const strict = await cluster.member({ perMinute: 60, dailyBudget: 2 });
    await cluster.clock.pass(60_000);
    expect(cluster.adobe.submits).toHaveLength(2);
    const [waiting] = (await cluster.clock.run(strict.jobs.list({ limit: 1 }, ALICE))) ?? [];
    expect(waiting?.state).toMatch(/queued|preparing/);
    expect((waiting?.startsAt ?? 0) - cluster.clock.now()).toBeGreaterThan(23 * 3_600_000);
    cluster.clock.jump(24 * 3_600_000);
    await cluster.clock.pass(60_000);
    expect(cluster.adobe.submits).toHaveLength(4);
  });

  test('of 0 refuses every call', async () => {
    const { jobs } = await cluster.member({ dailyBudget: 0 });
    const error = await refusal(jobs.enqueue(aRequest('one'), ALICE));
    expect(error).toMatchObject({ code: 'budget_exhausted', next: expect.not.stringContaining('free in') });
    expect(cluster.adobe.submits).toHaveLength(0);
  });

  test('does not count the permit of a job whose step failed before it was sent, once the job is cancelled', async () => {
    const { jobs } = await cluster.member({
      dailyBudget: 1,
      failpoint: (at) => {
        if (at === 'permitted') throw new Error('the store went away');
      },
    });
    const id = await enqueue(jobs, 'one');
    await cluster.clock.pass(500);
    expect(await cluster.clock.run(jobs.cancel(id, ALICE))).toMatchObject({ state: 'cancelled', cost: { operations: 0, requests: 0 } });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 0, freeAt: undefined });
  });

  test.each([
    ['permitted', 'not_sent'],
    ['submitting', 'unknown'],
  ])('counts an attempt of a process that died in %s as %s', async (point, outcome) => {
    let victim: TestProcess | undefined;
    const died = new Promise<void>((resolve) => {
      void cluster
        .member({
          failpoint: (at) => {
            if (at !== point) return;
            victim?.kill();
            resolve();
            return new Promise(() => undefined);
          },
        })
        .then(async (member) => {
          victim = member;
          await member.jobs.enqueue(aRequest('victim'), ALICE);
        });
    });
    await cluster.clock.run(died);
    const successor = await cluster.member({ dailyBudget: 9 });
    const [job] = await cluster.clock.run(successor.jobs.list({ limit: 1 }, ALICE));
    await cluster.clock.run(successor.jobs.wait(job?.id ?? '', ALICE, { waitMs: 600_000 }));
    const rows = await successor.db.all('SELECT outcome FROM permits ORDER BY attempt');
    expect(rows[0]?.['outcome']).toBe(outcome);
  });
});
