import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterRateLimit, currentPace } from '../../../src/jobs/limits/rate-limit-backoff.ts';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;

describe('the pace after 429s', () => {
  test('is unchanged after one, halved by each further one within ten minutes, and at least one a minute', () => {
    const one = afterRateLimit(undefined, 0, false);
    const two = afterRateLimit(one, MINUTE, false);
    const three = afterRateLimit(two, 2 * MINUTE, false);
    expect([one, two, three].map((hits) => currentPace(hits, 8, 3 * MINUTE))).toEqual([8, 4, 2]);
    expect(currentPace({ count: 6, lastAt: 0 }, 4, 1)).toBe(1);
  });

  test('counts 429s of requests that were in flight together as one', () => {
    const one = afterRateLimit(undefined, 0, false);
    expect(afterRateLimit(one, 10, true)).toEqual(one);
  });

  test('rises by one a minute after ten quiet minutes, up to the quota', () => {
    const hits = { count: 3, lastAt: 0 };
    expect([9, 10, 11, 13, 60].map((n) => currentPace(hits, 8, n * MINUTE))).toEqual([2, 2, 3, 5, 8]);
    expect(afterRateLimit(hits, 11 * MINUTE, false).count).toBe(1);
  });
});

describe('an account whose quota other programs use too', () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.create();
  });
  afterEach(() => cluster.close());

  test('gets fewer requests a minute from every process', async () => {
    const { jobs } = await cluster.member({ perMinute: 8 });
    const limited = { kind: 'rate_limited', retryAfterMs: 15_000, problem: A_PROBLEM } as const;
    cluster.adobe.script.push(limited);
    const first = await jobs.enqueue(aRequest('first'), ALICE);
    await cluster.clock.run(jobs.wait(first.job.id, ALICE, { waitMs: 10 * MINUTE }));
    cluster.adobe.script.push(limited);
    const second = await jobs.enqueue(aRequest('second'), ALICE);
    await cluster.clock.run(jobs.wait(second.job.id, ALICE, { waitMs: 10 * MINUTE }));
    const other = await cluster.member({ perMinute: 8 });
    expect((await other.jobs.overview(ALICE, { limit: 1 })).quota.perMinute).toBe(4);
  });
});
