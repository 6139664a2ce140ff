import { describe, expect, it } from 'vitest';
import { ALICE, aRequest, TestCluster } from '../support/cluster/test-cluster.ts';
import { storm, type Storm } from './kills.ts';

const CALM: Storm = {
  kills: 20,
  limitMs: 15_000,
  processes: 2,
  lifeMs: [100, 500],
  relay: false,
  perMinute: 60,
  mostUnfinished: 0,
  faultEveryMs: undefined,
  patient: false,
  headStart: 4,
};

describe('C05, C07: real processes that are killed while they start', () => {
  it.each<[string, Partial<Storm>]>([
    ['within 500 ms, two at a time', {}],
    ['every 200 ms, three at a time', { processes: 3, lifeMs: [200, 200], limitMs: 8_000, kills: 60 }],
  ])('%s: every job is done soon after', { timeout: 240_000 }, async (_name, change) => {
    const toll = await storm({ ...CALM, ...change });
    console.log(`restarts: ${JSON.stringify(toll)}`);
    expect(toll).toMatchObject({ violations: [], impure: [], left: [], integrity: 'ok', failures: 0 });
    expect(toll.kills).toBeGreaterThan(8);
    expect(toll.jobs).toBe(4);
    expect(toll.requests).toBeLessThanOrEqual(4);
  });
});

describe('C05: the engine, killed within 500 ms of each of 150 starts', () => {
  it('comes to an end with every job, and holds no crash against one', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 3; round += 1) await fiftyStarts(round);
  });
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
