import { z } from 'zod';
import type { Queryable, Transaction } from '../../store/database.ts';
import { nullable, readCount, readNumber, readRow, readRows } from '../../store/rows.ts';
import type { JobRow } from '../model/job-row.ts';
import { PRIORITY } from '../model/priority.ts';
import { readJob } from './rows.ts';
import {
  GOES_BEFORE,
  IS_KNOWN,
  placeholders,
  placeInQueue,
  QUEUE_ORDER,
  QUEUE_ORDER_REVERSED,
  WAITING,
} from './sql.ts';

/** Time from its claim for which a job that is still being prepared keeps others waiting: uploads may take long. */
const PREPARING_MS = 1_000;

const Place = z.object({
  newest: nullable(z.number()),
  last_own: nullable(z.number()),
  first_waiting: nullable(z.number()),
});

/**
 * The place of a new job: the time of the newest job of its account (epoch ms; 0 without any), and its turn, which is one
 * after the last unfinished job of its principal, but not before the first waiting job of the account. So principals
 * alternate however many jobs one of them has, and unused turns are not saved up: start-time fair queueing
 * (docs/jobs.md#priority-and-fair-turns).
 */
export async function nextPlace(
  tx: Transaction,
  { account, principal, priority }: Pick<JobRow, 'account' | 'principal' | 'priority'>,
): Promise<{ readonly newest: number; readonly turn: number }> {
  const place = await readRow(
    tx,
    Place,
    `SELECT (SELECT MAX(created_at) FROM jobs WHERE account = ?) AS newest,
            (SELECT MAX(turn) FROM jobs
             WHERE account = ? AND principal = ? AND priority = ? AND finished_at IS NULL) AS last_own,
            (SELECT MIN(turn) FROM jobs
             WHERE account = ? AND priority = ? AND state IN ${WAITING} AND finished_at IS NULL) AS first_waiting`,
    [account, account, principal, priority, account, priority],
  );
  const afterOwn = place?.last_own === undefined ? 0 : place.last_own + 1;
  return { newest: place?.newest ?? 0, turn: Math.max(afterOwn, place?.first_waiting ?? 0) };
}

/** What a waiting job will spend. */
export interface QueuedSpending {
  readonly principal: string;
  readonly operations: number;
}

const QueuedSpendingRow = z.object({ principal: z.string(), operations: z.number() });
const SpendingTally = QueuedSpendingRow.extend({ jobs: z.number() });

/**
 * The jobs that get their permit before this one, in their order. A job counts if it precedes this one in the queue and is
 * about to ask for its permit: it is queued and may run now, was claimed within the last second, or is prepared and leased.
 */
export function listGoingFirst(tx: Transaction, job: JobRow): Promise<readonly QueuedSpending[]> {
  const before = `SELECT principal, operations, ${QUEUE_ORDER} FROM jobs
    WHERE account = ? AND finished_at IS NULL AND ${GOES_BEFORE}`;
  const place = [job.account, ...placeInQueue(job)];
  return readRows(
    tx,
    QueuedSpendingRow,
    `${before} AND state = 'preparing' AND lease_until > ? AND (prepared_at IS NOT NULL OR updated_at > ?)
     UNION ALL ${before} AND state = 'queued' AND runnable_at <= ? AND ${IS_KNOWN}
     ORDER BY ${QUEUE_ORDER}`,
    [...place, tx.now, tx.now - PREPARING_MS, ...place, tx.now],
  );
}

/** A part of the waiting jobs. */
interface WaitingPart {
  readonly principal?: string | undefined;
  readonly goingBefore?: Pick<JobRow, 'priority' | 'turn' | 'createdAt'> | undefined;
}

/**
 * The waiting jobs of these priorities, for estimates: those of one priority are not in their order, but grouped by what
 * they spend.
 */
export async function waitingSpendings(
  from: Queryable,
  account: string,
  priorities: readonly number[],
  { principal, goingBefore: job }: WaitingPart = {},
): Promise<readonly QueuedSpending[]> {
  const tallies = await readRows(
    from,
    SpendingTally,
    `SELECT principal, operations, COUNT(*) AS jobs FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority IN ${placeholders(priorities)}
       ${principal === undefined ? '' : 'AND principal = ?'} ${job === undefined ? '' : `AND ${GOES_BEFORE}`}
     GROUP BY priority, principal, operations ORDER BY priority, principal, operations`,
    [
      account,
      ...priorities,
      ...(principal === undefined ? [] : [principal]),
      ...(job === undefined ? [] : placeInQueue(job)),
    ],
  );
  return tallies.flatMap(({ jobs, ...spending }) => Array.from({ length: jobs }, () => spending));
}

/**
 * The budget that the principal of a job has now, operations in 24 hours; undefined for none. The newest job of a
 * principal decides, so that a changed budget holds for jobs that wait already.
 */
export async function budgetOfPrincipal(
  from: Queryable,
  { account, principal }: Pick<JobRow, 'account' | 'principal'>,
): Promise<number | undefined> {
  return readNumber(
    from,
    'SELECT principal_budget FROM jobs WHERE principal = ? AND account = ? ORDER BY created_at DESC LIMIT 1',
    [principal, account],
  );
}

/**
 * Lets no process claim queued jobs of this job's principal and priority that go after it before `until` (epoch ms): those
 * that cost at least `least` operations.
 */
export async function holdBackFollowing(
  tx: Transaction,
  job: JobRow,
  { until, least }: { readonly until: number; readonly least: number },
): Promise<void> {
  // A job that another process is about to claim is skipped: that process asks for its permit and finds the budget used.
  await tx.run(
    `UPDATE jobs SET runnable_at = ? WHERE id IN
       (SELECT id FROM jobs WHERE account = ? AND principal = ? AND finished_at IS NULL AND state = 'queued'
          AND priority = ? AND runnable_at < ? AND turn >= ? AND operations >= ? ${tx.forUpdateOrSkip})`,
    [until, job.account, job.principal, job.priority, until, job.turn, least],
  );
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

/** The waiting job of a batch that gets its permit last; undefined where none waits, and for a paused batch. */
export function lastWaitingOfBatch(from: Queryable, batch: string): Promise<JobRow | undefined> {
  return readJob(
    from,
    `SELECT * FROM jobs WHERE batch = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority IN (?, ?)
     ORDER BY ${QUEUE_ORDER_REVERSED} LIMIT 1`,
    [batch, PRIORITY.interactive, PRIORITY.batch],
  );
}
