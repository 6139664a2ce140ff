import { totalCost, type Cost } from '../../firefly/pricing.ts';
import { DAY_MS } from '../../shared/time/durations.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Database } from '../../store/database.ts';
import { USAGE_DAYS, type PersonDay, type Usage } from '../model/spending-views.ts';
import { costByPrincipal, costOfPrincipal } from './permits/costs.ts';

/** Age up to which a sum over thirty days is shared while nothing is committed, and that of the older days in any case. */
export const USAGE_SHARED_MS = 10_000;
/**
 * Age from which a permit counts as settled: it has been sent or not, long since. One that is ended later than that, since
 * its process died, can turn out to have cost nothing, never to have cost something: a sum without that is not too low.
 */
const SETTLED_MS = 10 * 60_000;

/** Costs of settled permits. */
interface Settled {
  /** First and last moment of the permits, epoch ms; the last one is not included. */
  readonly since: number;
  readonly until: number;
  readonly costs: ReturnType<typeof costOfPrincipal>;
  /** Monotonic ms. */
  readonly readAt: number;
}

/**
 * What principals may have been charged for, from their permits. The permits of the last minutes are read each time. All
 * before them are thousands, whose sum is read at most every ten seconds, however often something is committed.
 */
export class SpendingHistory {
  readonly #db: Database;
  readonly #account: string;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #settled = new Map<string, Settled>();

  constructor({ db, account, clock }: { db: Database; account: string; clock: Pick<Clock, 'monotonic'> }) {
    this.#db = db;
    this.#account = account;
    this.#clock = clock;
  }

  /** What one principal may have been charged for by day and by tool. */
  async usageOf(principal: string): Promise<Usage> {
    const now = await this.#db.now();
    const since = (Math.floor(now / DAY_MS) - USAGE_DAYS + 1) * DAY_MS;
    const settled = this.#settledOf(principal, since, now);
    const recent = await costOfPrincipal(this.#db, { account: this.#account, principal, since: settled.until });
    const costs = [...(await settled.costs), ...recent];
    const days = sums(costs.map(({ day, cost }) => [isoDay(day), cost]));
    const tools = sums(costs.map(({ tool, cost }) => [tool, cost]));
    return {
      days: days.map(([day, cost]) => ({ day, cost })).sort((a, b) => (a.day < b.day ? 1 : -1)),
      tools: tools.map(([tool, cost]) => ({ tool, cost })).sort(byOperations),
    };
  }

  #settledOf(principal: string, since: number, now: number): Settled {
    const readAt = this.#clock.monotonic();
    for (const [name, old] of this.#settled) if (readAt - old.readAt >= USAGE_SHARED_MS) this.#settled.delete(name);
    const known = this.#settled.get(principal);
    // The clock of a database can be set back.
    if (known?.since === since && known.until <= now) return known;
    const until = Math.max(since, now - SETTLED_MS);
    const costs = costOfPrincipal(this.#db, { account: this.#account, principal, since, until });
    const read = { since, until, costs, readAt };
    this.#settled.set(principal, read);
    // A failure is not kept: the store may answer the next caller.
    costs.catch(() => this.#settled.get(principal) === read && this.#settled.delete(principal));
    return read;
  }
}

function sums(costs: readonly (readonly [name: string, cost: Cost])[]): [string, Cost][] {
  const found = new Map<string, Cost>();
  for (const [name, cost] of costs) found.set(name, totalCost([found.get(name) ?? [], cost].flat()));
  return [...found];
}

/** What each principal may have been charged for on each of the last `days` days, newest first, most operations first. */
export async function spendingByPerson(db: Database, account: string, days: number): Promise<readonly PersonDay[]> {
  const today = Math.floor((await db.now()) / DAY_MS);
  const costs = await costByPrincipal(db, { account, since: (today - days + 1) * DAY_MS });
  return costs
    .toSorted((a, b) => b.day - a.day || b.cost.operations - a.cost.operations || (a.principal < b.principal ? -1 : 1))
    .map(({ day, ...rest }) => ({ day: isoDay(day), ...rest }));
}

function byOperations(a: NamedCost, b: NamedCost): number {
  return b.cost.operations - a.cost.operations || (a.tool < b.tool ? -1 : 1);
}

interface NamedCost {
  readonly tool: string;
  readonly cost: Cost;
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
