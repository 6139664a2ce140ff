import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RateLimited } from '../../../src/firefly/problems.ts';
import type { PaidRequest } from '../../../src/jobs/model/types.ts';
import { ALICE, aRequest, aRequestWith, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

let cluster: TestCluster;
let first: TestProcess;
let second: TestProcess;
beforeEach(async () => {
  cluster = await TestCluster.create();
  [first, second] = [await cluster.member(), await cluster.member()];
});
afterEach(() => cluster.close());

const PICTURE = { sha256: 'a'.repeat(64), mimeType: 'image/png', bytes: 10, width: 1, height: 1 } as const;

function withPicture(prompt: string): PaidRequest {
  return aRequestWith([PICTURE], prompt);
}

async function finished(request: PaidRequest) {
  const { job } = await second.jobs.enqueue(request, ALICE);
  return cluster.clock.run(second.jobs.wait(job.id, ALICE, { waitMs: 10 * 60_000 }));
}

/** A query of the first process, outside of any job, meets a 429 with two minutes of Retry-After. */
async function queryMeetsRateLimit() {
  cluster.adobe.listingScript.push(new RateLimited(120_000));
  return first.gatedQueries.customModels({}).catch((error: unknown) => error);
}

describe('a 429 on a query outside of jobs', () => {
  test('is reported with the time to wait, and delays the submits of every process', async () => {
    const error = await queryMeetsRateLimit();
    expect(error).toMatchObject({
      code: 'rate_limited',
      actor: 'wait',
      next: expect.stringMatching(/^Wait 1[23]\d sec/) as string,
    });
    const from = cluster.clock.now();
    expect(await finished(aRequest('later'))).toMatchObject({ state: 'succeeded' });
    expect((cluster.adobe.submits[0]?.at ?? 0) - from).toBeGreaterThanOrEqual(120_000);
  });

  test('keeps the queries and uploads of every process from being sent', async () => {
    await queryMeetsRateLimit();
    await cluster.clock.pass(30_000);
    await expect(second.gatedQueries.customModels({})).rejects.toMatchObject({
      next: expect.stringMatching(/^Wait (9|10)\d sec/) as string,
    });
    expect(cluster.adobe.listings).toBe(1);
    const { job } = await second.jobs.enqueue(withPicture('uploaded later'), ALICE);
    await cluster.clock.pass(60_000);
    expect(cluster.adobe.uploads).toHaveLength(0);
    const done = await cluster.clock.run(second.jobs.wait(job.id, ALICE, { waitMs: 5 * 60_000 }));
    expect(done).toMatchObject({ state: 'succeeded' });
    expect(await second.gatedQueries.customModels({})).toMatchObject({ models: [] });
  });
});

describe('a cooldown', () => {
  test.each([
    [20_000, 20_000],
    [undefined, 15_000],
    [0, 15_000],
    [1e12, 15 * 60_000],
  ])('after a 429 with a Retry-After of %s ms lasts %d ms and at most a tenth more', async (asked, lastsMs) => {
    cluster.adobe.listingScript.push(new RateLimited(asked));
    await first.gatedQueries.customModels({}).catch(() => undefined);
    const { quota } = await second.jobs.overview(ALICE, { limit: 1 });
    const forMs = (quota.cooldownUntil ?? 0) - cluster.clock.now();
    expect(forMs).toBeGreaterThanOrEqual(lastsMs);
    expect(forMs).toBeLessThanOrEqual(lastsMs * 1.1 + 1);
  });
});

describe('a clock that is set back', () => {
  test('lets no more requests through than the quota allows', { tags: 'long' }, async () => {
    const { clock } = cluster;
    const wall = clock.now.bind(clock);
    const sent: number[] = [];
    const submit = cluster.adobe.submit.bind(cluster.adobe);
    cluster.adobe.submit = (request, options) => {
      sent.push(clock.monotonic());
      return submit(request, options);
    };
    for (let n = 0; n < 4; n += 1) await clock.run(first.jobs.enqueue(aRequest(`n${n}`), ALICE));
    await clock.pass(5_000);
    clock.now = () => wall() - 2 * 60_000;
    for (let n = 4; n < 8; n += 1) await clock.run(second.jobs.enqueue(aRequest(`n${n}`), ALICE));
    await clock.pass(5 * 60_000);
    expect(sent).toHaveLength(8);
    expect((sent[4] ?? 0) - (sent[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('a 429 on a request of a job', () => {
  test.each<[string, () => void]>([
    ['an upload', () => cluster.adobe.uploadScript.push({ kind: 'rate_limited', retryAfterMs: 60_000 })],
    ['a status', () => cluster.adobe.statusScript.push({ kind: 'rate_limited', retryAfterMs: 60_000 })],
  ])('(%s) begins a cooldown for every process', async (_name, rateLimit) => {
    rateLimit();
    await first.jobs.enqueue(withPicture('first'), ALICE);
    await cluster.clock.pass(10_000);
    await expect(second.gatedQueries.customModels({})).rejects.toMatchObject({ code: 'rate_limited' });
    expect(cluster.adobe.listings).toBe(0);
  });
});

describe('a series of 429s', () => {
  test(
    'lets one request through at a time, and is over within a minute of the last one',
    { tags: 'long' },
    async () => {
      for (let more = 0; more < 2; more += 1) await cluster.member();
      const problem = { ...A_PROBLEM, code: 'rate_limited' } as const;
      cluster.adobe.script.push(
        ...Array.from({ length: 1_000 }, () => ({ kind: 'rate_limited', retryAfterMs: undefined, problem }) as const),
      );
      for (let n = 0; n < 8; n += 1)
        await cluster.clock.run((n % 2 ? first : second).jobs.enqueue(aRequest(`n${n}`), ALICE));
      await cluster.clock.pass(150_000);
      const at = cluster.adobe.submits.map((submit) => submit.at);
      const gaps = at.slice(1).map((time, n) => time - (at[n] ?? 0));
      // The first requests were in flight together.
      const together = gaps.findIndex((gap) => gap >= 15_000);
      expect(together).toBeLessThan(4);
      expect(Math.min(...gaps.slice(together))).toBeGreaterThanOrEqual(15_000);
      const over = cluster.clock.now();
      cluster.adobe.script.length = 0;
      const before = cluster.adobe.submits.length;
      await cluster.clock.pass(60_000);
      expect(cluster.adobe.submits.length).toBeGreaterThan(before);
      expect((cluster.adobe.submits[before]?.at ?? 0) - over).toBeLessThanOrEqual(60_000);
    },
  );
});
