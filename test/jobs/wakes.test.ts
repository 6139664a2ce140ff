import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, prompts } from './batches/a-plan.ts';
import { ALICE, aRequest, TestCluster } from '../support/cluster/test-cluster.ts';

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

describe('the engine', () => {
  it('notices every call at once, also those that come while it looks', async () => {
    // Every question to the store takes a while, and so does a look.
    const { jobs } = await home.member({ perMinute: 60, turn: () => home.clock.sleep(50) });
    // In the middle of its rest.
    await home.clock.pass(10_500);
    const began = home.clock.now();
    const calls = [0, 60].map(async (after) => {
      await home.clock.sleep(after);
      await jobs.enqueue(aRequest(`after ${after}`), ALICE);
    });
    await home.clock.run(Promise.all(calls));
    await home.clock.pass(3_000);
    const [first = 0, second = Infinity] = home.adobe.submits.map(({ at }) => at - began);
    expect(first).toBeLessThan(1_000);
    // The second one came while the engine was busy with the first, and is sent right after it.
    expect(second - first).toBeLessThan(200);
  });
});

describe('watchers of an account', () => {
  it('are woken by a call, a cancel, a batch that goes on, and a job that ends', async () => {
    const { clock } = home;
    const { jobs, batches, db } = await home.member();
    let wakes = 0;
    using _watch = db.watch(`jobs:${home.adobe.account}`, () => (wakes += 1));
    const woken = async (work: Promise<unknown>) => {
      await clock.run(work);
      const seen = wakes;
      wakes = 0;
      return seen > 0;
    };
    home.adobe.durationMs = 30_000;
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

describe('a caller who waits', () => {
  it('is told of the end at once', async () => {
    const { jobs } = await home.member();
    const { job } = await home.clock.run(jobs.enqueue(aRequest('soon'), ALICE));
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(home.clock.now() - (done.finishedAt ?? 0)).toBeLessThan(5);
  });
});
