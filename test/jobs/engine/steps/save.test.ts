import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DownloadOutcome, RemoteStatus } from '../../../../src/firefly/types.ts';
import { Problem } from '../../../../src/shared/errors.ts';
import { ALICE, aRequest, TestCluster } from '../../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;
const FULL = new Problem('disk_full', 'The disk is full.', { next: 'Free some space.' });
const NO_PICTURE = new Problem('not_a_picture', 'That is no picture.', { actor: 'wait', next: 'Wait.' });

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

async function finishedJob(count = 1) {
  const { jobs } = await cluster.member();
  const { job } = await jobs.enqueue(aRequest('precious', count), ALICE);
  return cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 3 * 60 * MINUTE }));
}

/** Gives this outcome to so many downloads of the first picture; all others succeed. */
function failFirst(outcome: DownloadOutcome, attempts = Infinity): void {
  const others = cluster.adobe.download.bind(cluster.adobe);
  let remaining = attempts;
  cluster.adobe.download = (url, sink) => {
    if (!url.includes('/0?') || remaining === 0) return others(url, sink);
    remaining -= 1;
    return Promise.resolve(outcome);
  };
}

describe('a link that must not be followed', () => {
  const problem = { code: 'download_refused', message: 'Not https.', actor: 'operator', next: 'Trust it.' } as const;

  test('a refused link is retried with fresh links until the picture is saved', async () => {
    failFirst({ kind: 'refused', problem }, 5);
    const done = await finishedJob();
    expect(done).toMatchObject({ state: 'succeeded', problem: undefined });
    // One status request for the end of the job, and one after each refusal.
    expect(cluster.adobe.statusReads).toBeGreaterThanOrEqual(6);
  });

  test('a refused link is given up only once it has lapsed, and the job shows why', { tags: 'long' }, async () => {
    failFirst({ kind: 'refused', problem });
    const { jobs } = await cluster.member();
    const { job } = await jobs.enqueue(aRequest('precious'), ALICE);
    const after = (waitMs: number) => cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs }));
    const reads = cluster.adobe.statusReads;
    expect(await after(4 * MINUTE)).toMatchObject({ state: 'saving', problem: { code: 'download_refused' } });
    expect(cluster.adobe.statusReads - reads).toBeLessThan(20);
    cluster.clock.jump(60 * MINUTE);
    expect(await after(2 * MINUTE)).toMatchObject({ state: 'saving' });
    cluster.clock.jump(60 * MINUTE);
    expect(await after(2 * MINUTE)).toMatchObject({ state: 'expired', problem: { code: 'download_refused' } });
  });
});

describe('a job that Adobe takes back after its success', () => {
  const FAILED = { ...A_PROBLEM, message: 'It has failed after all.' };
  const refused = { kind: 'refused', problem: { ...A_PROBLEM, code: 'download_refused' } } as const;

  /** Lets these downloads fail, and every status after the first success be this one. */
  function takeBack(outcome: DownloadOutcome, answer: RemoteStatus): void {
    const status = cluster.adobe.status.bind(cluster.adobe);
    let isDone = false;
    cluster.adobe.status = async (handle) => {
      if (isDone) cluster.adobe.statusScript.push(answer);
      const given = await status(handle);
      isDone ||= given.kind === 'succeeded';
      return given;
    };
    failFirst(outcome);
  }

  test.each([
    ['failed', { kind: 'failed', problem: FAILED }, { kind: 'expired' }],
    ['timed out', { kind: 'timed_out', problem: FAILED }, { kind: 'expired' }],
    ['failed, its link refused', { kind: 'failed', problem: FAILED }, refused],
  ] as const)('%s: it ends at once, with the word of the status', async (_, answer, outcome) => {
    takeBack(outcome, answer);
    const { jobs } = await cluster.member();
    const { job } = await jobs.enqueue(aRequest('precious'), ALICE);
    const done = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: MINUTE }));
    expect(done).toMatchObject({ state: 'failed', problem: { message: FAILED.message }, images: [] });
    expect(cluster.adobe.downloads).toBeLessThan(3);
  });

  test('unknown: it ends once that has lasted, not at the first such answer', async () => {
    takeBack({ kind: 'expired' }, { kind: 'gone', problem: FAILED });
    const { jobs } = await cluster.member();
    const { job } = await jobs.enqueue(aRequest('precious'), ALICE);
    const after = (waitMs: number) => cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs }));
    expect(await after(4 * MINUTE)).toMatchObject({ state: 'saving' });
    expect(await after(4 * MINUTE)).toMatchObject({ state: 'expired', problem: { code: 'results_expired' } });
  });

  test('the pictures that are saved already are kept', async () => {
    takeBack({ kind: 'expired' }, { kind: 'failed', problem: FAILED });
    const done = await finishedJob(3);
    expect(done).toMatchObject({ state: 'succeeded', warnings: [expect.stringContaining('1 of 3')] });
  });
});

describe('saving', () => {
  test('a broken download is retried, and leaves no temporary file', async () => {
    cluster.adobe.downloadScript.push(
      { kind: 'transient', problem: A_PROBLEM },
      { kind: 'transient', problem: A_PROBLEM },
    );
    expect(await finishedJob()).toMatchObject({ state: 'succeeded', problem: undefined, warnings: [] });
    expect(cluster.adobe.downloads).toBe(3);
    expect(cluster.images.receiving).toBe(0);
  });

  test('a lapsed link is replaced by a fresh one', async () => {
    cluster.adobe.downloadScript.push({ kind: 'expired' });
    const others = cluster.adobe.download.bind(cluster.adobe);
    let readsBefore: number | undefined;
    cluster.adobe.download = (url, sink) => {
      readsBefore ??= cluster.adobe.statusReads;
      return others(url, sink);
    };
    expect(await finishedJob(2)).toMatchObject({ state: 'succeeded' });
    expect(cluster.adobe.statusReads).toBeGreaterThan(readsBefore ?? Infinity);
    expect(cluster.images.records).toHaveLength(2);
  });

  test('a fresh link that the storage calls lapsed for some minutes is retried', async () => {
    failFirst({ kind: 'expired' }, 8);
    expect(await finishedJob()).toMatchObject({ state: 'succeeded', problem: undefined });
  });

  test('a job whose fresh links never work ends expired', { tags: 'long' }, async () => {
    failFirst({ kind: 'expired' });
    expect(await finishedJob()).toMatchObject({ state: 'expired', problem: { code: 'results_expired' }, images: [] });
  });

  test('a picture is saved once a full disk has space again', async () => {
    cluster.images.failures.push(...Array.from({ length: 20 }, () => FULL));
    const done = await finishedJob();
    expect(done).toMatchObject({ state: 'succeeded', problem: undefined });
    expect(done.images).toHaveLength(1);
    expect(cluster.adobe.submits).toHaveLength(1);
  });

  test('a job that loses one of several pictures keeps the others, and warns', { tags: 'long' }, async () => {
    const problem = { code: 'result_too_large', message: 'The result is too large.', actor: 'us', next: 'x' } as const;
    failFirst({ kind: 'refused', problem });
    const done = await finishedJob(3);
    expect(done).toMatchObject({ state: 'succeeded', warnings: [expect.stringContaining('1 of 3')] });
    expect(done.images.map(({ index }) => index)).toEqual([2, 3]);
  });

  test('a picture whose download keeps failing delays no other one', async () => {
    failFirst({ kind: 'transient', problem: A_PROBLEM });
    cluster.adobe.urlLifetimeMs = 5 * MINUTE;
    const { jobs } = await cluster.member();
    const { job } = await jobs.enqueue(aRequest('four', 4), ALICE);
    const soon = await cluster.clock.run(jobs.wait(job.id, ALICE, { waitMs: 30_000 }));
    expect(soon.images.map(({ index }) => index)).toEqual([2, 3, 4]);
  });

  test('a download that is no picture for a while is retried', async () => {
    cluster.images.failures.push(...Array.from({ length: 8 }, () => NO_PICTURE));
    expect(await finishedJob()).toMatchObject({ state: 'succeeded', problem: undefined });
  });

  test('a download that stays no picture is given up after some minutes', { tags: 'long' }, async () => {
    cluster.images.failures.push(...Array.from({ length: 1_000 }, () => NO_PICTURE));
    expect(await finishedJob()).toMatchObject({ state: 'expired', problem: { code: 'not_a_picture' } });
    expect(cluster.adobe.downloads).toBeLessThan(30);
  });
});
