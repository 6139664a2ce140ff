import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPlan, prompts } from './batches/a-plan.ts';
import { ALICE, aRequest, Installation } from './harness.ts';

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home.close());

describe('the engine', () => {
  it('notices every call at once, also those that come while it looks', async () => {
    const { jobs } = await home.member({ perMinute: 60 });
    // In the middle of its rest.
    await home.clock.pass(10_100);
    const began = home.clock.now();
    await home.clock.run(Promise.all([1, 2, 3, 4, 5, 6].map((n) => jobs.enqueue(aRequest(`n${n}`), ALICE))));
    await home.clock.pass(2_000);
    const arrivals = home.adobe.submits.map(({ at }) => at - began);
    expect(arrivals).toHaveLength(6);
    expect(Math.max(...arrivals)).toBeLessThan(home.adobe.latencyMs / 2 + 100);
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
