import type { Queryable, Transaction } from '../../../store/database.ts';
import { fromRow, missesComposite, type JobRow } from '../../model/job-row.ts';
import { batchOfJob, setItemJob, unsettleBatch } from '../batches/batch-items.ts';
import { setOrders } from './save-orders.ts';

/** Has the files of a job written once more, since its pictures are others now: those of its batch, and those of `save_as`. */
export async function writeFilesAnew(tx: Transaction, { id, saves = [] }: Pick<JobRow, 'id' | 'saves'>): Promise<void> {
  if (saves.length > 0) {
    const anew = saves.map(({ host, root, name, size, crop }) => ({ host, root, name, size, crop }));
    await setOrders(tx, id, anew);
  }
  const batch = await batchOfJob(tx, id);
  if (batch === undefined) return;
  await setItemJob(tx, id, id);
  await unsettleBatch(tx, batch);
}

/** Jobs of a batch whose composites could not all be made, in the order of its source. */
export async function jobsWithoutComposite(db: Queryable, batch: string): Promise<readonly JobRow[]> {
  // The condition on the text only spares the rows of most jobs.
  const rows = await db.all(
    `SELECT j.* FROM batch_items i JOIN jobs j ON j.id = i.job
     WHERE i.batch = ? AND j.state = 'succeeded' AND j.edit LIKE '%"failure":%' ORDER BY i.place`,
    [batch],
  );
  return rows.map(fromRow).filter(missesComposite);
}
