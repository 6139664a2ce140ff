import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { afterStrike, pacedBy } from '../../src/jobs/strikes.ts';
import { ALICE, aRequest, TestCluster } from '../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../support/doubles/scripted-adobe.ts';

const MINUTE = 60_000;

describe('pace after 429s', () => {
  it('stays after one, halves after each further one within ten minutes, never below one', () => {
    const one = afterStrike(undefined, 0, false);
    const two = afterStrike(one, MINUTE, false);
    const three = afterStrike(two, 2 * MINUTE, false);
    expect([one, two, three].map((strikes) => pacedBy(strikes, 8, 3 * MINUTE))).toEqual([8, 4, 2]);
    expect(pacedBy({ count: 6, lastAt: 0 }, 4, 1)).toBe(1);
  });

  it('takes 429s of requests that were under way for one', () => {
    const one = afterStrike(undefined, 0, false);
    expect(afterStrike(one, 10, true)).toEqual(one);
  });

  it('rises again by one a minute after ten quiet minutes, up to the quota', () => {
    const strikes = { count: 3, lastAt: 0 };
    expect([9, 10, 11, 13, 60].map((n) => pacedBy(strikes, 8, n * MINUTE))).toEqual([2, 2, 3, 5, 8]);
    expect(afterStrike(strikes, 11 * MINUTE, false).count).toBe(1);
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
