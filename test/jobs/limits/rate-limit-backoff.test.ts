import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { afterRateLimit, currentPace } from '../../../src/jobs/limits/rate-limit-backoff.ts';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;

describe('pace after 429s', () => {
  it('stays after one, halves after each further one within ten minutes, never below one', () => {
    const one = afterRateLimit(undefined, 0, false);
    const two = afterRateLimit(one, MINUTE, false);
    const three = afterRateLimit(two, 2 * MINUTE, false);
    expect([one, two, three].map((strikes) => currentPace(strikes, 8, 3 * MINUTE))).toEqual([8, 4, 2]);
    expect(currentPace({ count: 6, lastAt: 0 }, 4, 1)).toBe(1);
  });

  it('takes 429s of requests that were under way for one', () => {
    const one = afterRateLimit(undefined, 0, false);
    expect(afterRateLimit(one, 10, true)).toEqual(one);
  });

  it('rises again by one a minute after ten quiet minutes, up to the quota', () => {
    const strikes = { count: 3, lastAt: 0 };
    expect([9, 10, 11, 13, 60].map((n) => currentPace(strikes, 8, n * MINUTE))).toEqual([2, 2, 3, 5, 8]);
    expect(afterRateLimit(strikes, 11 * MINUTE, false).count).toBe(1);
  });
});

describe('an organisation whose quota others use too', () => {
  let home: TestCluster;
  beforeEach(async () => {
    home = await TestCluster.create();
  });
  afterEach(() => home.close());

  it('is asked more slowly by every process', async () => {
    const { jobs } = await home.member({ perMinute: 8 });
    const limited = { kind: 'rate_limited', retryAfterMs: 15_000, problem: A_PROBLEM } as const;
    home.adobe.script.push(limited);
    const first = await jobs.enqueue(aRequest('first'), ALICE);
    await home.clock.run(jobs.wait(first.job.id, ALICE, { waitMs: 10 * MINUTE }));
    home.adobe.script.push(limited);
    const second = await jobs.enqueue(aRequest('second'), ALICE);
    await home.clock.run(jobs.wait(second.job.id, ALICE, { waitMs: 10 * MINUTE }));
    const other = await home.member({ perMinute: 8 });
    expect((await other.jobs.overview(ALICE, { limit: 1 })).quota.perMinute).toBe(4);
  });
});
