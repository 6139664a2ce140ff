import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownloadOutcome } from '../../src/firefly/types.ts';
import { Problem } from '../../src/shared/errors.ts';
import { ALICE, aRequest, TestCluster } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;
const FULL = new Problem('disk_full', 'The disk is full.', { actor: 'operator', next: 'Free some space.' });
const NO_PICTURE = new Problem('not_a_picture', 'That is no picture.', { actor: 'wait', next: 'Wait.' });

let home: TestCluster;
beforeEach(async () => {
  home = await TestCluster.create();
});
afterEach(() => home.close());

async function made(count = 1) {
  const { jobs } = await home.member();
  const { job } = await jobs.enqueue(aRequest('precious', count), ALICE);
  return home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 3 * 60 * MINUTE }));
}

/** What becomes of every attempt at the first picture; the others are there. */
function first(outcome: DownloadOutcome, attempts = Infinity): void {
  const others = home.adobe.download.bind(home.adobe);
  let left = attempts;
  home.adobe.download = (url, sink) => {
    if (!url.includes('/0?') || left === 0) return others(url, sink);
    left -= 1;
    return Promise.resolve(outcome);
  };
}

describe('a link that must not be followed', () => {
  const problem = { code: 'download_refused', message: 'Not https.', actor: 'operator', next: 'Trust it.' } as const;

  it('is tried again, with what Adobe says meanwhile, and then the picture is saved', async () => {
    first({ kind: 'refused', problem }, 5);
    const done = await made();
    expect(done).toMatchObject({ state: 'succeeded', problem: undefined });
    // One look for the end of the job, and one after each refusal.
    expect(home.adobe.statusReads).toBeGreaterThanOrEqual(6);
  });

  it('is given up only when it has lapsed, and the job says why', async () => {
    first({ kind: 'refused', problem });
    const { jobs } = await home.member();
    const { job } = await jobs.enqueue(aRequest('precious'), ALICE);
    const after = (waitMs: number) => home.clock.run(jobs.wait(job.id, ALICE, { waitMs }));
    const looks = home.adobe.statusReads;
    expect(await after(4 * MINUTE)).toMatchObject({ state: 'saving', problem: { code: 'download_refused' } });
    expect(home.adobe.statusReads - looks).toBeLessThan(20);
    home.clock.jump(60 * MINUTE);
    expect(await after(2 * MINUTE)).toMatchObject({ state: 'saving' });
    home.clock.jump(60 * MINUTE);
    expect(await after(2 * MINUTE)).toMatchObject({ state: 'expired', problem: { code: 'download_refused' } });
  });
});

describe('saving', () => {
  it('tries again after a download that broke, and leaves nothing behind', async () => {
    home.adobe.downloadScript.push(
      { kind: 'transient', problem: A_PROBLEM },
      { kind: 'transient', problem: A_PROBLEM },
    );
    expect(await made()).toMatchObject({ state: 'succeeded', problem: undefined, warnings: [] });
    expect(home.adobe.downloads).toBe(3);
    expect(home.images.open).toBe(0);
  });

  it('gets a fresh link for one that has lapsed', async () => {
    home.adobe.downloadScript.push({ kind: 'expired' });
    const others = home.adobe.download.bind(home.adobe);
    let readsBefore: number | undefined;
    home.adobe.download = (url, sink) => {
      readsBefore ??= home.adobe.statusReads;
      return others(url, sink);
    };
    expect(await made(2)).toMatchObject({ state: 'succeeded' });
    expect(home.adobe.statusReads).toBeGreaterThan(readsBefore ?? Infinity);
    expect(home.images.records).toHaveLength(2);
  });

  it('outlasts a storage that says for minutes that a fresh link has lapsed', async () => {
    first({ kind: 'expired' }, 8);
    expect(await made()).toMatchObject({ state: 'succeeded', problem: undefined });
  });

  it('ends expired when no fresh link works', async () => {
    first({ kind: 'expired' });
    expect(await made()).toMatchObject({ state: 'expired', problem: { code: 'results_expired' }, images: [] });
  });

  it('waits for space on a full disk: the picture has been paid for', async () => {
    home.images.failures.push(...Array.from({ length: 20 }, () => FULL));
    const done = await made();
    expect(done).toMatchObject({ state: 'succeeded', problem: undefined });
    expect(done.images).toHaveLength(1);
    expect(home.adobe.submits).toHaveLength(1);
  });

  it('keeps what it can of several, and says what is missing', async () => {
    const problem = { code: 'result_too_large', message: 'The result is too large.', actor: 'us', next: 'x' } as const;
    first({ kind: 'refused', problem });
    const done = await made(3);
    expect(done).toMatchObject({ state: 'succeeded', warnings: [expect.stringContaining('1 of 3')] });
    expect(done.images.map(({ index }) => index)).toEqual([2, 3]);
  });

  it('loses no picture to the trouble of another one', async () => {
    first({ kind: 'transient', problem: A_PROBLEM });
    home.adobe.urlLifetimeMs = 5 * MINUTE;
    const { jobs } = await home.member();
    const { job } = await jobs.enqueue(aRequest('four', 4), ALICE);
    const soon = await home.clock.run(jobs.wait(job.id, ALICE, { waitMs: 30_000 }));
    expect(soon.images.map(({ index }) => index)).toEqual([2, 3, 4]);
  });

  it('outlasts a page in place of the picture', async () => {
    home.images.failures.push(...Array.from({ length: 8 }, () => NO_PICTURE));
    expect(await made()).toMatchObject({ state: 'succeeded', problem: undefined });
  });

  it('gives up on contents that are no picture, after some minutes', async () => {
    home.images.failures.push(...Array.from({ length: 1_000 }, () => NO_PICTURE));
    expect(await made()).toMatchObject({ state: 'expired', problem: { code: 'not_a_picture' } });
    expect(home.adobe.downloads).toBeLessThan(30);
  });
});
