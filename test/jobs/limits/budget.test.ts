import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUDGET_WINDOW_MS } from '../../../src/jobs/limits/budget.ts';
import type { Jobs } from '../../../src/jobs/model/types.ts';
import type { Caller } from '../../../src/shared/caller.ts';
import type { Problem } from '../../../src/shared/errors.ts';
import { ALICE, aRequest, BOB, TestCluster } from '../../support/cluster/test-cluster.ts';
import { aPlan } from '../batches/a-plan.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const HOUR = 3_600_000;
const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;
const RATE_LIMITED = { kind: 'rate_limited', retryAfterMs: 1_000, problem: A_PROBLEM } as const;
const UNAUTHORIZED = { kind: 'unauthorized', problem: A_PROBLEM } as const;
const NOT_SENT = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

const enqueue = (jobs: Jobs, prompt: string, caller = ALICE, count = 1) =>
  cluster.clock.run(jobs.enqueue(aRequest(prompt, count), caller).then(({ job }) => job.id));

async function finished(jobs: Jobs, prompt: string, caller = ALICE, count = 1) {
  const id = await enqueue(jobs, prompt, caller, count);
  return cluster.clock.run(jobs.wait(id, caller, { waitMs: 30 * 60_000 }));
}

const refusal = (work: Promise<unknown>) =>
  cluster.clock.run(work.then(() => undefined).catch((error: unknown) => error));
const budgetOf = async (jobs: Jobs) => (await cluster.clock.run(jobs.overview(ALICE, { limit: 10 }))).budget;

/** A principal that may spend so many operations a day. */
const limited = (caller: Caller, budget: number): Caller => ({ ...caller, can: { ...caller.can, budget } });

describe('the daily budget', () => {
  test('counts the operations of a call: four pictures are one request and four operations', async () => {
    const { jobs } = await cluster.member({ perMinute: 60, dailyBudget: 7 });
    expect(await finished(jobs, 'four', ALICE, 4)).toMatchObject({
      cost: { operations: 4, requests: 1, estimate: false },
    });
    expect(await finished(jobs, 'two', BOB, 2)).toMatchObject({ cost: { operations: 2, requests: 1 } });
    expect(await cluster.clock.run(jobs.overview(ALICE, { limit: 9 }))).toMatchObject({
      budget: { limit: 7, spent: 6, committed: 0, left: 1 },
      quota: { usedThisMinute: 2, usedToday: 2 },
    });
    const error = await refusal(jobs.enqueue(aRequest('two more', 2), ALICE));
    expect(error).toMatchObject({ code: 'budget_exhausted', actor: 'wait' });
    expect(String(error)).toContain(
      "would cost 2 operations, and this server's daily budget of 7 has no room for that: 6 were",
    );
    expect(await finished(jobs, 'one more')).toMatchObject({ state: 'succeeded' });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 7, left: 0 });
    const rows = await cluster.clock.run(
      jobs.usage(ALICE).then(({ days, tools }) => ({ days: days.map(({ cost }) => cost), tools })),
    );
    expect(rows).toEqual({
      days: [{ operations: 5, requests: 2, estimate: false }],
      tools: [{ tool: 'generate_image', cost: { operations: 5, requests: 2, estimate: false } }],
    });
  });

  test('says when the operations of the refused call will fit, which for a large call is later than for a small one', async () => {
    const { jobs } = await cluster.member({ perMinute: 60, dailyBudget: 5 });
    await finished(jobs, 'first', ALICE, 1);
    cluster.clock.jump(6 * HOUR);
    await finished(jobs, 'second', ALICE, 4);
    const next = async (count: number) =>
      String(((await refusal(jobs.enqueue(aRequest('more', count), ALICE))) as Problem).next);
    expect(await next(1)).toContain('room for this call in about 18 h');
    expect(await next(2)).toContain('room for this call in about 24 h');
  });

  test('tells a call that costs more than all of it that it will never be admitted', async () => {
    const { jobs } = await cluster.member({ dailyBudget: 3 });
    const error = await refusal(jobs.enqueue(aRequest('four', 4), ALICE));
    expect(error).toMatchObject({
      code: 'budget_exhausted',
      actor: 'caller',
      next: expect.not.stringContaining('about'),
    });
    expect(String(error)).toContain("would cost 4 operations, more than this server's whole daily budget of 3");
    expect(await budgetOf(jobs)).toMatchObject({ spent: 0, committed: 0, left: 3 });
  });

  test('lets the items of a batch wait for it, and passes by an item that never fits', { tags: 'long' }, async () => {
    const { jobs, batches } = await cluster.member({ perMinute: 60, dailyBudget: 3 });
    const plan = aPlan(['two', 'four', 'one', 'one more']);
    const counts = [2, 4, 1, 1];
    const items = plan.items.map((item, n) => ({ ...item, request: aRequest(`${item.label} ${n}`, counts[n]) }));
    expect(await cluster.clock.run(batches.outlook({ ...plan, items }, ALICE))).toMatchObject({
      cost: { operations: 8, requests: 4 },
      budgets: [{ owner: 'installation', limit: 3, left: 3, tooLarge: 1 }],
    });
    await cluster.clock.run(batches.submit({ ...plan, items }, ALICE));
    await cluster.clock.pass(10 * 60_000);
    expect(cluster.adobe.submits).toHaveLength(2);
    expect(await budgetOf(jobs)).toMatchObject({ spent: 3, left: 0 });
    cluster.clock.jump(24 * HOUR);
    await cluster.clock.pass(10 * 60_000);
    expect(cluster.adobe.submits).toHaveLength(3);
    const [batch] = await cluster.clock.run(batches.list({ limit: 1 }, ALICE));
    expect(batch).toMatchObject({ counts: { succeeded: 3, waiting: 1 }, cost: { operations: 4, requests: 3 } });
  });
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
    expect(String(error)).toContain(
      "would cost 1 operation, and this server's daily budget of 2 has no room for that: 2 were spent",
    );
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
    expect(await cluster.clock.run(jobs.cancel(id, ALICE))).toMatchObject({
      state: 'cancelled',
      cost: { operations: 0, requests: 0 },
    });
    expect(await budgetOf(jobs)).toMatchObject({ spent: 0, freeAt: undefined });
  });

  test('of a principal is a limit beside that of the installation, and the refusal says which has no room', async () => {
    const { jobs } = await cluster.member({ perMinute: 60, dailyBudget: 6 });
    const [alice, bob] = [limited(ALICE, 3), limited(BOB, 5)];
    await finished(jobs, 'alice', alice, 2);
    expect(String(await refusal(jobs.enqueue(aRequest('more', 2), alice)))).toMatch(
      /your daily budget of 3 has no room/,
    );
    await finished(jobs, 'bob', bob, 3);
    expect(String(await refusal(jobs.enqueue(aRequest('more', 2), bob)))).toMatch(/this server's daily budget of 6/);
    const never = await refusal(jobs.enqueue(aRequest('never', 4), alice));
    expect(String(never)).toContain('more than your whole daily budget of 3');
    expect(await cluster.clock.run(jobs.overview(alice, { limit: 1 }))).toMatchObject({
      budget: { limit: 6, spent: 5, left: 1 },
      ownBudget: { limit: 3, spent: 2, left: 1 },
    });
    await finished(jobs, 'the last one', alice);
    const error = await refusal(jobs.enqueue(aRequest('more'), bob));
    expect(error).toMatchObject({ next: expect.stringContaining('raise FIREFLY_DAILY_BUDGET') });
    expect((await cluster.clock.run(jobs.overview(ALICE, { limit: 1 }))).ownBudget).toBeUndefined();
  });

  test(
    'of a principal counts the items of its batches, which wait without keeping those of others waiting',
    { tags: 'long' },
    async () => {
      const { jobs, batches } = await cluster.member({ perMinute: 2 });
      const alice = limited(ALICE, 2);
      const mine = aPlan(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'], { digest: 'alice' });
      const { id } = await cluster.clock.run(batches.submit(mine, alice));
      const theirs = await cluster.clock.run(batches.submit(aPlan(['b1', 'b2', 'b3'], { digest: 'bob' }), BOB));
      await cluster.clock.pass(5 * 60_000);
      expect((await cluster.clock.run(batches.get(theirs.id, BOB))).counts).toMatchObject({ succeeded: 3 });
      expect((await cluster.clock.run(batches.get(id, alice))).counts).toMatchObject({ succeeded: 2, waiting: 4 });
      expect(await refusal(jobs.enqueue(aRequest('alice'), alice))).toMatchObject({ code: 'budget_exhausted' });
      cluster.clock.jump(24 * HOUR);
      await cluster.clock.pass(10 * 60_000);
      expect((await cluster.clock.run(batches.get(id, alice))).counts).toMatchObject({ succeeded: 4, waiting: 2 });
      // A new call brings the budget that the principal has by now, and holds for what waits.
      await enqueue(jobs, 'raised', limited(ALICE, 9));
      await cluster.clock.pass(10 * 60_000);
      expect((await cluster.clock.run(batches.get(id, alice))).counts).toMatchObject({ succeeded: 6 });
    },
  );

  test('of a principal keeps a long batch from being claimed item by item while it has no room', async () => {
    const member = await cluster.member({ perMinute: 60 });
    const alice = limited(ALICE, 1);
    const prompts = Array.from({ length: 60 }, (_, n) => `portrait ${n}`);
    await cluster.clock.run(member.batches.submit(aPlan(prompts), alice));
    await cluster.clock.pass(60_000);
    const [row] = await member.db.all('SELECT COUNT(*) AS claimed FROM jobs WHERE fence > 0');
    expect(cluster.adobe.submits).toHaveLength(1);
    expect(Number(row?.['claimed'])).toBeLessThan(10);
  });

  test('of a principal lets no small item overtake a large one of that principal that waits', async () => {
    const { jobs, batches } = await cluster.member({ perMinute: 60 });
    const alice = limited(ALICE, 4);
    const plan = aPlan(['three', 'three more', 'one']);
    const counts = [3, 3, 1];
    const items = plan.items.map((item, n) => ({ ...item, request: aRequest(`${item.label} ${n}`, counts[n]) }));
    const { id } = await cluster.clock.run(batches.submit({ ...plan, items }, alice));
    await cluster.clock.pass(10 * 60_000);
    expect((await cluster.clock.run(batches.get(id, alice))).cost).toMatchObject({ operations: 3, requests: 1 });
    expect((await cluster.clock.run(jobs.overview(alice, { limit: 1 }))).ownBudget).toMatchObject({ left: 1 });
    cluster.clock.jump(24 * HOUR);
    await cluster.clock.pass(10 * 60_000);
    expect((await cluster.clock.run(batches.get(id, alice))).cost).toMatchObject({ operations: 7, requests: 3 });
  });

  test.each([
    ['permitted', 'not_sent'],
    ['submitting', 'unknown'],
  ] as const)('counts an attempt of a process that died in %s as %s', async (point, outcome) => {
    const { member, died } = await cluster.mortal(point);
    void member.jobs.enqueue(aRequest('victim'), ALICE);
    await cluster.clock.run(died);
    const successor = await cluster.member({ dailyBudget: 9 });
    const [job] = await cluster.clock.run(successor.jobs.list({ limit: 1 }, ALICE));
    await cluster.clock.run(successor.jobs.wait(job?.id ?? '', ALICE, { waitMs: 600_000 }));
    const rows = await successor.db.all('SELECT outcome FROM permits ORDER BY attempt');
    expect(rows[0]?.['outcome']).toBe(outcome);
  });
});
