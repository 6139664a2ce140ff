import type { Queryable } from '../../../store/database.ts';
import { fromRow, type JobRow, toAssignments } from '../../model/job-row.ts';
import { type SaveOrder, saveColumns } from '../../model/saves/save-order.ts';

/** Jobs of one query. */
const CHUNK = 20;

/** Records the orders of a job, under no fence: the process that holds its lease writes no orders. */
export async function setOrders(tx: Queryable, job: string, orders: readonly SaveOrder[]): Promise<void> {
  const { set, params } = toAssignments(saveColumns(orders));
  await tx.run(`UPDATE jobs SET ${set} WHERE id = ?`, [...params, job]);
}

/** Jobs whose pictures are made and not written to files yet, the first few. */
export async function jobsToSave(db: Queryable, account: string): Promise<readonly JobRow[]> {
  const rows = await db.all(
    `SELECT * FROM jobs WHERE account = ? AND save_due = 1 AND state = 'succeeded' ORDER BY created_at LIMIT ${CHUNK}`,
    [account],
  );
  return rows.map(fromRow);
}
