import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { budgetExhausted } from '../model/problems.ts';
import { budgetUse, oldestPermits, usedIn, type PermitWindow } from '../store/permits/permit-counts.ts';
import type { BudgetOwner, BudgetView } from '../model/spending-views.ts';
import { operationsInLine, waitingJobs, type Line, type OwnSpending } from './line.ts';
import { permitTime } from './quota.ts';
import { constantSteps, type Limit } from './sliding-window.ts';
import { DAY_MS } from '../../shared/time/durations.ts';

/** Time for which a permit counts against a daily budget. */
export const BUDGET_WINDOW_MS = DAY_MS;

/** A limit of operations in 24 hours: of the whole account where no principal is named. */
interface Purse {
  readonly limit: number;
  readonly principal: string | undefined;
}

/**
 * The daily budgets of one account, in operations: that of the installation, and those of principals that have one
 * (docs/quota-and-money.md#budgets). A call needs room in both.
 */
export class Budget {
  readonly #db: Database;
  readonly #account: string;
  readonly #limit: number | undefined;

  constructor(options: { db: Database; account: string; limit: number | undefined }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#limit = options.limit;
  }

  /** The budget of the installation at `now` (epoch ms), for calls of this cost; undefined where none is set. */
  async view(now: number, operations = 1): Promise<BudgetView | undefined> {
    const limit = this.#limit;
    return limit === undefined ? undefined : this.#shown({ limit, principal: undefined }, operations, now);
  }

  /** The budget of a principal; undefined where it has none. */
  async viewOf(
    { principal, budget }: { readonly principal: string; readonly budget: number | undefined },
    now: number,
    operations = 1,
  ): Promise<BudgetView | undefined> {
    return budget === undefined ? undefined : this.#shown({ limit: budget, principal }, operations, now);
  }

  /**
   * Admits one more interactive job.
   * @throws Problem `budget_exhausted` where its operations do not fit beside those that are spent and committed
   */
  async admit(tx: Transaction, own: OwnSpending): Promise<void> {
    for (const purse of this.#purses(own)) {
      const view = await this.#view(purse, own.operations, tx.now, tx);
      if (view.spent + view.committed + own.operations <= view.limit) continue;
      throw budgetExhausted(view, { operations: own.operations, owner: ownerOf(purse), now: tx.now });
    }
  }

  /** The budgets as limits for the last job of a line: the principal's own, then the installation's. */
  async limits(from: Queryable, now: number, line: Line): Promise<readonly Limit[]> {
    return Promise.all(this.#purses(line.own).map((purse) => this.#limitOf(purse, from, now, line)));
  }

  /** The budget of the job's principal as a limit; undefined where it has none. */
  async ownLimit(from: Queryable, now: number, line: Line): Promise<Limit | undefined> {
    const [purse] = this.#purses(line.own).filter(({ principal }) => principal !== undefined);
    return purse && this.#limitOf(purse, from, now, line);
  }

  #purses({ principal, principalBudget }: OwnSpending): readonly Purse[] {
    const own = principalBudget === undefined ? [] : [{ limit: principalBudget, principal }];
    return this.#limit === undefined ? own : [...own, { limit: this.#limit, principal: undefined }];
  }

  async #shown(purse: Purse, operations: number, now: number): Promise<BudgetView> {
    const view = await this.#view(purse, operations, now, this.#db);
    const [oldest] = await oldestPermits(this.#db, this.#window(purse, now), 1);
    return { ...view, resetsAt: oldest && oldest.from + BUDGET_WINDOW_MS };
  }

  async #view(purse: Purse, operations: number, now: number, from: Queryable): Promise<BudgetView> {
    const { limit, principal } = purse;
    const { spent, committed } = await budgetUse(from, this.#window(purse, now));
    const view = { limit, spent, committed, left: Math.max(0, limit - spent - committed), freeAt: undefined };
    if (view.left >= operations || operations > limit) return view;
    // Waiting jobs, items of batches included, take what becomes free first.
    const ahead = await waitingJobs(from, this.#account, principal);
    const line = { ahead, own: { principal: principal ?? '', operations, principalBudget: undefined } };
    const limits = [await this.#limitOf(purse, from, now, line)];
    return { ...view, freeAt: permitTime({ now, cooldownUntil: undefined, limits }, ahead.length, 0) };
  }

  async #limitOf(purse: Purse, from: Queryable, now: number, line: Line): Promise<Limit> {
    const window = this.#window(purse, now);
    const takes = operationsInLine(line, purse.principal);
    const used = await usedIn(from, window);
    const wanted = takes.reduce((sum, operations) => sum + operations, 0);
    const oldest = await oldestPermits(from, window, used + wanted - purse.limit);
    return { windowMs: BUDGET_WINDOW_MS, steps: constantSteps(purse.limit), used, oldest, takes };
  }

  #window({ principal }: Purse, now: number): PermitWindow {
    return { account: this.#account, principal, after: now - BUDGET_WINDOW_MS, count: 'operations' };
  }
}

function ownerOf({ principal }: Purse): BudgetOwner {
  return principal === undefined ? 'installation' : 'principal';
}
