import { expect } from 'vitest';
import { KILL_POINTS } from '../../../../src/jobs/engine/engine-context.ts';
import { isFinal } from '../../../../src/jobs/model/states.ts';
import { ALICE, anEdit, TestCluster, NEVER, type TestProcess } from '../../../support/cluster/test-cluster.ts';

/** Figures of one run. */
export interface KillRun {
  readonly killed: number;
  /** Jobs whose id a caller got. */
  readonly jobs: number;
  readonly requests: number;
  readonly unknown: number;
}

/** Kills of one cluster, which its dead processes slow down. */
const A_ROUND = 30;

/** Runs so many kills, in one cluster after the other, until `endAt` (of `performance.now`). */
export async function manyKills(kills: number, endAt = Infinity): Promise<KillRun> {
  let sum: KillRun = { killed: 0, jobs: 0, requests: 0, unknown: 0 };
  while (sum.killed < kills && performance.now() < endAt) {
    const cluster = await TestCluster.create();
    try {
      const run = await randomKills(cluster, Math.min(A_ROUND, kills - sum.killed));
      sum = {
        killed: sum.killed + run.killed,
        jobs: sum.jobs + run.jobs,
        requests: sum.requests + run.requests,
        unknown: sum.unknown + run.unknown,
      };
    } finally {
      await cluster.close();
    }
  }
  return sum;
}

/** Kills three processes at one kill point after the other, then asserts the invariants. */
async function randomKills(cluster: TestCluster, kills: number): Promise<KillRun> {
  let killed = 0;
  const replacements: Promise<unknown>[] = [];
  const started = async (): Promise<TestProcess> => {
    // The stride visits all points; some are passed once or twice before the kill.
    const point = KILL_POINTS[(killed * 7 + 3) % KILL_POINTS.length];
    let passes = killed % 3;
    const member: TestProcess = await cluster.member({
      perMinute: 30,
      failpoint: async (here) => {
        if (here !== point || killed >= kills) return;
        if (passes-- > 0) return;
        killed += 1;
        member.kill();
        const replacement = started().then((next) => (members[members.indexOf(member)] = next));
        // A run that ends early closes the cluster while a store opens; the one that awaits it below sees what it rejects with.
        replacement.catch(() => undefined);
        replacements.push(replacement);
        await NEVER;
      },
    });
    return member;
  };
  const members = [await started(), await started(), await started()];
  const acknowledged = new Set<string>();
  for (let n = 0; killed < kills && n < kills * 20; n += 1) {
    const member = members[n % 3];
    const call = member?.jobs.enqueue(anEdit(`n${n}`), ALICE).then(({ job }) => acknowledged.add(job.id));
    call?.catch(() => undefined);
    await cluster.clock.pass(1_500);
  }
  // Stores open in real time, so that the store of a replacement may still be opening; it may be killed and replaced as well.
  for (const replacement of replacements) await replacement;
  return { killed, ...(await checkInvariants(cluster, acknowledged, 30)) };
}

/**
 * Asserts the invariants: every acknowledged job ends with its picture or as `submit_unknown`; no request was sent twice,
 * and never more in a minute than the quota. Each job must have a prompt of its own.
 */
export async function checkInvariants(
  cluster: TestCluster,
  acknowledged: ReadonlySet<string>,
  perMinute: number,
): Promise<Omit<KillRun, 'killed'>> {
  const { jobs } = await cluster.member({ perMinute });
  let unknown = 0;
  for (const id of acknowledged) {
    const done = await cluster.clock.run(jobs.wait(id, ALICE, { waitMs: 60 * 60_000 }));
    expect(isFinal(done.state)).toBe(true);
    expect(['succeeded', 'submit_unknown']).toContain(done.state);
    if (done.state === 'succeeded') expect(done.images).toHaveLength(1);
    else unknown += 1;
  }
  const prompts = cluster.adobe.submits.map(({ prompt }) => prompt);
  expect(new Set(prompts).size).toBe(prompts.length);
  const at = cluster.adobe.submits.map((submit) => submit.at).sort((a, b) => a - b);
  for (const [n, start] of at.entries()) {
    const within = at.slice(n).filter((time) => time - start <= 60_000).length;
    expect(within).toBeLessThanOrEqual(perMinute);
  }
  return { jobs: acknowledged.size, requests: prompts.length, unknown };
}
