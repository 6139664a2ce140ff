import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KillPoint } from '../../../../src/jobs/engine/engine-context.ts';
import { ALICE, anEdit, aRequest, TestCluster } from '../../../support/cluster/test-cluster.ts';
import { manyKills } from './random-kills.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** By kill point: the state after a restart, and the number of requests that reached Adobe (docs/jobs.md#kill-points). */
const AFTER: Record<Exclude<KillPoint, 'before-enqueue'>, readonly [state: string, requests: number]> = {
  'after-enqueue': ['succeeded', 1],
  uploaded: ['succeeded', 1],
  'before-permit': ['succeeded', 1],
  permitted: ['succeeded', 1],
  submitting: ['submit_unknown', 0],
  answered: ['submit_unknown', 1],
  accepted: ['succeeded', 1],
  'status-read': ['succeeded', 1],
  saving: ['succeeded', 1],
  downloaded: ['succeeded', 1],
  'file-in-place': ['succeeded', 1],
  'picture-recorded': ['succeeded', 1],
  'composite-made': ['succeeded', 1],
  'composite-in-place': ['succeeded', 1],
  'composite-recorded': ['succeeded', 1],
};

describe('a process that is killed', () => {
  test.each(Object.entries(AFTER))(
    'a job whose process is killed at %s ends %j, with so many requests',
    async (point, [state, requests]) => {
      const { member, died } = await cluster.mortal(point as KillPoint);
      void member.jobs.enqueue(anEdit('precious', 2), ALICE);
      await cluster.clock.run(died);
      const { jobs } = await cluster.member();
      const [job] = await jobs.list({ limit: 10 }, ALICE);
      const done = await cluster.clock.run(jobs.wait(job?.id ?? '', ALICE, { waitMs: 20 * 60_000 }));
      expect(done.state).toBe(state);
      expect(cluster.adobe.submits).toHaveLength(requests);
      expect(done.images.every(({ kind }) => kind === 'generated')).toBe(true);
      const stored = cluster.images.records.map(({ kind, index }) => `${kind} ${index}`).toSorted();
      expect(stored).toEqual(state === 'succeeded' ? ['generated 1', 'generated 2', 'painted 1', 'painted 2'] : []);
      if (state === 'succeeded')
        expect(cluster.adobe.downloads).toBeLessThanOrEqual(
          point === 'downloaded' || point === 'file-in-place' ? 3 : 2,
        );
      expect(done.images.map(({ index }) => index)).toEqual(state === 'succeeded' ? [1, 2] : []);
    },
  );

  test('a permit that may have been used counts longer than the lease of its dead process', async () => {
    const { member, died } = await cluster.mortal('submitting');
    void member.jobs.enqueue(aRequest('maybe sent'), ALICE);
    await cluster.clock.run(died);
    const diedAt = cluster.clock.now();
    const { jobs } = await cluster.member({ perMinute: 1 });
    const { job } = await jobs.enqueue(aRequest('next'), ALICE);
    await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect((cluster.adobe.submits[0]?.at ?? 0) - diedAt).toBeGreaterThanOrEqual(60_000);
  });
});

describe('a lease', () => {
  test('a process that slept past its lease sends and writes nothing', async () => {
    let release: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (release = resolve));
    let hasReached = false;
    const sleeper = await cluster.member({
      failpoint: async (point) => {
        if (point !== 'permitted') return;
        hasReached = true;
        await asleep;
      },
    });
    // The pid of the sleeper is alive, but its engine no longer renews leases.
    const { job } = await sleeper.jobs.enqueue(aRequest('contended'), ALICE);
    await cluster.clock.pass(1_000);
    expect(hasReached).toBe(true);
    await sleeper.db.run('UPDATE jobs SET lease_until = 0 WHERE id = ?', [job.id]);
    const { jobs } = await cluster.member();
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    release();
    await cluster.clock.pass(60_000);
    expect(done.state).toBe('succeeded');
    expect((await jobs.get(job.id, ALICE)).state).toBe('succeeded');
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a job whose machine falls asleep right before its request is given back, and sent under another permit', async () => {
    let sleeps = 0;
    const { jobs, db } = await cluster.member({
      failpoint: async (point) => {
        if (point !== 'submitting') return;
        sleeps += 1;
        if (sleeps === 1) cluster.clock.jump(10 * 60_000);
      },
    });
    const { job } = await jobs.enqueue(aRequest('asleep'), ALICE);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(cluster.adobe.submits).toHaveLength(1);
    const permits = await db.all('SELECT outcome FROM permits WHERE job = ? ORDER BY attempt', [job.id]);
    expect(permits.map(({ outcome }) => outcome)).toEqual(['not_sent', 'accepted']);
  });
});

describe('a fence', () => {
  test('a job that two processes drive is sent only by the one that holds the lease', async () => {
    const releases: (() => void)[] = [];
    const pausedProcess = () =>
      cluster.member({
        failpoint: async (point) => {
          if (point === 'permitted') await new Promise<void>((resolve) => releases.push(resolve));
        },
      });
    const first = await pausedProcess();
    const { job } = await first.jobs.enqueue(aRequest('contended'), ALICE);
    await cluster.clock.pass(1_000);
    await first.db.run('UPDATE jobs SET lease_until = 0 WHERE id = ?', [job.id]);
    await pausedProcess();
    await cluster.clock.pass(70_000);
    expect(releases).toHaveLength(2);
    // Both are about to send in state `permitted`; only the second one holds the fence.
    releases[0]?.();
    await cluster.clock.pass(5_000);
    expect(cluster.adobe.submits).toHaveLength(0);
    releases[1]?.();
    const done = await cluster.clock.run(first.jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a poller that has lost its lease sends and writes nothing', async () => {
    let polls = 0;
    const first = await cluster.member({ failpoint: (point) => void (polls += point === 'status-read' ? 1 : 0) });
    cluster.adobe.durationMs = 120_000;
    const { job } = await first.jobs.enqueue(aRequest('contended'), ALICE);
    await cluster.clock.pass(10_000);
    await first.db.run('UPDATE jobs SET lease_until = 0 WHERE id = ?', [job.id]);
    const second = await cluster.member();
    await cluster.clock.pass(2_000);
    const before = polls;
    const done = await cluster.clock.run(second.jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(polls - before).toBeLessThanOrEqual(1);
    expect(cluster.adobe.downloads).toBe(1);
  });
});

describe('random kills', () => {
  test('random kills lose no job, send no request twice, and keep the quota', { tags: 'long' }, async () => {
    const kills = Number(process.env['KILLS'] ?? 150);
    const { killed, jobs } = await manyKills(kills);
    expect(killed).toBe(kills);
    expect(jobs).toBeGreaterThan(0);
  });
});
