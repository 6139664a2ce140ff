import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteStatus } from '../../src/firefly/types.ts';
import { ALICE, aRequest, TestCluster } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;
const AWAY = { kind: 'transient' as const, retryAfterMs: undefined, problem: A_PROBLEM } satisfies RemoteStatus;
const GONE: RemoteStatus = { kind: 'gone', problem: { ...A_PROBLEM, code: 'job_unknown_at_adobe' } };

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

async function made() {
  const { jobs } = await home.member();
  const { job } = await jobs.enqueue(aRequest('paid for'), ALICE);
  return home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 3 * 60 * MINUTE }));
}

describe('a job that Adobe has taken', () => {
  it('is not given up when the network is away at the first looks after the deadline, as after a sleep', async () => {
    const first = await home.member();
    const { job } = await first.jobs.enqueue(aRequest('overslept'), ALICE);
    await home.clock.run(first.jobs.wait(job.id, ALICE, { waitMs: 2_000 }));
    first.kill();
    await home.clock.run(home.clock.sleep(30 * MINUTE));
    home.adobe.statusScript.push(AWAY, AWAY, AWAY);
    const { jobs } = await home.member();
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 10 * MINUTE }));
    expect(done).toMatchObject({ state: 'succeeded' });
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('waits for an hour while nobody answers, says for what, and ends all the same', async () => {
    home.adobe.statusScript.push(...Array.from({ length: 2_000 }, () => AWAY));
    const { jobs } = await home.member();
    const { job } = await jobs.enqueue(aRequest('paid for'), ALICE);
    const after = (waitMs: number) => home.clock.run(jobs.wait(job.id, ALICE, { waitMs }));
    await after(2 * MINUTE);
    home.clock.jump(20 * MINUTE);
    expect(await after(2 * MINUTE)).toMatchObject({ state: 'accepted', problem: AWAY.problem });
    home.clock.jump(40 * MINUTE);
    const done = await after(2 * MINUTE);
    expect(done).toMatchObject({ state: 'failed', problem: { code: 'timeout' } });
    expect(done.problem?.message).toContain('did not say');
  });

  it('is asked about again where its server does not know it yet', async () => {
    home.adobe.statusScript.push(GONE, GONE);
    expect(await made()).toMatchObject({ state: 'succeeded' });
  });

  it('is given up where Adobe still does not know it half a minute later', async () => {
    home.adobe.statusScript.push(...Array.from({ length: 200 }, () => GONE));
    const done = await made();
    expect(done).toMatchObject({ state: 'failed', problem: { code: 'job_unknown_at_adobe' } });
    expect((done.finishedAt ?? 0) - done.createdAt).toBeLessThan(MINUTE);
  });
});

describe('what is learnt of durations', () => {
  it('is what Adobe took, not what saving did: trouble of one job makes no later one slow', async () => {
    const { jobs } = await home.member({ perMinute: 60 });
    home.adobe.durationMs = 2_000;
    home.adobe.downloadScript.push(
      ...Array.from({ length: 6 }, () => ({ kind: 'transient', problem: A_PROBLEM }) as const),
    );
    const durations: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { job } = await jobs.enqueue(aRequest(`n${n}`), ALICE);
      const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 10 * MINUTE }));
      durations.push((done.finishedAt ?? 0) - done.createdAt);
    }
    expect(durations[0]).toBeGreaterThan(20_000);
    for (const duration of durations.slice(1)) expect(duration).toBeLessThan(5_000);
  });
});

describe('a picture whose link has lapsed', () => {
  const lapsed = () => home.adobe.downloadScript.push({ kind: 'expired' });

  it('is not lost while nobody can be asked for a fresh link', async () => {
    lapsed();
    home.adobe.durationMs = 0;
    const before = home.adobe.status.bind(home.adobe);
    let away = 12;
    home.adobe.status = (handle) => {
      if (home.adobe.downloads === 0 || away === 0) return before(handle);
      away -= 1;
      lapsed();
      return Promise.resolve(AWAY);
    };
    expect(await made()).toMatchObject({ state: 'succeeded', problem: undefined });
    expect(away).toBe(0);
  });

  it('is not lost to a clock that runs ahead and a download that breaks', async () => {
    home.adobe.urlLifetimeMs = -MINUTE;
    home.adobe.downloadScript.push(
      { kind: 'transient', problem: A_PROBLEM },
      { kind: 'transient', problem: A_PROBLEM },
      { kind: 'transient', problem: A_PROBLEM },
    );
    expect(await made()).toMatchObject({ state: 'succeeded' });
  });

  it('is lost when Adobe does not know the job any more', async () => {
    for (let attempt = 0; attempt < 100; attempt += 1) lapsed();
    const before = home.adobe.status.bind(home.adobe);
    home.adobe.status = (handle) => (home.adobe.downloads === 0 ? before(handle) : Promise.resolve(GONE));
    expect(await made()).toMatchObject({ state: 'expired', problem: { code: 'results_expired' } });
  });
});
