import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUDGET_WINDOW_MS } from '../../../src/jobs/limits/budget.ts';
import type { Jobs } from '../../../src/jobs/model/types.ts';
import { ALICE, aRequest, BOB, TestCluster } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 1_000, problem: A_PROBLEM } as const;
const UNAUTHORIZED = { kind: 'unauthorized', problem: A_PROBLEM } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

const enqueue = (jobs: Jobs, prompt: string, caller = ALICE) =>
  home.clock.run(jobs.enqueue(aRequest(prompt), caller).then(({ job }) => job.id));

async function finished(jobs: Jobs, prompt: string, caller = ALICE) {
  const id = await enqueue(jobs, prompt, caller);
  return home.clock.run(jobs.wait(id, caller, { waitMs: 30 * 60_000 }));
}

const refusal = (work: Promise<unknown>) => home.clock.run(work.then(() => undefined).catch((error: unknown) => error));
const budgetOf = async (jobs: Jobs) => (await home.clock.run(jobs.overview(ALICE, { limit: 10 }))).budget;

describe('the daily budget', () => {
  it('is no limit where none is set', async () => {
    const { jobs } = await home.member({ perMinute: 60 });
    for (let n = 0; n < 5; n += 1) await finished(jobs, `chair ${n}`);
    expect(await budgetOf(jobs)).toBeUndefined();
  });

  it('refuses the call that would go over it, records nothing, and says when the next one is free', async () => {
    const { jobs } = await home.member({ perMinute: 60, dailyBudget: 2 });
    const start = home.clock.now();
    await finished(jobs, 'one');
    await finished(jobs, 'two', BOB);
    const error = await refusal(jobs.enqueue(aRequest('three'), ALICE));
    expect(error).toMatchObject({ code: 'budget_exhausted', actor: 'wait' });
    expect(String(error)).toContain('budget of 2 paid requests is used up: 2 were spent');
    expect(error).toMatchObject({
      next: expect.stringMatching(/free in about 24 h.*FIREFLY_DAILY_BUDGET/),
    });
    expect(await home.clock.run(jobs.list({ limit: 10 }, ALICE))).toHaveLength(1);
    const budget = await budgetOf(jobs);
    expect(budget).toMatchObject({ limit: 2, spent: 2, committed: 0 });
    expect((budget?.freeAt ?? 0) - start).toBeGreaterThanOrEqual(BUDGET_WINDOW_MS);
    home.clock.jump((budget?.freeAt ?? 0) - home.clock.now() + 1);
    expect(await finished(jobs, 'three')).toMatchObject({ state: 'succeeded' });
    expect(home.adobe.submits).toHaveLength(3);
  });

  it('counts what still waits, so that a burst of calls is not let in together', async () => {
    const { jobs } = await home.member({ dailyBudget: 3, idle: true });
    const calls = Array.from({ length: 8 }, (_, n) => refusal(jobs.enqueue(aRequest(`burst ${n}`), ALICE)));
    const errors = (await Promise.all(calls)).filter((error) => error !== undefined);
    expect(errors).toHaveLength(5);
    for (const error of errors) expect(error).toMatchObject({ code: 'budget_exhausted' });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 0, committed: 3 });
  });

  it('counts an unknown outcome as spent, and neither refusals nor what was not sent', async () => {
    const { jobs } = await home.member({ perMinute: 60, dailyBudget: 3 });
    home.adobe.script.push(REFUSED, RATE_LIMITED, UNAUTHORIZED, NOT_SENT);
    expect(await finished(jobs, 'refused')).toMatchObject({ state: 'failed' });
    expect(await finished(jobs, 'thrice')).toMatchObject({ state: 'succeeded' });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 1 });
    home.adobe.script.push('lost');
    expect(await finished(jobs, 'lost')).toMatchObject({ state: 'submit_unknown' });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 2 });
  });

  it('attaches a repeat even when nothing is left, since that spends nothing', async () => {
    const { jobs } = await home.member({ dailyBudget: 1 });
    home.adobe.durationMs = 120_000;
    const id = await enqueue(jobs, 'same');
    await home.clock.run(jobs.wait(id, ALICE, { waitMs: 1_000 }));
    expect(await enqueue(jobs, 'same')).toBe(id);
  });

  it('holds for a resubmit too', async () => {
    const { jobs } = await home.member({ dailyBudget: 1 });
    home.adobe.script.push('lost');
    const { id } = await finished(jobs, 'lost');
    expect(await refusal(jobs.resubmit(id, ALICE))).toMatchObject({ code: 'budget_exhausted' });
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('is kept at the permit, whatever was let into the queue before it was lowered', async () => {
    const generous = await home.member({ perMinute: 60, idle: true });
    for (let n = 0; n < 4; n += 1) await enqueue(generous.jobs, `chair ${n}`);
    const strict = await home.member({ perMinute: 60, dailyBudget: 2 });
    await home.clock.pass(60_000);
    expect(home.adobe.submits).toHaveLength(2);
    const [waiting] = (await home.clock.run(strict.jobs.list({ limit: 1 }, ALICE))) ?? [];
    expect(waiting?.state).toMatch(/queued|preparing/);
    expect((waiting?.startsAt ?? 0) - home.clock.now()).toBeGreaterThan(23 * 3_600_000);
    home.clock.jump(24 * 3_600_000);
    await home.clock.pass(60_000);
    expect(home.adobe.submits).toHaveLength(4);
  });

  it('of nothing spends nothing', async () => {
    const { jobs } = await home.member({ dailyBudget: 0 });
    const error = await refusal(jobs.enqueue(aRequest('one'), ALICE));
    expect(error).toMatchObject({ code: 'budget_exhausted', next: expect.not.stringContaining('free in') });
    expect(home.adobe.submits).toHaveLength(0);
  });

  it('knows an attempt that died before it was sent from one that may have been', async () => {
    for (const [point, spent] of [
      ['permitted', 0],
      ['submitting', 1],
    ] as const) {
      const stage = await TestCluster.create();
      let victim: Awaited<ReturnType<TestCluster['member']>> | undefined;
      const dead = new Promise<void>((resolve) => {
        void stage
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
      await stage.clock.run(dead);
      // Nothing is left for the next process to send: only the judgement of what was lost shows.
      const heir = await stage.member({ dailyBudget: 9 });
      const [job] = await stage.clock.run(heir.jobs.list({ limit: 1 }, ALICE));
      await stage.clock.run(heir.jobs.wait(job?.id ?? '', ALICE, { waitMs: 600_000 }));
      const rows = await heir.db.all('SELECT outcome FROM permits ORDER BY attempt');
      expect(rows[0]?.['outcome'], point).toBe(spent === 0 ? 'not_sent' : 'unknown');
      await stage.close();
    }
  });
});
