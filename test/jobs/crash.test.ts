import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KillPoint } from '../../src/jobs/engine/engine-context.ts';
import { ALICE, aRequest, TestCluster, NEVER, type TestProcess } from '../support/cluster/test-cluster.ts';
import { manyKills } from './random-kills.ts';

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

/** A process that dies when it reaches the point for the first time. */
async function mortal(point: KillPoint): Promise<{ member: TestProcess; died: Promise<void> }> {
  let die: () => void;
  const died = new Promise<void>((resolve) => (die = resolve));
  const member = await home.member({
    failpoint: async (here) => {
      if (here !== point) return;
      member.kill();
      die();
      await NEVER;
    },
  });
  return { member, died };
}

/** At every kill point: the state after a restart, and how many requests reached Adobe. `kill-points.test.ts` says more. */
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
};

describe('after SIGKILL', () => {
  it.each(Object.entries(AFTER))('at %s the job ends %j', async (point, [state, requests]) => {
    const { member, died } = await mortal(point as KillPoint);
    void member.jobs.enqueue(aRequest('precious', 2), ALICE);
    await home.clock.run(died);
    const { jobs } = await home.member();
    const [job] = await jobs.list({ limit: 10 }, ALICE);
    const done = await home.clock.run(jobs.wait(job?.id ?? '', ALICE, { waitMs: 20 * 60_000 }));
    expect(done.state).toBe(state);
    expect(home.adobe.submits).toHaveLength(requests);
    expect(done.images.map(({ index }) => index)).toEqual(state === 'succeeded' ? [1, 2] : []);
  });

  it('a permit that may have been used counts, also beyond the lease of its holder', async () => {
    const { member, died } = await mortal('submitting');
    void member.jobs.enqueue(aRequest('maybe sent'), ALICE);
    await home.clock.run(died);
    const diedAt = home.clock.now();
    const { jobs } = await home.member({ perMinute: 1 });
    const { job } = await jobs.enqueue(aRequest('next'), ALICE);
    await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect((home.adobe.submits[0]?.at ?? 0) - diedAt).toBeGreaterThanOrEqual(60_000);
  });
});

describe('a worker that slept past its lease', () => {
  it('can neither send nor write any more', async () => {
    let release: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (release = resolve));
    let reachedIt = false;
    const sleeper = await home.member({
      failpoint: async (point) => {
        if (point !== 'permitted') return;
        reachedIt = true;
        await asleep;
      },
    });
    // It lives, as far as the process table knows, but its engine no longer renews leases.
    const { job } = await sleeper.jobs.enqueue(aRequest('contended'), ALICE);
    await home.clock.pass(1_000);
    expect(reachedIt).toBe(true);
    await sleeper.db.run('UPDATE jobs SET lease_until = 0 WHERE id = ?', [job.id]);
    const { jobs } = await home.member();
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    release();
    await home.clock.pass(60_000);
    expect(done.state).toBe('succeeded');
    expect((await jobs.get(job.id, ALICE)).state).toBe('succeeded');
    expect(home.adobe.submits).toHaveLength(1);
  });
});

describe('a machine that falls asleep right before a request is sent', () => {
  it('gives the job back when it wakes, since the permit has lapsed, and sends it under another one', async () => {
    let sleeps = 0;
    const { jobs, db } = await home.member({
      failpoint: async (point) => {
        if (point !== 'submitting') return;
        sleeps += 1;
        if (sleeps === 1) home.clock.jump(10 * 60_000);
      },
    });
    const { job } = await jobs.enqueue(aRequest('asleep'), ALICE);
    const done = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(home.adobe.submits).toHaveLength(1);
    const permits = await db.all('SELECT outcome FROM permits WHERE job = ? ORDER BY attempt', [job.id]);
    expect(permits.map(({ outcome }) => outcome)).toEqual(['not_sent', 'accepted']);
  });
});

describe('two workers on one job', () => {
  it('can never both send: the one whose lease has passed on stops', async () => {
    const gates: (() => void)[] = [];
    const stopped = () =>
      home.member({
        failpoint: async (point) => {
          if (point === 'permitted') await new Promise<void>((resolve) => gates.push(resolve));
        },
      });
    const first = await stopped();
    const { job } = await first.jobs.enqueue(aRequest('contended'), ALICE);
    await home.clock.pass(1_000);
    await first.db.run('UPDATE jobs SET lease_until = 0 WHERE id = ?', [job.id]);
    await stopped();
    await home.clock.pass(70_000);
    expect(gates).toHaveLength(2);
    // Both stand right before the send, in the same state; only the second one holds the fence.
    gates[0]?.();
    await home.clock.pass(5_000);
    expect(home.adobe.submits).toHaveLength(0);
    gates[1]?.();
    const done = await home.clock.run(first.jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(home.adobe.submits).toHaveLength(1);
  });
});

describe('a poller whose job has passed on', () => {
  it('asks and writes no more', async () => {
    let looks = 0;
    const first = await home.member({ failpoint: (point) => void (looks += point === 'status-read' ? 1 : 0) });
    home.adobe.durationMs = 120_000;
    const { job } = await first.jobs.enqueue(aRequest('contended'), ALICE);
    await home.clock.pass(10_000);
    await first.db.run('UPDATE jobs SET lease_until = 0 WHERE id = ?', [job.id]);
    const second = await home.member();
    await home.clock.pass(2_000);
    const before = looks;
    const done = await home.clock.run(second.jobs.wait(job.id, ALICE, { waitMs: 20 * 60_000 }));
    expect(done.state).toBe('succeeded');
    expect(looks - before).toBeLessThanOrEqual(1);
    expect(home.adobe.downloads).toBe(1);
  });
});

describe('random kills', () => {
  it('lose no job, send nothing twice, and stay within the quota', { timeout: 120_000 }, async () => {
    const kills = Number(process.env['KILLS'] ?? 150);
    const { killed, jobs } = await manyKills(kills);
    expect(killed).toBe(kills);
    expect(jobs).toBeGreaterThan(0);
  });
});
