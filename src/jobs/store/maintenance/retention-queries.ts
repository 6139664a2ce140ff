import { dropReferences } from '../../../images/blobs/references.ts';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { placeholders } from '../../../store/placeholders.ts';
import { readCount, readTexts } from '../../../store/rows.ts';

/**
 * Jobs that finished before a time and are no item of a batch that was unsettled then. Parameters: that time, twice.
 */
const EXPIRED_JOBS = `FROM jobs WHERE finished_at < ? AND NOT EXISTS (
  SELECT 1 FROM batch_items JOIN batches ON batches.id = batch_items.batch
  WHERE batch_items.job = jobs.id AND (batches.settled_at IS NULL OR batches.settled_at >= ?))`;

/** How many jobs `deleteExpiredJobs` has left to delete. All times in this file are epoch milliseconds. */
export function countExpiredJobs(from: Queryable, before: number): Promise<number> {
  return readCount(from, `SELECT COUNT(*) AS jobs ${EXPIRED_JOBS}`, [before, before]);
}

/** Deletes up to 200 expired jobs, the oldest first, and returns how many. */
export async function deleteExpiredJobs(tx: Transaction, before: number): Promise<number> {
  const round = `SELECT id ${EXPIRED_JOBS} ORDER BY finished_at LIMIT 200`;
  const ids = await readTexts(tx, round, [before, before]);
  if (ids.length === 0) return 0;
  await dropReferences(tx, { sql: ids.map(() => '?').join(', '), params: ids });
  return tx.run(`DELETE FROM jobs WHERE id IN ${placeholders(ids)}`, ids);
}

/** Deletes up to five batches that were settled before `before`, with their items, and returns how many batches. */
export async function deleteExpiredBatches(tx: Transaction, before: number): Promise<number> {
  const round = 'SELECT id FROM batches WHERE settled_at < ? ORDER BY settled_at, id LIMIT 5';
  await tx.run(`DELETE FROM batch_items WHERE batch IN (${round})`, [before]);
  return tx.run(`DELETE FROM batches WHERE id IN (${round})`, [before]);
}

/** Deletes permits that ended before `before` and are in the audit log, and returns how many. */
export function deletePermits(from: Queryable, before: number): Promise<number> {
  return from.run('DELETE FROM permits WHERE audited_at IS NOT NULL AND ended_at < ?', [before]);
}

/** Deletes upload ids that were recorded at `before` or earlier, and returns how many. */
export function deleteUploads(from: Queryable, before: number): Promise<number> {
  return from.run('DELETE FROM uploads WHERE uploaded_at <= ?', [before]);
}
