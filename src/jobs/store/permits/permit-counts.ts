import { z } from 'zod';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { hasRow, nullable, readCount, readNumbers, readRow, readRows, time } from '../../../store/rows.ts';
import { PRIORITY } from '../../model/priority.ts';
import { IN_FLIGHT, MAY_HAVE_COST, PERMIT_END, WAITING } from '../sql.ts';

/**
 * Selects permits of an account that are in flight or ended later than `after` (epoch ms), of one principal where it is
 * named. They count as `requests`, one each, or by their `operations`, and then only those that may have cost money.
 */
export interface PermitWindow {
  readonly account: string;
  readonly principal?: string | undefined;
  readonly after: number;
  readonly count: 'requests' | 'operations';
}

function conditionOf({ account, principal, after, count }: PermitWindow) {
  const ofPrincipal = principal === undefined ? '' : 'principal = ? AND ';
  const where = `${ofPrincipal}account = ? AND ${count === 'operations' ? `${MAY_HAVE_COST} AND ` : ''}${PERMIT_END} > ?`;
  return {
    where,
    params: [...(principal === undefined ? [] : [principal]), account, after],
    takes: count === 'operations' ? 'operations' : '1',
  };
}

/** The sum of what the permits in the window count as. */
export function usedIn(from: Queryable, window: PermitWindow): Promise<number> {
  const { where, params, takes } = conditionOf(window);
  return readCount(from, `SELECT COALESCE(SUM(${takes}), 0) AS used FROM permits WHERE ${where}`, params);
}

const Counted = z
  .object({ counts_from: z.number(), takes: z.number() })
  .transform(({ counts_from: countsFrom, takes }) => ({ from: countsFrom, takes }));

/**
 * The window's permits by their end, ascending, at most `most`. One in flight counts from the end of its lease. The ended
 * ones come from an index in their order: of a day there may be thousands.
 */
export async function oldestPermits(
  from: Queryable,
  window: PermitWindow,
  most: number,
): Promise<readonly z.infer<typeof Counted>[]> {
  if (most <= 0) return [];
  const { where, params, takes } = conditionOf(window);
  return readRows(
    from,
    Counted,
    `SELECT counts_from, takes FROM (
       SELECT * FROM (
         SELECT ${PERMIT_END} AS counts_from, ${takes} AS takes FROM permits
         WHERE ${where} AND ended_at IS NOT NULL ORDER BY ${PERMIT_END} LIMIT ?) AS ended
       UNION ALL
       SELECT lease_until, ${takes} FROM permits WHERE ${where} AND ${IN_FLIGHT}) AS counted
     ORDER BY counts_from LIMIT ?`,
    [...params, most, ...params, most],
  );
}

const Span = z
  .object({ granted_at: time, ended_at: nullable(time), lease_until: time })
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

const BudgetUse = z.object({ spent: z.number(), committed: z.number() });

/**
 * Operations of the window's permits, and those of waiting interactive jobs (`committed`). One statement, so that a job
 * that takes its permit meanwhile is counted once.
 */
export async function budgetUse(from: Queryable, window: PermitWindow): Promise<z.infer<typeof BudgetUse>> {
  const { where, params } = conditionOf(window);
  const { account, principal } = window;
  const row = await readRow(
    from,
    BudgetUse,
    `SELECT (SELECT COALESCE(SUM(operations), 0) FROM permits WHERE ${where}) AS spent,
            (SELECT COALESCE(SUM(operations), 0) FROM jobs
             WHERE account = ? AND finished_at IS NULL AND state IN ${WAITING} AND priority = ?
               ${principal === undefined ? '' : 'AND principal = ?'}) AS committed`,
    [...params, account, PRIORITY.interactive, ...(principal === undefined ? [] : [principal])],
  );
  return row ?? { spent: 0, committed: 0 };
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
