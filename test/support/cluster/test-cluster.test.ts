import { expect, test } from 'vitest';
import { ALICE, aRequest, TestCluster } from './test-cluster.ts';

test('a cluster closes although a process was killed while it waited for the write lock of another', async () => {
  const cluster = await TestCluster.create();
  const holder = await cluster.member({ idle: true });
  const waiter = await cluster.member({ idle: true });
  let release = () => {};
  const held = holder.db.transaction(() => new Promise<void>((resolve) => (release = resolve)));
  void waiter.jobs.enqueue(aRequest('killed while it waits'), ALICE);
  await cluster.clock.pass(100);
  waiter.kill();
  release();
  await held;
  await cluster.close();
  expect(cluster.adobe.submits).toEqual([]);
});
