import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
  cluster.adobe.durationMs = 120_000;
});
afterEach(() => cluster.close());

const SAME = aRequest('same');

/** What a store does that cannot be reached. */
function failWhile(isAway: boolean): void {
  if (isAway) throw new Problem('store_unavailable', 'away', { next: 'wait' });
}

describe('a call whose client is gone', () => {
  test('stores no job', async () => {
    const { jobs, db } = await cluster.member();
    const gone = new AbortController();
    const enqueued = jobs.enqueue(SAME, ALICE, { signal: gone.signal });
    gone.abort(new Error('cancelled'));
    await expect(cluster.clock.run(enqueued)).rejects.toThrow('cancelled');
    await cluster.clock.pass(5_000);
    expect(await db.all('SELECT id FROM jobs')).toEqual([]);
    expect(cluster.adobe.submits).toHaveLength(0);
  });
});

describe('a call whose store fails', () => {
  test('waits for the store and then fails with its problem; the repeated call attaches', async () => {
    let isAway = false;
    const member = await cluster.member({ turn: async () => failWhile(isAway) });
    const { id } = (await cluster.clock.run(member.jobs.enqueue(SAME, ALICE))).job;
    isAway = true;
    const waiting = member.jobs.wait(id, ALICE, { waitMs: 20_000 });
    const outcome = waiting.then(
      () => 'answered',
      (error: unknown) => (error instanceof Problem ? error.code : 'defect'),
    );
    const asked = cluster.clock.now();
    expect(await cluster.clock.run(outcome)).toBe('store_unavailable');
    expect(cluster.clock.now() - asked).toBeGreaterThanOrEqual(20_000);
    isAway = false;
    expect(await cluster.clock.run(member.jobs.enqueue(SAME, ALICE))).toMatchObject({ job: { id }, attached: true });
  });
});

describe('a cancel right before the request is sent', () => {
  test('is free', async () => {
    let go: () => void = () => undefined;
    const { jobs } = await cluster.member({
      failpoint: (point) => (point === 'permitted' ? new Promise<void>((resolve) => (go = resolve)) : undefined),
    });
    const { job } = await jobs.enqueue(SAME, ALICE);
    await cluster.clock.pass(2_000);
    await cluster.clock.run(jobs.cancel(job.id, ALICE));
    go();
    await cluster.clock.pass(2_000);
    expect(await jobs.get(job.id, ALICE)).toMatchObject({ state: 'cancelled', cost: { operations: 0, requests: 0 } });
    expect(cluster.adobe.submits).toHaveLength(0);
  });
});

describe('a process that loses the store while its request is answered', () => {
  test('stores the handle when the store is back, although its lease has long lapsed', async () => {
    cluster.adobe.durationMs = 1_000;
    let isCutOff = false;
    const one = await cluster.member({
      host: 'one',
      failpoint: (point) => void (isCutOff ||= point === 'answered'),
      turn: async () => failWhile(isCutOff),
    });
    const two = await cluster.member({ host: 'two' });
    const { id } = (await cluster.clock.run(one.jobs.enqueue(SAME, ALICE))).job;
    await cluster.clock.pass(60_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submitting' });
    isCutOff = false;
    await cluster.clock.pass(20_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'succeeded', cost: { operations: 1, requests: 1 } });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('loses the handle after three minutes: then the outcome is unknown', async () => {
    const one = await cluster.member({
      host: 'one',
      failpoint: (point) => (point === 'answered' ? new Promise(() => undefined) : undefined),
    });
    const two = await cluster.member({ host: 'two' });
    const { id } = (await cluster.clock.run(one.jobs.enqueue(SAME, ALICE))).job;
    await cluster.clock.pass(2_000);
    one.kill();
    await cluster.clock.pass(100_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submitting' });
    await cluster.clock.pass(100_000);
    expect(await two.jobs.get(id, ALICE)).toMatchObject({ state: 'submit_unknown' });
  });
});
