import { z } from 'zod';
import type { Queryable, Transaction } from '../../store/database.ts';
import { readCount, readNumber, readRow } from '../../store/rows.ts';
import type { JobRow } from '../model/job-row.ts';
import { PRIORITY } from '../model/priority.ts';
import { readJob } from './rows.ts';
import { GOES_BEFORE, IS_KNOWN, placeInQueue, QUEUE_ORDER_REVERSED, WAITING } from './sql.ts';

/** Time from its claim for which a job that is still being prepared keeps others waiting: uploads may take long. */
const PREPARING_MS = 1_000;

/**
 * The turn of a new job: one after the last unfinished job of its principal, but not before the first waiting job of
 * the account. So principals alternate however many jobs one of them has, and unused turns are not saved up: start-time
 * fair queueing (docs/jobs.md#priority-and-fair-turns).
 */
export async function nextTurn(
  tx: Transaction,
  job: Pick<JobRow, 'account' | 'principal' | 'priority'>,
): Promise<number> {
  const lastOwn = await readNumber(
    tx,
    `SELECT MAX(turn) AS turn FROM jobs WHERE account = ? AND principal = ? AND priority = ? AND finished_at IS NULL`,
    [job.account, job.principal, job.priority],
  );
  const firstWaiting = await readNumber(
    tx,
    `SELECT MIN(turn) AS turn FROM jobs
     WHERE account = ? AND priority = ? AND state IN ${WAITING} AND finished_at IS NULL`,
    [job.account, job.priority],
  );
  return Math.max(lastOwn === undefined ? 0 : lastOwn + 1, firstWaiting ?? 0);
}

const PrecedingJobs = z.object({ prepared: z.number(), queued: z.number() });

/**
 * Number of jobs that get their permit before this one. A job counts if it precedes this one in the queue and is about to
 * ask for its permit: it is queued and may run now, was claimed within the last second, or is prepared and leased.
 */
export async function countGoingFirst(tx: Transaction, job: JobRow): Promise<number> {
  const before = `SELECT COUNT(*) FROM jobs WHERE account = ? AND finished_at IS NULL AND ${GOES_BEFORE}`;
  const place = [job.account, ...placeInQueue(job)];
  const row = await readRow(
    tx,
    PrecedingJobs,
    `SELECT (${before} AND state = 'preparing' AND lease_until > ?
               AND (prepared_at IS NOT NULL OR updated_at > ?)) AS prepared,
            (${before} AND state = 'queued' AND runnable_at <= ? AND ${IS_KNOWN}) AS queued`,
    [...place, tx.now, tx.now - PREPARING_MS, ...place, tx.now],
  );
  return row === undefined ? 0 : row.prepared + row.queued;
}

/** Interactive jobs of an account that wait for their permit. */
export function countInteractiveWaiting(from: Queryable, account: string): Promise<number> {
  return readCount(
    from,
    `SELECT COUNT(*) AS jobs FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority = ?`,
    [account, PRIORITY.interactive],
  );
}

/** Jobs of an account that wait for their permit, without items of paused batches. */
export function countWaiting(from: Queryable, account: string): Promise<number> {
  return readCount(
    from,
    `SELECT COUNT(*) AS jobs FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority IN (?, ?)`,
    [account, PRIORITY.interactive, PRIORITY.batch],
  );
}

/** Jobs that wait for their permit and go before this one. */
export function countAhead(
  from: Queryable,
  account: string,
  job: Pick<JobRow, 'priority' | 'turn' | 'createdAt'>,
): Promise<number> {
  return readCount(
    from,
    `SELECT COUNT(*) AS ahead FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING}
       AND ${GOES_BEFORE}`,
    [account, ...placeInQueue(job)],
  );
}

/** The waiting job of a batch that gets its permit last; undefined where none waits, and for a paused batch. */
export function lastWaitingOfBatch(from: Queryable, batch: string): Promise<JobRow | undefined> {
  return readJob(
    from,
    `SELECT * FROM jobs WHERE batch = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority IN (?, ?)
     ORDER BY ${QUEUE_ORDER_REVERSED} LIMIT 1`,
    [batch, PRIORITY.interactive, PRIORITY.batch],
  );
}
