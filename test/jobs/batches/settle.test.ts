import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordFiles } from '../../../src/jobs/store/batches/batch-items.ts';
import { settleBatch } from '../../../src/jobs/store/batches/batch-store.ts';
import { writeFilesAnew } from '../../../src/jobs/store/saves/later-composites.ts';
import { ALICE, TestCluster, type TestProcess } from '../../support/cluster/test-cluster.ts';
import { aPlan, prompts } from './a-plan.ts';

let cluster: TestCluster;
let member: TestProcess;
beforeEach(async () => {
  cluster = await TestCluster.create();
  member = await cluster.member({ perMinute: 60 });
});
afterEach(() => cluster.close());

/** A batch whose jobs have succeeded, its items, and the ways to write and to settle it by hand. */
async function endedBatch(folder: string | undefined) {
  const { id } = await cluster.clock.run(member.batches.submit(aPlan(prompts(2), { folder }), ALICE));
  await cluster.clock.pass(600_000);
  const rows = await member.db.all('SELECT item, job FROM batch_items WHERE batch = ? ORDER BY place', [id]);
  const items = rows.map(({ item, job }) => ({ item: String(item), job: String(job) }));
  return {
    items,
    write: (own: (typeof items)[number]) =>
      member.db.transaction((tx) => recordFiles(tx, { ...own, batch: id }, { img: `/set/${own.item}.png` })),
    settled: async () => {
      await member.db.transaction((tx) => settleBatch(tx, id));
      return (await member.db.first('SELECT settled_at FROM batches WHERE id = ?', [id]))?.['settled_at'] !== null;
    },
  };
}

test('a batch is not settled before the files of all its pictures are written, nor where one is to be written anew', async () => {
  const { items, write, settled } = await endedBatch('/set');
  const [first, second] = items;
  if (first === undefined || second === undefined) expect.unreachable();
  await write(first);
  expect(await settled()).toBe(false);
  await write(second);
  // A composite is made between the last file and the end of the batch.
  await member.db.transaction((tx) => writeFilesAnew(tx, { id: second.job }));
  expect(await settled()).toBe(false);
  await write(second);
  expect(await settled()).toBe(true);
});

test('a batch without a folder has no files to wait for', async () => {
  const { settled } = await endedBatch(undefined);
  expect(await settled()).toBe(true);
});
