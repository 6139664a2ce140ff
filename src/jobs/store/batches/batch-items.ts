import { addReferencesFrom } from '../../../images/blobs/references.ts';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { hasRow, parseRow, readRows, readTally, readTexts } from '../../../store/rows.ts';
import { fromRow, type JobRow } from '../../model/job-row.ts';
import { JOB_STATES, type JobState } from '../../model/states.ts';
import { PRIORITY } from '../../model/priority.ts';
import { readJob } from '../rows.ts';
import { FAILURES, placeholders, stateList, ENDS_WITHOUT_PICTURE } from '../sql.ts';
import { ItemRow, type BatchRow } from './batch-row.ts';

/** An item with its current job. */
export interface ItemWithJob {
  readonly item: ItemRow;
  readonly job: JobRow;
}

/** Filter of a batch's items. */
interface Selection {
  readonly states?: readonly JobState[] | undefined;
  /** Only items whose files are not recorded. */
  readonly unwritten?: boolean | undefined;
  /** Only items of these current jobs. */
  readonly jobs?: readonly string[] | undefined;
  readonly limit?: number | undefined;
}

/** Items of a batch with their jobs, in the order of the source. */
export async function itemsWithJobs(
  db: Queryable,
  batch: string,
  { states = JOB_STATES, unwritten = false, jobs, limit = 1_000_000 }: Selection = {},
): Promise<readonly ItemWithJob[]> {
  const conditions = [
    ...(unwritten ? ['i.files IS NULL'] : []),
    ...(jobs === undefined ? [] : [`j.id IN ${placeholders(jobs)}`]),
    ...(states === JOB_STATES ? [] : [`j.state IN ${stateList(states)}`]),
  ];
  const rows = await db.all(
    `SELECT j.*, i.batch AS i_batch, i.item AS i_item, i.place, i.label, i.name, i.files
     FROM batch_items i JOIN jobs j ON j.id = i.job
     WHERE ${['i.batch = ?', ...conditions].join(' AND ')} ORDER BY i.place LIMIT ?`,
    [batch, ...(jobs ?? []), limit],
  );
  return rows.map((row) => ({
    job: fromRow(row),
    item: parseRow(ItemRow, { ...row, batch: row['i_batch'], item: row['i_item'], job: row['id'] }),
  }));
}

/** Number of a batch's items by the state of their job. */
export async function countByState(db: Queryable, batch: string): Promise<ReadonlyMap<JobState, number>> {
  const jobs = await readTally(
    db,
    `SELECT j.state AS state, COUNT(*) AS jobs FROM batch_items i JOIN jobs j ON j.id = i.job
     WHERE i.batch = ? GROUP BY j.state`,
    [batch],
  );
  return new Map(JOB_STATES.map((state) => [state, jobs.get(state) ?? 0]));
}

const Label = ItemRow.pick({ label: true });

/** The first items whose job failed, expired or has an unknown outcome. */
export async function failedItems(
  db: Queryable,
  batch: string,
  limit: number,
): Promise<readonly { readonly label: string; readonly job: JobRow }[]> {
  const rows = await db.all(
    `SELECT j.*, i.label AS label FROM batch_items i JOIN jobs j ON j.id = i.job
     WHERE i.batch = ? AND j.state IN ${FAILURES} ORDER BY i.place LIMIT ?`,
    [batch, limit],
  );
  return rows.map((row) => ({ ...parseRow(Label, row), job: fromRow(row) }));
}

/** Ids of a batch's jobs that succeeded, last finished first. */
export function succeededJobs(db: Queryable, batch: string, limit: number): Promise<readonly string[]> {
  return readTexts(
    db,
    `SELECT j.id FROM batch_items i JOIN jobs j ON j.id = i.job
     WHERE i.batch = ? AND j.state = 'succeeded' ORDER BY j.finished_at DESC LIMIT ?`,
    [batch, limit],
  );
}

/** The unfinished job of a batch that was accepted last. */
export function lastAcceptedOfBatch(db: Queryable, batch: string): Promise<JobRow | undefined> {
  return readJob(
    db,
    `SELECT * FROM jobs WHERE batch = ? AND finished_at IS NULL AND accepted_at IS NOT NULL
     ORDER BY accepted_at DESC LIMIT 1`,
    [batch],
  );
}

/**
 * The job of a batch that met a problem last. Only jobs in `preparing` or of a paused batch are considered: the problem
 * of a queued job may be over.
 */
export function blockedJob(db: Queryable, batch: string): Promise<JobRow | undefined> {
  return readJob(
    db,
    `SELECT * FROM jobs WHERE batch = ? AND finished_at IS NULL AND (state = 'preparing' OR priority = ?)
       AND problem IS NOT NULL ORDER BY updated_at DESC LIMIT 1`,
    [batch, PRIORITY.paused],
  );
}

/**
 * Items of earlier batches of one source by fingerprint: those that have a picture, may get one, or may be paid for.
 */
export function requestsOfSource(
  db: Queryable,
  { account, principal, source, tool }: Pick<BatchRow, 'account' | 'principal' | 'source' | 'tool'>,
): Promise<ReadonlyMap<string, number>> {
  return readTally(
    db,
    `SELECT j.fingerprint AS fingerprint, COUNT(*) AS times
     FROM batches b JOIN batch_items i ON i.batch = b.id JOIN jobs j ON j.id = i.job
     WHERE b.account = ? AND b.principal = ? AND b.source = ? AND b.tool = ?
       AND j.state NOT IN ${ENDS_WITHOUT_PICTURE}
     GROUP BY j.fingerprint`,
    [account, principal, source, tool],
  );
}

/** Whether the batch has an item of that key. */
export function hasItem(tx: Transaction, batch: string, item: string): Promise<boolean> {
  return hasRow(tx, 'SELECT 1 AS known FROM batch_items WHERE batch = ? AND item = ?', [batch, item]);
}

/** Inserts an item whose files are yet to be written. */
export async function insertItem(tx: Transaction, entry: Omit<ItemRow, 'files'>): Promise<void> {
  const { batch, item, place, label, name, job } = entry;
  await tx.run('INSERT INTO batch_items (batch, item, place, label, name, job) VALUES (?, ?, ?, ?, ?, ?)', [
    batch,
    item,
    place,
    label,
    name,
    job,
  ]);
}

/** The batch of which the job is the current job of an item, if any. */
export async function batchOfJob(tx: Transaction, job: string): Promise<string | undefined> {
  const [batch] = await readTexts(tx, 'SELECT batch FROM batch_items WHERE job = ?', [job]);
  return batch;
}

/** Makes `other` the current job of the item whose job was `job`. Its files are yet to be written. */
export async function setItemJob(tx: Transaction, job: string, other: string): Promise<void> {
  await tx.run('UPDATE batch_items SET job = ?, files = NULL WHERE job = ?', [other, job]);
}

/** Marks the batch as unsettled, so that the images of its items stay until it is settled again. */
export async function unsettleBatch(tx: Transaction, batch: string): Promise<void> {
  await tx.run('UPDATE batches SET settled_at = NULL WHERE id = ?', [batch]);
  const items = 'SELECT job, batch FROM batch_items WHERE batch = ? AND job IS NOT NULL';
  await addReferencesFrom(tx, 'images_of_job', { sql: items, params: [batch] });
}

/** `setItemJob`, which also marks the batch as unsettled. Changes nothing where `job` is no item's current job. */
export async function replaceItemJob(tx: Transaction, job: string, other: string): Promise<void> {
  const batch = await batchOfJob(tx, job);
  if (batch === undefined) return;
  await setItemJob(tx, job, other);
  await unsettleBatch(tx, batch);
}

/** Records the files that were written of an item, unless it has another job by now. */
export async function recordFiles(
  db: Queryable,
  { batch, item, job }: Pick<ItemRow, 'batch' | 'item' | 'job'>,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await db.run('UPDATE batch_items SET files = ? WHERE batch = ? AND item = ? AND job = ?', [
    JSON.stringify(files),
    batch,
    item,
    job,
  ]);
}

/** Records that the files of an item are yet to be written. */
export async function forgetFiles(db: Queryable, batch: string, item: string): Promise<void> {
  await db.run('UPDATE batch_items SET files = NULL WHERE batch = ? AND item = ?', [batch, item]);
}

/** Recorded files by item: absolute paths by image handle. */
export async function recordedFiles(
  db: Queryable,
  batch: string,
): Promise<readonly { readonly item: string; readonly files: Readonly<Record<string, string>> }[]> {
  const sql = 'SELECT item, files FROM batch_items WHERE batch = ? AND files IS NOT NULL';
  const rows = await readRows(db, ItemRow.pick({ item: true, files: true }), sql, [batch]);
  return rows.map(({ item, files = {} }) => ({ item, files }));
}
