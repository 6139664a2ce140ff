import { afterEach, beforeEach, expect, test } from 'vitest';
import { declarationOf } from '../../../src/firefly/endpoints/registry.ts';
import type { OperationId } from '../../../src/firefly/types.ts';
import { ALICE, aRequest, TestCluster } from '../../support/cluster/test-cluster.ts';
import { ScriptedAdobe } from '../../support/doubles/scripted-adobe.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** A version of the program that has one more operation. */
class LaterAdobe extends ScriptedAdobe {
  override operation() {
    return declarationOf('generateImagesV3Async');
  }
}

test('a job whose operation this version does not know takes no permit, and waits for a version that does', async () => {
  const earlier = await cluster.member();
  const request = { ...aRequest('from a later version'), operation: 'generateWorldsV9' as string as OperationId };
  const { job } = await earlier.jobs.enqueue(request, ALICE);
  const waiting = await cluster.clock.run(earlier.jobs.wait(job.id, ALICE, { waitMs: 30_000 }));
  expect(['queued', 'preparing']).toContain(waiting.state);
  expect(waiting).toMatchObject({ paidRequests: 0 });
  expect(await earlier.db.all('SELECT * FROM permits')).toEqual([]);
  earlier.kill();
  const later = await cluster.member({ adobe: new LaterAdobe(cluster.clock) });
  const done = await cluster.clock.run(later.jobs.wait(job.id, ALICE, { waitMs: 120_000 }));
  expect(done).toMatchObject({ state: 'succeeded', paidRequests: 1 });
});
