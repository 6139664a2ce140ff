import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { budgetExhausted } from '../model/problems.ts';
import { always, permitTime, type Limit } from './quota.ts';
import { budgetUse, countPermits, oldestPermits, type PermitWindow } from '../store/permits/permit-counts.ts';
import type { BudgetView } from '../model/types.ts';

/** How far back a paid request counts against the daily budget. */
export const BUDGET_WINDOW_MS = 24 * 3_600_000;

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
    const { spent, committed, batched } = await budgetUse(from, this.#since(now));
    if (spent + committed < limit || limit === 0) return { limit, spent, committed, freeAt: undefined };
    // What becomes free is taken by those that wait already, items of batches too.
    const ahead = committed + batched;
    const window = await this.window(from, now, ahead);
    const limits = window === undefined ? [] : [window];
    return { limit, spent, committed, freeAt: permitTime({ now, cooldownUntil: undefined, limits }, ahead, 0) };
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
    const since = this.#since(now);
    const used = await countPermits(from, since);
    const oldest = await oldestPermits(from, since, used + ahead + 1 - this.#limit);
    return { windowMs: BUDGET_WINDOW_MS, steps: always(this.#limit), used, oldest };
  }

  #since(now: number): PermitWindow {
    return { account: this.#account, after: now - BUDGET_WINDOW_MS, count: 'spent' };
  }
}
