import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { budgetExhausted } from '../model/problems.ts';
import { constantSteps, permitTime, type Limit } from './quota.ts';
import { budgetUse, countPermits, oldestPermits, type PermitWindow } from '../store/permits/permit-counts.ts';
import type { BudgetView } from '../model/types.ts';

/** Time for which a paid request counts against the daily budget. */
export const BUDGET_WINDOW_MS = 24 * 3_600_000;

/** The daily budget of an installation, for one account, counted in permits (docs/quota-and-money.md#budget). */
export class Budget {
  readonly #db: Database;
  readonly #account: string;
  readonly #limit: number | undefined;

  constructor(options: { db: Database; account: string; limit: number | undefined }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#limit = options.limit;
  }

  /** What is spent and committed at `now` (epoch ms); undefined where no budget is set. */
  async view(now: number, from: Queryable = this.#db): Promise<BudgetView | undefined> {
    const limit = this.#limit;
    if (limit === undefined) return undefined;
    const { spent, committed, items } = await budgetUse(from, this.#since(now));
    if (spent + committed < limit || limit === 0) return { limit, spent, committed, freeAt: undefined };
    // Waiting jobs, items of batches included, take what becomes free first.
    const ahead = committed + items;
    const window = await this.window(from, now, ahead);
    const limits = window === undefined ? [] : [window];
    return { limit, spent, committed, freeAt: permitTime({ now, cooldownUntil: undefined, limits }, ahead, 0) };
  }

  /**
   * Admits one more interactive job.
   * @throws Problem `budget_exhausted` when spent and committed requests use up the budget
   */
  async admit(tx: Transaction): Promise<void> {
    const view = await this.view(tx.now, tx);
    if (view === undefined || view.spent + view.committed < view.limit) return;
    throw budgetExhausted(view, tx.now);
  }

  /** The budget as a limit for a job that has `ahead` others before it; undefined where no budget is set. */
  async window(from: Queryable, now: number, ahead: number): Promise<Limit | undefined> {
    if (this.#limit === undefined) return undefined;
    const since = this.#since(now);
    const used = await countPermits(from, since);
    const oldest = await oldestPermits(from, since, used + ahead + 1 - this.#limit);
    return { windowMs: BUDGET_WINDOW_MS, steps: constantSteps(this.#limit), used, oldest };
  }

  #since(now: number): PermitWindow {
    return { account: this.#account, after: now - BUDGET_WINDOW_MS, count: 'spent' };
  }
}
