import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../../../src/shared/errors.ts';
import type { ProblemCode } from '../../../../src/shared/problem-codes.ts';
import { aPlan, prompts } from '../../batches/a-plan.ts';
import { ALICE, aRequest, TestCluster } from '../../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;
const AWAY = new Problem('adobe_unreachable', 'IMS gave no token.', { actor: 'operator', next: 'Look.' });
const REFUSED = new Problem('credentials_refused', 'IMS refused the secret.', { next: 'Check it.' });

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** Lets the first `after` token requests succeed, and the others fail with `error`. Counts all of them. */
function ims(error: Problem | undefined, after = 0): { asked: number } {
  const seen = { asked: 0 };
  cluster.adobe.prepare = () => {
    seen.asked += 1;
    return error && seen.asked > after ? Promise.reject(error) : Promise.resolve();
  };
  return seen;
}

/** A job that is stored, after which no token can be had. */
async function withoutToken(error: Problem) {
  const { jobs } = await cluster.member();
  const seen = ims(error, 1);
  const { job } = await jobs.enqueue(aRequest('begun'), ALICE);
  return { jobs, job, seen };
}

describe('an outage of IMS', () => {
  test('a job without a token waits as long as IMS is away, and shows the problem', async () => {
    const { jobs, job, seen } = await withoutToken(AWAY);
    const waiting = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 4 * MINUTE }));
    expect(waiting).toMatchObject({
      cost: { operations: 0, requests: 0 },
      problem: { code: 'adobe_unreachable', message: AWAY.message },
    });
    expect(['queued', 'preparing']).toContain(waiting.state);
    // Six requests in the first minute, then fewer.
    expect(seen.asked).toBeGreaterThan(10);
    expect(seen.asked).toBeLessThan(35);
    ims(undefined);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5 * MINUTE }));
    expect(done).toMatchObject({ state: 'succeeded', problem: undefined });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a job without a token can be cancelled', async () => {
    const { jobs, job } = await withoutToken(AWAY);
    await cluster.clock.pass(10_000);
    await jobs.cancel(job.id, ALICE);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5_000 }));
    expect(done).toMatchObject({ state: 'cancelled', cost: { operations: 0, requests: 0 } });
  });

  test('a job whose token lapses before the send counts no attempt', async () => {
    const { jobs } = await cluster.member({ perMinute: 60 });
    const noToken = { kind: 'not_sent', noToken: true, problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;
    cluster.adobe.script.push(noToken, noToken, noToken, noToken, noToken);
    const { job } = await jobs.enqueue(aRequest('unlucky'), ALICE);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5 * MINUTE }));
    expect(done).toMatchObject({ state: 'succeeded', cost: { operations: 1, requests: 1 } });
  });

  test('a call fails at once while there is no token, and no job is stored', async () => {
    const { jobs } = await cluster.member();
    ims(AWAY);
    await expect(jobs.enqueue(aRequest('not now'), ALICE)).rejects.toBe(AWAY);
    expect(await jobs.list({ limit: 1 }, ALICE)).toEqual([]);
  });
});

describe('credentials that IMS refuses', () => {
  test('an interactive job fails at once where IMS refuses the credentials', async () => {
    const { jobs, job } = await withoutToken(REFUSED);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: MINUTE }));
    expect(done).toMatchObject({
      state: 'failed',
      cost: { operations: 0, requests: 0 },
      problem: { code: 'credentials_refused' },
    });
  });

  test(
    'a batch waits where IMS refuses the credentials, shows the problem, and continues by itself',
    { tags: 'long' },
    async () => {
      const { batches, jobs } = await cluster.member({ perMinute: 60 });
      ims(REFUSED, 1);
      const { id } = await cluster.clock.run(batches.submit(aPlan(prompts(20)), ALICE));
      await cluster.clock.pass(4 * MINUTE);
      const waiting = await batches.get(id, ALICE);
      expect(waiting).toMatchObject({
        state: 'active',
        counts: { failed: 0 },
        waitsFor: { code: 'credentials_refused' },
      });
      expect(waiting.counts.waiting).toBeGreaterThan(0);
      // An interactive call fails at once.
      await expect(jobs.enqueue(aRequest('me too'), ALICE)).rejects.toBe(REFUSED);
      ims(undefined);
      await cluster.clock.pass(3 * MINUTE);
      expect(await batches.get(id, ALICE)).toMatchObject({ counts: { succeeded: 20 }, waitsFor: undefined });
      expect(cluster.adobe.submits).toHaveLength(20);
    },
  );
});

describe('an outage of the network', () => {
  test('an item of a batch does not fail, however often it could not be sent', async () => {
    const { batches } = await cluster.member({ perMinute: 60 });
    const away = { kind: 'not_sent', problem: { ...A_PROBLEM, code: 'adobe_unreachable' } } as const;
    cluster.adobe.script.push(...Array.from({ length: 20 }, () => away));
    const { id } = await cluster.clock.run(batches.submit(aPlan(prompts(3)), ALICE));
    await cluster.clock.pass(10 * MINUTE);
    expect(await batches.get(id, ALICE)).toMatchObject({
      counts: { succeeded: 3 },
      cost: { operations: 3, requests: 3 },
    });
  });
});

describe('an account that Adobe refuses', () => {
  const refused = (code: ProblemCode) =>
    ({ kind: 'refused', problem: { ...A_PROBLEM, code, actor: 'operator' } }) as const;

  test('a batch of a refused account is paused, shows the problem, and continues when it is resumed', async () => {
    const { batches } = await cluster.member();
    cluster.adobe.script.push(...Array.from({ length: 8 }, () => refused('quota_exhausted')));
    const { id } = await cluster.clock.run(batches.submit(aPlan(prompts(8)), ALICE));
    await cluster.clock.pass(2 * MINUTE);
    const halted = await batches.get(id, ALICE);
    expect(halted).toMatchObject({ state: 'paused', counts: { failed: 0 }, waitsFor: { code: 'quota_exhausted' } });
    // Only the items that were in flight at the first refusal.
    expect(cluster.adobe.bodies.length).toBeLessThan(8);
    cluster.adobe.script.length = 0;
    await batches.resume(id, ALICE);
    await cluster.clock.pass(4 * MINUTE);
    expect(await batches.get(id, ALICE)).toMatchObject({ counts: { succeeded: 8 }, waitsFor: undefined });
  });

  test('a refusal that concerns one item fails only that item', async () => {
    const { batches } = await cluster.member({ perMinute: 60 });
    cluster.adobe.script.push(refused('not_entitled'));
    const { id } = await cluster.clock.run(batches.submit(aPlan(prompts(2)), ALICE));
    await cluster.clock.pass(MINUTE);
    expect(await batches.get(id, ALICE)).toMatchObject({ counts: { failed: 1, succeeded: 1 } });
  });
});
