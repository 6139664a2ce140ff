import { z } from 'zod';
import type { Queryable, Transaction } from '../../store/database.ts';
import type { JobRow } from '../model/job-row.ts';
import { PRIORITY } from '../model/priority.ts';
import { readCount, readJob, readNumber, readRow } from './rows.ts';
import { GOES_BEFORE, placeInQueue, QUEUE_ORDER_REVERSED, WAITING } from './sql.ts';

/** How long others wait for a job that was taken up and is still being prepared: an upload may take its time. */
const PREPARING_MS = 1_000;

/**
 * The turn of a new job: one after the last of its principal's own waiting jobs, but not before those that are served
 * now. So principals take turns, however many jobs one of them has, and a latecomer cannot catch up on turns that were
 * not used (start-time fair queueing).
 */
export async function nextTurn(
  tx: Transaction,
  job: Pick<JobRow, 'account' | 'principal' | 'priority'>,
): Promise<number> {
  const own = await readNumber(
    tx,
    `SELECT MAX(turn) AS turn FROM jobs WHERE account = ? AND principal = ? AND priority = ? AND finished_at IS NULL`,
    [job.account, job.principal, job.priority],
  );
  const served = await readNumber(
    tx,
    `SELECT MIN(turn) AS turn FROM jobs
     WHERE account = ? AND priority = ? AND state IN ${WAITING} AND finished_at IS NULL`,
    [job.account, job.priority],
  );
  return Math.max(own === undefined ? 0 : own + 1, served ?? 0);
}

const GoingFirst = z.object({ prepared: z.number(), queued: z.number() });

/**
 * How many jobs have to get their permit before this one: those that are prepared, and alive, or were taken up just
 * now, and those in the queue, which some process takes up in a moment (`lookForWork`).
 */
export async function countGoingFirst(tx: Transaction, job: JobRow): Promise<number> {
  const before = `SELECT COUNT(*) FROM jobs WHERE account = ? AND finished_at IS NULL AND ${GOES_BEFORE}`;
  const place = [job.account, ...placeInQueue(job)];
  const row = await readRow(
    tx,
    GoingFirst,
    `SELECT (${before} AND state = 'preparing' AND lease_until > ?
               AND (prepared_at IS NOT NULL OR updated_at > ?)) AS prepared,
            (${before} AND state = 'queued' AND runnable_at <= ?) AS queued`,
    [...place, tx.now, tx.now - PREPARING_MS, ...place, tx.now],
  );
  return row === undefined ? 0 : row.prepared + row.queued;
}

/** Interactive jobs of an account that have no permit yet. */
export function countInteractiveWaiting(from: Queryable, account: string): Promise<number> {
  return readCount(
    from,
    `SELECT COUNT(*) AS jobs FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority = ?`,
    [account, PRIORITY.interactive],
  );
}

/** Jobs of an account that have no permit yet, without those of paused batches. */
export function countWaiting(from: Queryable, account: string): Promise<number> {
  return readCount(
    from,
    `SELECT COUNT(*) AS jobs FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority <> ?`,
    [account, PRIORITY.paused],
  );
}

/** Jobs without a permit that go before this one. */
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

/** The job of a batch that gets its permit last; undefined where none waits for one. */
export function lastWaitingOfBatch(from: Queryable, batch: string): Promise<JobRow | undefined> {
  return readJob(
    from,
    `SELECT * FROM jobs WHERE batch = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority <> ?
     ORDER BY ${QUEUE_ORDER_REVERSED} LIMIT 1`,
    [batch, PRIORITY.paused],
  );
}
