import type { Database } from '../../store/database.ts';
import type { JobRow } from '../model/job-row.ts';
import { PRIORITY } from '../model/priority.ts';
import { readJobs, readTally } from './rows.ts';
import { BEYOND_QUEUE, WAITING } from './sql.ts';

/** The jobs of one principal that a list shows: no items of batches. */
interface Listed {
  readonly account: string;
  readonly principal: string;
  readonly limit: number;
}

/** Newest first; only those older than `before` (epoch milliseconds). */
export function listNewestJobs(
  db: Database,
  { account, principal, limit, before }: Listed & { readonly before: number },
): Promise<readonly JobRow[]> {
  return readJobs(
    db,
    `SELECT * FROM jobs WHERE account = ? AND principal = ? AND created_at < ? AND batch IS NULL
     ORDER BY created_at DESC LIMIT ?`,
    [account, principal, before, limit],
  );
}

/** Unfinished jobs that have a permit, newest first. */
export async function listBegunJobs(db: Database, { account, principal, limit }: Listed): Promise<readonly JobRow[]> {
  // Sorted here: SQLite would read an index of all jobs in this order to spare itself the sorting of a few.
  const jobs = await readJobs(
    db,
    `SELECT * FROM jobs WHERE account = ? AND principal = ? AND finished_at IS NULL AND priority = ?
       AND batch IS NULL AND state IN ${BEYOND_QUEUE}`,
    [account, principal, PRIORITY.interactive],
  );
  return [...jobs].sort((a, b) => b.createdAt - a.createdAt).slice(0, limit);
}

/** Unfinished jobs of one principal, items of batches included unless those are paused: without and with a permit. */
export async function countUnfinished(
  db: Database,
  { account, principal }: Pick<Listed, 'account' | 'principal'>,
): Promise<{ readonly queued: number; readonly running: number }> {
  const counts = await readTally(
    db,
    `SELECT CASE WHEN state IN ${WAITING} THEN 'queued' ELSE 'running' END AS phase, COUNT(*) AS jobs
     FROM jobs WHERE account = ? AND principal = ? AND finished_at IS NULL AND priority IN (?, ?)
     GROUP BY 1`,
    [account, principal, PRIORITY.interactive, PRIORITY.batch],
  );
  return { queued: counts.get('queued') ?? 0, running: counts.get('running') ?? 0 };
}
