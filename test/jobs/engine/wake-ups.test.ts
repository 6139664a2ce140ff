import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aPlan, prompts } from '../batches/a-plan.ts';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

describe('the engine', () => {
  test('a job that is enqueued while the engine polls is sent right after it', async () => {
    // Every query takes 50 ms, and so does a poll.
    const { jobs } = await cluster.member({ perMinute: 60, turn: () => cluster.clock.sleep(50) });
    // Half a second before its next poll.
    await cluster.clock.pass(10_500);
    const began = cluster.clock.now();
    const calls = [0, 60].map(async (after) => {
      await cluster.clock.sleep(after);
      await jobs.enqueue(aRequest(`after ${after}`), ALICE);
    });
    await cluster.clock.run(Promise.all(calls));
    await cluster.clock.pass(3_000);
    const [first = 0, second = Infinity] = cluster.adobe.submits.map(({ at }) => at - began);
    expect(first).toBeLessThan(1_000);
    // The second job was enqueued while the engine claimed the first.
    expect(second - first).toBeLessThan(200);
  });
});

describe('watchers of the jobs of an account', () => {
  test('watchers are woken by a new job, a cancel, a resumed batch and the end of a job', async () => {
    const { clock } = cluster;
    const { jobs, batches, db } = await cluster.member();
    let wakes = 0;
    using _watch = db.watch(`jobs:${cluster.adobe.account}`, () => (wakes += 1));
    const woken = async (work: Promise<unknown>) => {
      await clock.run(work);
      const seen = wakes;
      wakes = 0;
      return seen > 0;
    };
    cluster.adobe.durationMs = 30_000;
    const { job } = await clock.run(jobs.enqueue(aRequest('first'), ALICE));
    expect(await woken(clock.pass(5_000))).toBe(true);
    expect(await woken(clock.pass(5_000))).toBe(false);
    expect(await woken(jobs.cancel(job.id, ALICE))).toBe(true);
    expect(await woken(jobs.wait(job.id, ALICE, { waitMs: 60_000 }))).toBe(true);
    const { id } = await clock.run(batches.submit(aPlan(prompts(12)), ALICE));
    await clock.pass(20_000);
    await clock.run(batches.pause(id, ALICE));
    await clock.pass(60_000);
    wakes = 0;
    expect(await woken(batches.resume(id, ALICE))).toBe(true);
  });
});

describe('a caller that waits for a job', () => {
  test('a waiting caller gets the end of its job at once', async () => {
    const { jobs } = await cluster.member();
    const { job } = await cluster.clock.run(jobs.enqueue(aRequest('soon'), ALICE));
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(cluster.clock.now() - (done.finishedAt ?? 0)).toBeLessThan(5);
  });
});
