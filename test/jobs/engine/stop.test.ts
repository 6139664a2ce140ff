import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** Stops an engine so many milliseconds after a job was enqueued. Gives the owner of the job's lease right after that. */
async function leaseOwnerAfterStop(delayMs: number): Promise<unknown> {
  const { jobs, db } = await cluster.member({ idle: true });
  // Every query takes 50 ms, so that the stop can come during a claim.
  const { engine } = await cluster.member({ perMinute: 1_000, turn: () => cluster.clock.sleep(50) });
  const { job } = await jobs.enqueue(aRequest(`after ${delayMs}`), ALICE);
  await cluster.clock.sleep(delayMs);
  await engine.stop();
  const row = await db.first('SELECT lease_owner FROM jobs WHERE id = ?', [job.id]);
  await jobs.cancel(job.id, ALICE).catch(() => undefined);
  return row?.['lease_owner'];
}

test('a stopped engine has handed back every job, also one that it was claiming', { tags: 'long' }, async () => {
  for (let delayMs = 0; delayMs <= 600; delayMs += 20) {
    expect(await cluster.clock.run(leaseOwnerAfterStop(delayMs)), `${delayMs} ms`).toBeNull();
  }
});
