import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RemoteStatus } from '../../../../src/firefly/types.ts';
import { shifted } from '../../../support/clocks/shifted-clock.ts';
import { ALICE, aRequest, TestCluster } from '../../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;
const AWAY = { kind: 'transient' as const, retryAfterMs: undefined, problem: A_PROBLEM } satisfies RemoteStatus;
const GONE: RemoteStatus = { kind: 'gone', problem: { ...A_PROBLEM, code: 'job_unknown_at_adobe' } };

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

async function finishedJob() {
  const { jobs } = await cluster.member();
  const { job } = await jobs.enqueue(aRequest('paid for'), ALICE);
  return cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 3 * 60 * MINUTE }));
}

describe('the deadline of an accepted job', () => {
  test('a job is not given up while the network is away at the first polls after the deadline, as after a sleep', async () => {
    const first = await cluster.member();
    const { job } = await first.jobs.enqueue(aRequest('overslept'), ALICE);
    await cluster.clock.run(first.jobs.wait(job.id, ALICE, { waitMs: 2_000 }));
    first.kill();
    await cluster.clock.run(cluster.clock.sleep(30 * MINUTE));
    cluster.adobe.statusScript.push(AWAY, AWAY, AWAY);
    const { jobs } = await cluster.member();
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 10 * MINUTE }));
    expect(done).toMatchObject({ state: 'succeeded' });
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a job without any answer shows the problem, and fails after an hour', { tags: 'long' }, async () => {
    cluster.adobe.statusScript.push(...Array.from({ length: 2_000 }, () => AWAY));
    const { jobs } = await cluster.member();
    const { job } = await jobs.enqueue(aRequest('paid for'), ALICE);
    const after = (waitMs: number) => cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs }));
    await after(2 * MINUTE);
    cluster.clock.jump(20 * MINUTE);
    expect(await after(2 * MINUTE)).toMatchObject({ state: 'accepted', problem: AWAY.problem });
    cluster.clock.jump(40 * MINUTE);
    const done = await after(2 * MINUTE);
    expect(done).toMatchObject({ state: 'failed', problem: { code: 'timeout' } });
    expect(done.problem?.message).toContain('did not say');
  });

  test('a job that Adobe does not know at first is polled again', async () => {
    cluster.adobe.statusScript.push(GONE, GONE);
    expect(await finishedJob()).toMatchObject({ state: 'succeeded' });
  });

  test('a job that Adobe does not know, in every answer of five minutes, fails', async () => {
    cluster.adobe.statusScript.push(...Array.from({ length: 200 }, () => GONE));
    const done = await finishedJob();
    expect(done).toMatchObject({ state: 'failed', problem: { code: 'job_unknown_at_adobe' } });
    expect((done.finishedAt ?? 0) - done.createdAt).toBeGreaterThan(5 * MINUTE);
    expect((done.finishedAt ?? 0) - done.createdAt).toBeLessThan(6 * MINUTE);
  });

  test('a job that Adobe does not know for minutes, but not in every answer, goes on', { tags: 'long' }, async () => {
    const doubtful = Array.from({ length: 60 }, (_, n) => (n % 5 === 4 ? AWAY : GONE));
    cluster.adobe.statusScript.push(...doubtful);
    expect(await finishedJob()).toMatchObject({ state: 'succeeded' });
  });
});

describe('a wall clock that jumps while Adobe works', () => {
  test.each([
    ['18 minutes forward', 18 * MINUTE],
    ['a day forward', 24 * 60 * MINUTE],
    ['two days back', -48 * 60 * MINUTE],
  ])('%s fails no job and stops no poll', async (_what, jump) => {
    let offset = 0;
    const { clock } = cluster;
    const jumping = shifted(clock, () => offset);
    cluster.adobe.durationMs = 40_000;
    const { jobs } = await cluster.member({ clock: jumping });
    const { job } = await jobs.enqueue(aRequest('paid for'), ALICE);
    expect(await clock.run(jobs.wait(job.id, ALICE, { waitMs: 10_000 }))).toMatchObject({ state: 'running' });
    offset = jump;
    const done = await clock.run(jobs.wait(job.id, ALICE, { waitMs: 2 * MINUTE }));
    expect(done).toMatchObject({ state: 'succeeded' });
    expect(cluster.adobe.submits).toHaveLength(1);
  });
});

describe('a wall clock that jumps forward for all processes', () => {
  test.each([['this machine'], ['another machine']])(
    'takes no submit under way from a process on %s that lives',
    async (where) => {
      let offset = 0;
      const { clock } = cluster;
      const jumping = shifted(clock, () => offset);
      cluster.adobe.latencyMs = 40_000;
      const { jobs } = await cluster.member({ clock: jumping });
      const { job } = await clock.run(jobs.enqueue(aRequest('paid for'), ALICE));
      await clock.pass(3_000);
      expect(await jobs.get(job.id, ALICE)).toMatchObject({ state: 'submitting' });
      const host = where === 'this machine' ? 'test' : 'other';
      for (let other = 0; other < 3; other += 1) await cluster.member({ clock: jumping, host });
      await clock.pass(2_000);
      offset = 18 * MINUTE;
      await clock.pass(50_000);
      const done = await clock.run(jobs.wait(job.id, ALICE, { waitMs: 2 * MINUTE }));
      expect(done).toMatchObject({ state: 'succeeded' });
      expect(cluster.adobe.submits).toHaveLength(1);
    },
  );
});

describe('the typical duration of a job', () => {
  test('a slow download of one job does not delay the polls of later ones', async () => {
    const { jobs } = await cluster.member({ perMinute: 60 });
    cluster.adobe.durationMs = 2_000;
    cluster.adobe.downloadScript.push(
      ...Array.from({ length: 6 }, () => ({ kind: 'transient', problem: A_PROBLEM }) as const),
    );
    const durations: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { job } = await jobs.enqueue(aRequest(`n${n}`), ALICE);
      const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 10 * MINUTE }));
      durations.push((done.finishedAt ?? 0) - done.createdAt);
    }
    expect(durations[0]).toBeGreaterThan(20_000);
    for (const duration of durations.slice(1)) expect(duration).toBeLessThan(5_000);
  });
});

describe('a result whose link has lapsed', () => {
  const lapsed = () => cluster.adobe.downloadScript.push({ kind: 'expired' });

  test('a result is not lost while Adobe does not answer the request for a fresh link', async () => {
    lapsed();
    cluster.adobe.durationMs = 0;
    const before = cluster.adobe.status.bind(cluster.adobe);
    let away = 12;
    cluster.adobe.status = (handle) => {
      if (cluster.adobe.downloads === 0 || away === 0) return before(handle);
      away -= 1;
      lapsed();
      return Promise.resolve(AWAY);
    };
    expect(await finishedJob()).toMatchObject({ state: 'succeeded', problem: undefined });
    expect(away).toBe(0);
  });

  test('a result is not lost to a clock that runs ahead and a download that breaks', async () => {
    cluster.adobe.urlLifetimeMs = -MINUTE;
    cluster.adobe.downloadScript.push(
      { kind: 'transient', problem: A_PROBLEM },
      { kind: 'transient', problem: A_PROBLEM },
      { kind: 'transient', problem: A_PROBLEM },
    );
    expect(await finishedJob()).toMatchObject({ state: 'succeeded' });
  });

  test('a result is lost once Adobe no longer knows the job', { tags: 'long' }, async () => {
    for (let attempt = 0; attempt < 100; attempt += 1) lapsed();
    const before = cluster.adobe.status.bind(cluster.adobe);
    cluster.adobe.status = (handle) => (cluster.adobe.downloads === 0 ? before(handle) : Promise.resolve(GONE));
    expect(await finishedJob()).toMatchObject({ state: 'expired', problem: { code: 'results_expired' } });
  });
});
