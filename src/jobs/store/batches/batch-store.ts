import { dropReferences, oneOwner } from '../../../images/blobs/references.ts';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { readNumber, readRow, readRows, readTexts } from '../../../store/rows.ts';
import { PRIORITY } from '../../model/priority.ts';
import { releaseImages } from '../image-references.ts';
import { unsettleBatch } from './batch-items.ts';
import { BatchRow, type DesiredState } from './batch-row.ts';

/** The batch of that id, if it belongs to the principal. */
export function findBatch(
  from: Pick<Queryable, 'first'>,
  { id, account, principal }: Pick<BatchRow, 'id' | 'account' | 'principal'>,
): Promise<BatchRow | undefined> {
  const sql = 'SELECT * FROM batches WHERE id = ? AND account = ? AND principal = ?';
  return readRow(from, BatchRow, sql, [id, account, principal]);
}

/** The batch of that id, of any principal. */
export function loadBatch(from: Pick<Queryable, 'first'>, id: string): Promise<BatchRow | undefined> {
  return readRow(from, BatchRow, 'SELECT * FROM batches WHERE id = ?', [id]);
}

/** The batch of that id, whose row stays locked until the transaction ends. @throws Error where there is none */
export async function lockBatch(tx: Transaction, id: string): Promise<BatchRow> {
  const batch = await readRow(tx, BatchRow, `SELECT * FROM batches WHERE id = ? ${tx.forUpdate}`, [id]);
  if (batch === undefined) throw new Error(`the batch ${id} is gone`);
  return batch;
}

/** The newest batch of this digest, cancelled or not. */
export function newestOfDigest(
  from: Pick<Queryable, 'first'>,
  { account, principal, digest }: Pick<BatchRow, 'account' | 'principal' | 'digest'>,
): Promise<BatchRow | undefined> {
  return readRow(
    from,
    BatchRow,
    `SELECT * FROM batches WHERE principal = ? AND account = ? AND digest = ?
     ORDER BY created_at DESC LIMIT 1`,
    [principal, account, digest],
  );
}

/** Id of the newest batch from a source of this name, cancelled or not. */
export async function newestOfSource(
  from: Pick<Queryable, 'first'>,
  { account, principal, source, tool }: Pick<BatchRow, 'account' | 'principal' | 'source' | 'tool'>,
): Promise<string | undefined> {
  const found = await readRow(
    from,
    BatchRow,
    `SELECT * FROM batches WHERE principal = ? AND account = ? AND source = ? AND tool = ?
     ORDER BY created_at DESC LIMIT 1`,
    [principal, account, source, tool],
  );
  return found?.id;
}

/** Unfinished ones first, then the newest. */
export function listBatches(
  from: Queryable,
  { account, principal, limit }: Pick<BatchRow, 'account' | 'principal'> & { readonly limit: number },
): Promise<readonly BatchRow[]> {
  return readRows(
    from,
    BatchRow,
    `SELECT * FROM batches WHERE account = ? AND principal = ?
     ORDER BY CASE WHEN settled_at IS NULL AND desired_state <> 'cancelled' THEN 0 ELSE 1 END, created_at DESC LIMIT ?`,
    [account, principal, limit],
  );
}

/** Unsettled batches of a machine, oldest first. */
export function unsettledBatches(
  from: Queryable,
  { account, host }: Pick<BatchRow, 'account' | 'host'>,
): Promise<readonly BatchRow[]> {
  const sql = 'SELECT * FROM batches WHERE account = ? AND settled_at IS NULL AND host = ? ORDER BY created_at';
  return readRows(from, BatchRow, sql, [account, host]);
}

/** Inserts an active batch, with a `createdAt` later than that of every other one of its account. */
export async function insertBatch(
  tx: Transaction,
  batch: Omit<BatchRow, 'desiredState' | 'manifest' | 'settledAt' | 'createdAt'>,
): Promise<BatchRow> {
  const { id, account, principal, tool, source, digest, items, duplicates, host, folder } = batch;
  const newest = await readNumber(tx, 'SELECT MAX(created_at) AS newest FROM batches WHERE account = ?', [account]);
  const createdAt = Math.max(tx.now, (newest ?? 0) + 1);
  await tx.run(
    `INSERT INTO batches
       (id, account, principal, tool, source, digest, desired_state, items, duplicates, host, folder, created_at)
     VALUES (?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?)`,
    [id, account, principal, tool, source, digest, items, duplicates, host, folder, createdAt],
  );
  return lockBatch(tx, id);
}

/** Keeps waiting items of the batch from being claimed until it is resumed. */
export async function pauseBatch(tx: Transaction, id: string, account: string): Promise<void> {
  await tx.lock(`queue:${account}`);
  await tx.run('UPDATE jobs SET priority = ? WHERE batch = ? AND finished_at IS NULL', [PRIORITY.paused, id]);
  await tx.run(`UPDATE batches SET desired_state = 'paused' WHERE id = ? AND desired_state = 'active'`, [id]);
}

/** Lets items of the batch be claimed again, and marks the batch as active. */
export async function resumeBatch(tx: Transaction, id: string): Promise<void> {
  await tx.run('UPDATE jobs SET priority = ? WHERE batch = ? AND finished_at IS NULL', [PRIORITY.batch, id]);
  await tx.run(`UPDATE batches SET desired_state = 'active' WHERE id = ?`, [id]);
}

/** Ends queued jobs of the batch, and requests the cancel of those that a process has claimed. */
export async function cancelBatch(tx: Transaction, id: string): Promise<void> {
  await cancelJobsWith(tx, 'batch', id);
  await tx.run(`UPDATE batches SET desired_state = 'cancelled' WHERE id = ?`, [id]);
}

/** As `cancelBatch`, for everything of a principal, under every account. */
export async function cancelEverythingOf(tx: Transaction, principal: string): Promise<void> {
  await cancelJobsWith(tx, 'principal', principal);
  await tx.run(`UPDATE batches SET desired_state = 'cancelled' WHERE principal = ? AND settled_at IS NULL`, [
    principal,
  ]);
}

async function cancelJobsWith(tx: Transaction, column: 'batch' | 'principal', value: string): Promise<void> {
  const queued = `WHERE ${column} = ? AND finished_at IS NULL AND state = 'queued'`;
  await releaseImages(tx, { sql: `SELECT id FROM jobs ${queued}`, params: [value] }, 'cancelled');
  await tx.run(`UPDATE jobs SET state = 'cancelled', cancel = 'requested', finished_at = ?, updated_at = ? ${queued}`, [
    tx.now,
    tx.now,
    value,
  ]);
  await tx.run(`UPDATE jobs SET cancel = 'requested' WHERE ${column} = ? AND finished_at IS NULL AND cancel = 'none'`, [
    value,
  ]);
}

/** Gives a new job the priority of paused batches, so that no process claims it until the batch is resumed. */
export async function pauseJob(tx: Transaction, job: string): Promise<void> {
  await tx.run('UPDATE jobs SET priority = ? WHERE id = ?', [PRIORITY.paused, job]);
}

/** Marks the batch as unsettled, with a new desired state. */
export async function reopenBatch(tx: Transaction, id: string, desiredState: DesiredState): Promise<void> {
  await tx.run('UPDATE batches SET desired_state = ? WHERE id = ?', [desiredState, id]);
  await unsettleBatch(tx, id);
}

/**
 * Marks the batch as settled, unless an item has an unfinished job, as after a retry that began meanwhile, or one whose files
 * are to be written, as after a composite that was made meanwhile.
 */
export async function settleBatch(tx: Transaction, id: string): Promise<void> {
  // A retry and a later composite change this row, too: what they ask for is seen by the next statement.
  await tx.first(`SELECT id FROM batches WHERE id = ? ${tx.forUpdate}`, [id]);
  const settled = await tx.run(
    `UPDATE batches SET settled_at = ? WHERE id = ? AND NOT EXISTS
       (SELECT 1 FROM batch_items i JOIN jobs j ON j.id = i.job WHERE i.batch = ? AND (j.finished_at IS NULL
         OR (batches.folder IS NOT NULL AND i.files IS NULL AND j.state = 'succeeded')))`,
    [tx.now, id, id],
  );
  if (settled > 0) await dropReferences(tx, oneOwner(id));
}

/** Records the file name of the manifest before the file is written. */
export async function setManifest(db: Queryable, id: string, manifest: string): Promise<void> {
  await db.run('UPDATE batches SET manifest = ? WHERE id = ?', [manifest, id]);
}

/** Ids of a batch's jobs, in the order of the source. */
export function jobsOfBatch(db: Queryable, batch: string): Promise<readonly string[]> {
  return readTexts(db, 'SELECT job FROM batch_items WHERE batch = ? ORDER BY place', [batch]);
}

/** Id of the current job of the item at this place of a principal's batch, from 1. */
export async function jobOfItem(
  { batch, place, principal }: { readonly batch: string; readonly place: number; readonly principal: string },
  db: Queryable,
): Promise<string | undefined> {
  const [job] = await readTexts(
    db,
    `SELECT i.job FROM batch_items i JOIN batches b ON b.id = i.batch
     WHERE i.batch = ? AND i.place = ? AND b.principal = ?`,
    [batch, place, principal],
  );
  return job;
}
