import type { Queryable, Transaction } from '../../store/database.ts';
import type { ImageLibrary } from '../../images/types.ts';
import { MAY_HAVE_COST } from '../budget.ts';
import { fromRow, type JobRecord } from '../record.ts';
import { PRIORITY } from '../turns.ts';
import { toItem, type ItemRecord } from './record.ts';
import type { BatchItemView } from './types.ts';

/** From now on another job stands for the item of the batch that `job` stood for, if it did for any. */
export async function standInFor(tx: Transaction, job: string, other: string): Promise<void> {
  const item = await tx.first('SELECT batch FROM batch_items WHERE job = ?', [job]);
  if (item === undefined) return;
  await tx.run('UPDATE batch_items SET job = ?, files = NULL WHERE job = ?', [other, job]);
  await tx.run('UPDATE batches SET settled_at = NULL WHERE id = ?', [String(item['batch'])]);
}

/** Lets no further item of the batch begin, until somebody resumes it. */
export async function pauseBatch(tx: Transaction, batch: string, account: string): Promise<void> {
  await tx.lock(`queue:${account}`);
  await tx.run('UPDATE jobs SET priority = ? WHERE batch = ? AND finished_at IS NULL', [PRIORITY.paused, batch]);
  await tx.run(`UPDATE batches SET wish = 'paused' WHERE id = ? AND wish = 'active'`, [batch]);
}

/** An item with the job that stands for it. */
export interface ItemWithJob {
  readonly item: ItemRecord;
  readonly job: JobRecord;
}

/** Items of a batch in their order, with their jobs; `where` is a condition on both (`i`, `j`). */
export async function itemsWithJobs(
  db: Queryable,
  batch: string,
  { where = '1 = 1', limit = 1_000_000 } = {},
): Promise<readonly ItemWithJob[]> {
  const rows = await db.all(
    `SELECT j.*, i.batch AS i_batch, i.item AS i_item, i.place, i.label, i.name, i.files
     FROM batch_items i JOIN jobs j ON j.id = i.job WHERE i.batch = ? AND ${where} ORDER BY i.place LIMIT ?`,
    [batch, limit],
  );
  return rows.map((row) => ({
    job: fromRow(row),
    item: toItem({ ...row, batch: row['i_batch'] ?? null, item: row['i_item'] ?? null, job: row['id'] ?? null }),
  }));
}

/** Every item of a batch, as the manifest tells it. */
export async function viewItems(db: Queryable, images: ImageLibrary, batch: string): Promise<readonly BatchItemView[]> {
  const permits = await db.all(
    `SELECT job, COUNT(*) AS spent FROM permits
     WHERE ${MAY_HAVE_COST} AND job IN (SELECT job FROM batch_items WHERE batch = ?) GROUP BY job`,
    [batch],
  );
  const spent = new Map(permits.map((row) => [String(row['job']), Number(row['spent'])]));
  const views: BatchItemView[] = [];
  for (const { item, job } of await itemsWithJobs(db, batch)) {
    views.push({
      item: item.item,
      label: item.label,
      job: job.id,
      state: job.state,
      images: job.outputs.length > 0 ? await images.ofJob(job.id) : [],
      files: item.files ?? {},
      problem: job.problem,
      paidRequests: spent.get(job.id) ?? 0,
    });
  }
  return views;
}
