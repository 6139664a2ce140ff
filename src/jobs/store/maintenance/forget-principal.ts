import { dropReferences } from '../../../images/blobs/references.ts';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { placeholders } from '../../../store/placeholders.ts';
import { readCount, readTexts } from '../../../store/rows.ts';
import { cancelEverythingOf } from '../batches/batch-store.ts';
import { jobChannel } from '../sql.ts';

/** Jobs of one transaction. */
const JOBS = 200;
/** Batches of one transaction, each with any number of items. */
const BATCHES = 5;

/** Ends queued jobs of a principal, under every account, and requests the cancel of those that a process has claimed. */
export async function cancelAllOf(tx: Transaction, principal: string): Promise<void> {
  const unfinished = 'SELECT DISTINCT account FROM jobs WHERE principal = ? AND finished_at IS NULL ORDER BY account';
  const accounts = await readTexts(tx, unfinished, [principal]);
  for (const account of accounts) await tx.lock(`queue:${account}`);
  await cancelEverythingOf(tx, principal);
  for (const account of accounts) tx.wake(jobChannel(account));
}

/** How much there is of a principal. */
export async function countAllOf(
  from: Queryable,
  principal: string,
): Promise<Readonly<Record<'jobs' | 'unfinished' | 'batches' | 'uploads', number>>> {
  const count = (what: string) => readCount(from, `SELECT COUNT(*) AS found FROM ${what}`, [principal]);
  return {
    jobs: await count('jobs WHERE principal = ?'),
    unfinished: await count('jobs WHERE principal = ? AND finished_at IS NULL'),
    batches: await count('batches WHERE principal = ?'),
    uploads: await count('uploads WHERE principal = ?'),
  };
}

/** Deletes up to 200 jobs of a principal that have ended, and returns how many. Their permits stay. */
export async function deleteEndedJobsOf(tx: Transaction, principal: string): Promise<number> {
  const round = `SELECT id FROM jobs WHERE principal = ? AND finished_at IS NOT NULL LIMIT ${JOBS}`;
  const ids = await readTexts(tx, round, [principal]);
  if (ids.length === 0) return 0;
  await dropReferences(tx, { sql: ids.map(() => '?').join(', '), params: ids });
  return tx.run(`DELETE FROM jobs WHERE id IN ${placeholders(ids)}`, ids);
}

/** Deletes up to five batches of a principal without an unfinished job, and returns how many. */
export async function deleteEndedBatchesOf(tx: Transaction, principal: string): Promise<number> {
  const round = `SELECT id FROM batches WHERE principal = ? AND NOT EXISTS
    (SELECT 1 FROM jobs WHERE jobs.batch = batches.id AND jobs.finished_at IS NULL) LIMIT ${BATCHES}`;
  const ids = await readTexts(tx, round, [principal]);
  if (ids.length === 0) return 0;
  await dropReferences(tx, { sql: ids.map(() => '?').join(', '), params: ids });
  await tx.run(`DELETE FROM batch_items WHERE batch IN ${placeholders(ids)}`, ids);
  return tx.run(`DELETE FROM batches WHERE id IN ${placeholders(ids)}`, ids);
}
