import type { Queryable, Transaction } from '../../../store/database.ts';
import { readCount } from '../rows.ts';

/** Finished before a moment, and no item of a batch that is unsettled or settled later; that moment is given twice. */
const EXPIRED_JOBS = `FROM jobs WHERE finished_at < ? AND NOT EXISTS (
  SELECT 1 FROM batch_items JOIN batches ON batches.id = batch_items.batch
  WHERE batch_items.job = jobs.id AND (batches.settled_at IS NULL OR batches.settled_at >= ?))`;

/** How many jobs are left for `deleteExpiredJobs`. All moments here are epoch milliseconds. */
export function countExpiredJobs(from: Queryable, before: number): Promise<number> {
  return readCount(from, `SELECT COUNT(*) AS jobs ${EXPIRED_JOBS}`, [before, before]);
}

/** Deletes a round of finished jobs, and says how many. */
export function deleteExpiredJobs(tx: Transaction, before: number): Promise<number> {
  const round = `SELECT id ${EXPIRED_JOBS} ORDER BY finished_at LIMIT 200`;
  return tx.run(`DELETE FROM jobs WHERE id IN (${round})`, [before, before]);
}

/** Deletes a round of settled batches with their items, and says how many batches. */
export async function deleteExpiredBatches(tx: Transaction, before: number): Promise<number> {
  const round = 'SELECT id FROM batches WHERE settled_at < ? ORDER BY settled_at, id LIMIT 5';
  await tx.run(`DELETE FROM batch_items WHERE batch IN (${round})`, [before]);
  return tx.run(`DELETE FROM batches WHERE id IN (${round})`, [before]);
}

/** Deletes permits that ended before a moment and are in the audit log. */
export function deletePermits(from: Queryable, before: number): Promise<number> {
  return from.run('DELETE FROM permits WHERE audited_at IS NOT NULL AND ended_at < ?', [before]);
}

/** Deletes upload ids that were made at a moment or earlier. */
export function deleteUploads(from: Queryable, before: number): Promise<number> {
  return from.run('DELETE FROM uploads WHERE uploaded_at <= ?', [before]);
}
