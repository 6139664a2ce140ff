import type { Database, Queryable, SqlValue, Transaction } from '../store/database.ts';
import { budgetExhausted } from './problems.ts';
import { always, permitTime, type Limit } from './quota.ts';
import { PERMIT_END } from './schema.ts';
import { PRIORITY } from './turns.ts';

/** How far back a paid request counts against the daily budget. */
export const BUDGET_WINDOW_MS = 24 * 3_600_000;

/**
 * Which permits count as spent: those whose request Adobe accepted, those whose outcome nobody knows, and those in
 * flight. A refusal (400, 401, 429 …) is not known to cost anything, and what was not sent cannot.
 */
export const MAY_HAVE_COST = `COALESCE(outcome, 'unknown') IN ('accepted', 'unknown')`;

/** The budget as it stands. */
export interface BudgetView {
  /** Most paid requests in 24 hours. */
  readonly limit: number;
  /** Spent in the last 24 hours. */
  readonly spent: number;
  /** Interactive jobs that wait for their permit; a new call finds the budget without what they will spend. */
  readonly committed: number;
  /** When a new call is admitted again (epoch ms); undefined while it is, and where it never will be. */
  readonly freeAt: number | undefined;
}

/** The daily budget of an installation, for one account, counted in its ledger of permits. */
export class Budget {
  readonly #db: Database;
  readonly #account: string;
  readonly #limit: number | undefined;

  constructor(options: { db: Database; account: string; limit: number | undefined }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#limit = options.limit;
  }

  /** Undefined where no budget is set. */
  async view(now: number, from: Queryable = this.#db): Promise<BudgetView | undefined> {
    const limit = this.#limit;
    if (limit === undefined) return undefined;
    // One statement, so that a job that takes its permit meanwhile is counted once.
    const waiting = `SELECT COUNT(*) FROM jobs
      WHERE account = ? AND finished_at IS NULL AND state IN ('queued', 'preparing') AND priority = ?`;
    const row = await from.first(
      `SELECT (SELECT COUNT(*) FROM permits WHERE ${COUNTS}) AS spent,
              (${waiting}) AS committed, (${waiting}) AS batched`,
      [...this.#since(now), this.#account, PRIORITY.interactive, this.#account, PRIORITY.batch],
    );
    const spent = Number(row?.['spent'] ?? 0);
    const committed = Number(row?.['committed'] ?? 0);
    if (spent + committed < limit || limit === 0) return { limit, spent, committed, freeAt: undefined };
    // What becomes free is taken by those that wait already, items of batches too.
    const ahead = committed + Number(row?.['batched'] ?? 0);
    const window = await this.window(from, now, ahead);
    const limits = window === undefined ? [] : [window];
    return { limit, spent, committed, freeAt: permitTime({ now, heldUntil: undefined, limits }, ahead, 0) };
  }

  /**
   * Lets one more interactive job in.
   * @throws Problem `budget_exhausted` when what is spent and what waits already take the whole budget
   */
  async admit(tx: Transaction): Promise<void> {
    const view = await this.view(tx.now, tx);
    if (view === undefined || view.spent + view.committed < view.limit) return;
    throw budgetExhausted(view, tx.now);
  }

  /** The budget as one of the limits that decide about a job with so many others ahead; undefined where none is set. */
  async window(from: Queryable, now: number, ahead: number): Promise<Limit | undefined> {
    if (this.#limit === undefined) return undefined;
    const params = this.#since(now);
    const row = await from.first(`SELECT COUNT(*) AS spent FROM permits WHERE ${COUNTS}`, params);
    const used = Number(row?.['spent'] ?? 0);
    const oldest = await oldestPermits(from, { where: COUNTS, params, most: used + ahead + 1 - this.#limit });
    return { windowMs: BUDGET_WINDOW_MS, steps: always(this.#limit), used, oldest };
  }

  #since(now: number): readonly [string, number] {
    return [this.#account, now - BUDGET_WINDOW_MS];
  }
}

/** Permits that the budget counts. */
const COUNTS = `account = ? AND ${MAY_HAVE_COST} AND ${PERMIT_END} > ?`;

/** Since when permits count, the oldest first; one in flight until the end of its lease, as it may be that long. */
export async function oldestPermits(
  from: Queryable,
  { where, params, most }: { where: string; params: readonly SqlValue[]; most: number },
): Promise<readonly number[]> {
  if (most <= 0) return [];
  const rows = await from.all(
    `SELECT COALESCE(ended_at, lease_until) AS counts_from FROM permits WHERE ${where} ORDER BY counts_from LIMIT ?`,
    [...params, most],
  );
  return rows.map((row) => Number(row['counts_from']));
}
