import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALICE, TestCluster } from '../../support/cluster/test-cluster.ts';
import { onPostgres } from '../../support/postgres/on-postgres.ts';
import { aPlan } from './a-plan.ts';

/** The least that a batch has to do in PostgreSQL; `batches.postgres.long.ts` has the control of batches. */
await onPostgres('a batch in PostgreSQL', {}, () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.create();
  });
  afterEach(() => cluster.close());

  test('makes every item once, and is found where it is submitted again', async () => {
    const { batches } = await cluster.member();
    const plan = aPlan(['fox', 'owl', 'fox']);
    const { id } = await cluster.clock.run(batches.submit(plan, ALICE));
    const ended = async () => {
      while ((await batches.get(id, ALICE)).state !== 'finished') await cluster.clock.sleep(1_000);
      return batches.get(id, ALICE);
    };
    expect(await cluster.clock.run(ended())).toMatchObject({ counts: { succeeded: 3 }, cost: { requests: 3 } });
    expect((await cluster.clock.run(batches.submit(plan, ALICE))).id).toBe(id);
    await cluster.clock.pass(60_000);
    expect(cluster.adobe.submits.map(({ prompt }) => prompt).toSorted()).toEqual(['fox', 'fox', 'owl']);
  });
});
