import type { Transaction } from '../store/database.ts';
import type { JobRecord } from './record.ts';

/** A person waits for interactive jobs, so they go before the items of batches. Those of paused ones are not taken. */
export const PRIORITY = { interactive: 0, batch: 1, paused: 2 } as const;

/** The order of the queue, as SQL: kind, then turns, then age. The same in claims, permits and estimates. */
export const QUEUE_ORDER = 'priority, turn, created_at';

/** Condition for jobs that go before another one; its parameters are `placeInQueue` of that one. */
export const GOES_BEFORE = '(priority, turn, created_at) < (?, ?, ?)';

/** Parameters of `GOES_BEFORE`. */
export function placeInQueue(job: Pick<JobRecord, 'priority' | 'turn' | 'createdAt'>): readonly number[] {
  return [job.priority, job.turn, job.createdAt];
}

/**
 * The turn of a new job: one after the last of its principal's own waiting jobs, but not before those that are served
 * now. So principals take turns, however many jobs one of them has, and who comes later cannot catch up on turns that
 * were not used (start-time fair queueing).
 */
export async function nextTurn(
  tx: Transaction,
  job: Pick<JobRecord, 'account' | 'principal' | 'priority'>,
): Promise<number> {
  const own = await tx.first(
    `SELECT MAX(turn) AS turn FROM jobs WHERE account = ? AND principal = ? AND priority = ? AND finished_at IS NULL`,
    [job.account, job.principal, job.priority],
  );
  const served = await tx.first(
    `SELECT MIN(turn) AS turn FROM jobs
     WHERE account = ? AND priority = ? AND state IN ('queued', 'preparing') AND finished_at IS NULL`,
    [job.account, job.priority],
  );
  const afterOwn = own?.['turn'] === null || own === undefined ? 0 : Number(own['turn']) + 1;
  return Math.max(afterOwn, Number(served?.['turn'] ?? 0));
}

/** How long others wait for a job that was taken up and is still being prepared: an upload may take its time. */
const PREPARING_MS = 1_000;

/**
 * How many jobs have to get their permit before this one: those that are prepared, and alive, or were taken up just
 * now, and those that nobody has taken up yet, which some process does in a moment (`lookForWork`).
 */
export async function goingFirst(tx: Transaction, job: JobRecord): Promise<number> {
  const before = `SELECT COUNT(*) FROM jobs WHERE account = ? AND finished_at IS NULL AND ${GOES_BEFORE}`;
  const place = [job.account, ...placeInQueue(job)];
  const row = await tx.first(
    `SELECT (${before} AND state = 'preparing' AND lease_until > ?
               AND (prepared_at IS NOT NULL OR updated_at > ?)) AS prepared,
            (${before} AND state = 'queued' AND runnable_at <= ?) AS queued`,
    [...place, tx.now, tx.now - PREPARING_MS, ...place, tx.now],
  );
  return Number(row?.['prepared'] ?? 0) + Number(row?.['queued'] ?? 0);
}
