import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../src/shared/errors.ts';
import type { Jobs } from '../../src/jobs/model/types.ts';
import { ALICE, aRequest, BOB, TestCluster } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';

const UNKNOWN = { kind: 'unknown', problem: { ...A_PROBLEM, code: 'outcome_unknown' } } as const;
const REFUSED = { kind: 'refused', problem: { ...A_PROBLEM, code: 'content_policy' } } as const;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

const minutes = (n: number) => n * 60_000;

const finish = (jobs: Jobs, prompt: string, caller = ALICE) => cluster.finished(jobs, aRequest(prompt), caller);

describe('a job', () => {
  test('a job of another principal is as unknown as one that does not exist', async () => {
    const { jobs } = await cluster.member();
    const { id } = await finish(jobs, 'mine');
    const foreign = await jobs.get(id, BOB).catch((error: unknown) => error);
    const absent = await jobs.get('job_00000000000000000000000000', BOB).catch((error: unknown) => error);
    expect(foreign).toMatchObject({ code: 'unknown_job' });
    expect(JSON.stringify(foreign)).toBe(JSON.stringify(absent));
    await expect(jobs.cancel(id, BOB)).rejects.toMatchObject({ code: 'unknown_job' });
    await expect(jobs.resubmit(id, BOB)).rejects.toMatchObject({ code: 'unknown_job' });
    expect(await jobs.list({ limit: 10 }, BOB)).toEqual([]);
  });

  test('a job whose wait is over is returned as it is, and continues', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.durationMs = minutes(2);
    const { job } = await cluster.clock.run(jobs.enqueue(aRequest('slow'), ALICE));
    const waited = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 45_000 }));
    expect(waited.state).toBe('running');
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done.state).toBe('succeeded');
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a job is not stored where credentials are missing', async () => {
    const { jobs } = await cluster.member();
    const missing = new Problem('credentials_missing', 'No credentials.', { next: 'Set them.' });
    cluster.adobe.prepareScript.push(missing);
    await expect(jobs.enqueue(aRequest('unpaid'), ALICE)).rejects.toBe(missing);
    expect(await jobs.list({ limit: 10 }, ALICE)).toEqual([]);
  });
});

describe('a cancel', () => {
  test('a cancel of a queued job is free', async () => {
    const { jobs } = await cluster.member({ idle: true });
    const { job } = await jobs.enqueue(aRequest('unwanted'), ALICE);
    expect(await jobs.cancel(job.id, ALICE)).toMatchObject({
      state: 'cancelled',
      cost: { operations: 0, requests: 0 },
    });
    await expect(jobs.cancel(job.id, ALICE)).rejects.toMatchObject({ code: 'job_finished' });
  });

  test('a cancel of a job that waits for its permit is free', async () => {
    const { jobs } = await cluster.member({ perMinute: 1 });
    await finish(jobs, 'first');
    const { job } = await jobs.enqueue(aRequest('second'), ALICE);
    await cluster.clock.pass(2_000);
    await jobs.cancel(job.id, ALICE);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done).toMatchObject({ state: 'cancelled', cost: { operations: 0, requests: 0 } });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a cancel of a running job is one PUT, whichever process requests it', async () => {
    const [one, two] = [await cluster.member(), await cluster.member()];
    cluster.adobe.durationMs = minutes(3);
    const { job } = await one.jobs.enqueue(aRequest('unwanted'), ALICE);
    await cluster.clock.run(one.jobs.wait(job.id, ALICE, { waitMs: 8_000 }));
    expect(await two.jobs.cancel(job.id, ALICE)).toMatchObject({ cancelling: true });
    await two.jobs.cancel(job.id, ALICE);
    const done = await cluster.clock.run(two.jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done.state).toBe('cancelled');
    expect(cluster.adobe.cancels).toHaveLength(1);
  });

  test('a cancel takes effect within seconds, however long jobs of that kind take', { tags: 'long' }, async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.durationMs = minutes(5);
    await finish(jobs, 'what is usual');
    const { job } = await jobs.enqueue(aRequest('unwanted'), ALICE);
    await cluster.clock.pass(30_000);
    await jobs.cancel(job.id, ALICE);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 5_000 }));
    expect(done.state).toBe('cancelled');
  });

  test('a cancel that comes too late keeps the picture, and the job warns of that', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.durationMs = 300;
    const { job } = await jobs.enqueue(aRequest('wanted after all'), ALICE);
    await cluster.clock.pass(1_000);
    await jobs.cancel(job.id, ALICE).catch(() => undefined);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: minutes(5) }));
    expect(done).toMatchObject({ state: 'succeeded', warnings: [expect.stringContaining('too late')] });
    expect(done.images).toHaveLength(1);
  });
});

describe('a resubmission', () => {
  test('a job with an unknown outcome is resubmitted once, and a repeated call finds the new job', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.script.push(UNKNOWN);
    const unknown = await finish(jobs, 'same');
    const fresh = await cluster.clock.run(jobs.resubmit(unknown.id, ALICE));
    expect(fresh).toMatchObject({ replaces: unknown.id });
    expect((await cluster.clock.run(jobs.resubmit(unknown.id, ALICE))).id).toBe(fresh.id);
    const done = await cluster.clock.run(jobs.wait(fresh.id, ALICE, { waitMs: minutes(5) }));
    expect(done.state).toBe('succeeded');
    expect(cluster.adobe.submits).toHaveLength(2);
    await expect(jobs.resubmit(fresh.id, ALICE)).rejects.toMatchObject({ code: 'not_resubmittable' });
    // A client that lost the answer repeats its call, which must not pay again.
    expect((await cluster.clock.run(jobs.resubmit(unknown.id, ALICE))).id).toBe(fresh.id);
    expect(cluster.adobe.submits).toHaveLength(2);
  });

  test('a resubmission finds the last replacement, and is only sent where that one failed', async () => {
    const { jobs } = await cluster.member();
    cluster.adobe.script.push(UNKNOWN, UNKNOWN);
    const first = await finish(jobs, 'twice unknown');
    const again = async (id: string) => {
      const fresh = await cluster.clock.run(jobs.resubmit(id, ALICE));
      return cluster.clock.run(jobs.wait(fresh.id, ALICE, { waitMs: minutes(5) }));
    };
    const second = await again(first.id);
    expect(second).toMatchObject({ state: 'submit_unknown' });
    await expect(jobs.resubmit(first.id, ALICE)).rejects.toMatchObject({
      code: 'already_resubmitted',
      message: expect.stringContaining(second.id) as string,
    });
    cluster.adobe.script.push(REFUSED);
    const third = await again(second.id);
    expect(third).toMatchObject({ state: 'failed' });
    // The answer of the third was not delivered, so a repeat is answered with that job and pays nothing.
    expect((await again(first.id)).id).toBe(third.id);
    await jobs.markDelivered(third);
    const fourth = await again(first.id);
    expect(fourth).toMatchObject({ state: 'succeeded' });
    expect((await cluster.clock.run(jobs.resubmit(first.id, ALICE))).id).toBe(fourth.id);
  });
});
