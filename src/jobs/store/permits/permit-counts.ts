import { z } from 'zod';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { hasRow, nullable, readCount, readNumbers, readRow, readRows } from '../../../store/rows.ts';
import { PRIORITY } from '../../model/priority.ts';
import { MAY_HAVE_COST, PERMIT_END, WAITING } from '../sql.ts';

/**
 * Selects permits of an account that are in flight or ended later than `after` (epoch ms); `count: 'spent'` keeps those
 * that may have cost money.
 */
export interface PermitWindow {
  readonly account: string;
  readonly after: number;
  readonly count: 'every' | 'spent';
}

const EVERY = `account = ? AND ${PERMIT_END} > ?`;
const SPENT = `account = ? AND ${MAY_HAVE_COST} AND ${PERMIT_END} > ?`;

function conditionOf({ account, after, count }: PermitWindow) {
  return { where: count === 'spent' ? SPENT : EVERY, params: [account, after] };
}

/** How many permits are in the window. */
export function countPermits(from: Queryable, window: PermitWindow): Promise<number> {
  const { where, params } = conditionOf(window);
  return readCount(from, `SELECT COUNT(*) AS permits FROM permits WHERE ${where}`, params);
}

/** Ends of the window's permits, ascending, at most `most`. For one in flight it is the end of its lease. */
export async function oldestPermits(from: Queryable, window: PermitWindow, most: number): Promise<readonly number[]> {
  if (most <= 0) return [];
  const { where, params } = conditionOf(window);
  return readNumbers(
    from,
    `SELECT COALESCE(ended_at, lease_until) AS counts_from FROM permits WHERE ${where} ORDER BY counts_from LIMIT ?`,
    [...params, most],
  );
}

const Span = z
  .object({ granted_at: z.number(), ended_at: nullable(z.number()), lease_until: z.number() })
  .transform(({ granted_at: grantedAt, ended_at: endedAt, lease_until: leaseUntil }) => ({
    grantedAt,
    endedAt,
    leaseUntil,
  }));

/** Start and end of every permit of the window. */
export function permitsIn(from: Queryable, window: PermitWindow): Promise<readonly z.infer<typeof Span>[]> {
  const { where, params } = conditionOf(window);
  return readRows(from, Span, `SELECT granted_at, ended_at, lease_until FROM permits WHERE ${where}`, params);
}

const BudgetUse = z.object({ spent: z.number(), committed: z.number(), items: z.number() });

/**
 * Permits spent after `after` (epoch ms), and waiting jobs: interactive ones (`committed`) and items of batches. One
 * statement, so that a job that takes its permit meanwhile is counted once.
 */
export async function budgetUse(
  from: Queryable,
  { account, after }: Pick<PermitWindow, 'account' | 'after'>,
): Promise<z.infer<typeof BudgetUse>> {
  const waiting = `SELECT COUNT(*) FROM jobs
    WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority = ?`;
  const row = await readRow(
    from,
    BudgetUse,
    `SELECT (SELECT COUNT(*) FROM permits WHERE ${SPENT}) AS spent,
            (${waiting}) AS committed, (${waiting}) AS items`,
    [account, after, account, PRIORITY.interactive, account, PRIORITY.batch],
  );
  return row ?? { spent: 0, committed: 0, items: 0 };
}

/** Durations of the last accepted submits, milliseconds, newest first. */
export function acceptedLatencies(from: Queryable, account: string, most: number): Promise<readonly number[]> {
  return readNumbers(
    from,
    `SELECT ended_at - granted_at AS latency FROM permits WHERE account = ? AND outcome = 'accepted'
     ORDER BY ended_at DESC LIMIT ?`,
    [account, most],
  );
}

/** Grant times of the permits that are in flight at `now`. */
export function grantedInFlight(from: Queryable, account: string, now: number): Promise<readonly number[]> {
  return readNumbers(
    from,
    `SELECT granted_at FROM permits WHERE account = ? AND ${PERMIT_END} > ? AND ended_at IS NULL AND lease_until > ?`,
    [account, now, now],
  );
}

/**
 * True while a request sent since `since` (epoch ms) is unanswered and every finished one was a 429 or was not sent.
 */
export async function isFirstInFlight(tx: Transaction, account: string, since: number): Promise<boolean> {
  const isAnyInFlight = await hasRow(
    tx,
    `SELECT 1 AS in_flight FROM permits
     WHERE account = ? AND granted_at >= ? AND ended_at IS NULL AND lease_until > ? LIMIT 1`,
    [account, since, tx.now],
  );
  if (!isAnyInFlight) return false;
  const isAnyAnswered = await hasRow(
    tx,
    `SELECT 1 AS answered FROM permits WHERE account = ? AND granted_at >= ? AND ended_at >= ?
       AND outcome NOT IN ('rate_limited', 'not_sent') LIMIT 1`,
    [account, since, since],
  );
  return !isAnyAnswered;
}
