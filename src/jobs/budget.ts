import type { Database, Queryable, Transaction } from '../store/database.ts';
import { budgetExhausted } from './problems.ts';
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
    const row = await from.first(
      `SELECT (SELECT COUNT(*) FROM permits WHERE account = ? AND ${MAY_HAVE_COST}
                 AND (ended_at IS NULL OR ended_at > ?)) AS spent,
              (SELECT COUNT(*) FROM jobs WHERE account = ? AND finished_at IS NULL
                 AND state IN ('queued', 'preparing') AND priority = ?) AS committed`,
      [this.#account, now - BUDGET_WINDOW_MS, this.#account, PRIORITY.interactive],
    );
    const spent = Number(row?.['spent'] ?? 0);
    const committed = Number(row?.['committed'] ?? 0);
    const freeAt = limit === 0 ? undefined : await this.#leavesAt(from, now, spent + committed - limit);
    return { limit, spent, committed, freeAt };
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

  /** When the budget has room for a job with `ahead` others before it; `now` or earlier means at once. */
  async freeAt(from: Queryable, now: number, ahead: number): Promise<number> {
    if (this.#limit === undefined) return now;
    if (this.#limit === 0) return now + BUDGET_WINDOW_MS;
    const row = await from.first(
      `SELECT COUNT(*) AS spent FROM permits
       WHERE account = ? AND ${MAY_HAVE_COST} AND (ended_at IS NULL OR ended_at > ?)`,
      [this.#account, now - BUDGET_WINDOW_MS],
    );
    return (await this.#leavesAt(from, now, Number(row?.['spent'] ?? 0) + ahead - this.#limit)) ?? now;
  }

  /** When the paid request leaves the window that has `older` counted ones before it; undefined where none needs to. */
  async #leavesAt(from: Queryable, now: number, older: number): Promise<number | undefined> {
    if (older < 0) return undefined;
    const row = await from.first(
      `SELECT COALESCE(ended_at, lease_until) AS counts_from FROM permits
       WHERE account = ? AND ${MAY_HAVE_COST} AND (ended_at IS NULL OR ended_at > ?)
       ORDER BY counts_from LIMIT 1 OFFSET ?`,
      [this.#account, now - BUDGET_WINDOW_MS, older],
    );
    // Beyond what is spent come those that are not sent yet: a day from now is the earliest.
    return Number(row?.['counts_from'] ?? now) + BUDGET_WINDOW_MS;
  }
}
