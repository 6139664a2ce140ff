import { describe, expect, test } from 'vitest';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';
import { killAtRandom } from './kills.ts';

/** `kills.soak.ts` has longer lives as well, and more of them. */
describe('real processes that are killed every 200 ms, three at a time, while they start', () => {
  test('leave no job that is not done soon after', { tags: 'long', timeout: 240_000 }, async () => {
    const report = await killAtRandom({
      kills: 60,
      limitMs: 4_000,
      processes: 3,
      lifeMs: [200, 200],
      relay: false,
      perMinute: 60,
      mostUnfinished: 0,
      faultEveryMs: undefined,
      patient: false,
      headStart: 4,
    });
    console.log(`restarts: ${JSON.stringify(report)}`);
    expect(report).toMatchObject({ violations: [], impure: [], left: [], integrity: 'ok', failures: 0 });
    expect(report.kills).toBeGreaterThan(8);
    expect(report.jobs).toBe(4);
    expect(report.requests).toBeLessThanOrEqual(4);
  });
});

describe('an engine that is killed within 500 ms of each of 150 starts', () => {
  test(
    'comes to an end with every job, and holds no crash against one',
    { tags: 'long', timeout: 180_000 },
    async () => {
      for (let round = 0; round < 3; round += 1) await fiftyStarts(round);
    },
  );
});

async function fiftyStarts(round: number): Promise<void> {
  const home = await TestCluster.create();
  try {
    const ids: string[] = [];
    for (let start = 0; start < 50; start += 1) {
      // Few permits, so that most are killed while they wait for one.
      const member = await home.member({ perMinute: 2 });
      if (start % 15 === 0) {
        const { job } = await member.jobs.enqueue(aRequest(`n${start}`), ALICE);
        ids.push(job.id);
      }
      await home.clock.pass(((round * 50 + start) * 37) % 500);
      member.kill();
    }
    const { jobs, db } = await home.member({ perMinute: 2 });
    for (const id of ids) {
      const done = await home.clock.run(jobs.wait(id, ALICE, { waitMs: 20 * 60_000 }));
      expect(['succeeded', 'submit_unknown']).toContain(done.state);
    }
    const prompts = home.adobe.submits.map(({ prompt }) => prompt);
    expect(new Set(prompts).size).toBe(prompts.length);
    expect(prompts.length).toBeGreaterThan(0);
    expect(await db.all('SELECT failures, unauthorized FROM jobs GROUP BY 1, 2')).toEqual([
      { failures: 0, unauthorized: 0 },
    ]);
  } finally {
    await home.close();
  }
}
