import type { Clock } from '../../shared/time/clock.ts';
import { DAY_MS } from '../../shared/time/durations.ts';
import type { Database } from '../../store/database.ts';
import { USAGE_DAYS, type Usage } from '../model/spending-views.ts';
import { costOfPrincipal } from '../store/permits/costs.ts';
import { usageFrom } from '../store/usage.ts';
import { SharedRead } from './shared-read.ts';

/** Age up to which a sum over thirty days is shared while nothing is committed, and that of settled permits in any case. */
const SHARED_MS = 10_000;
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
  readonly #usages: SharedRead<Usage>;
  readonly #settled = new Map<string, Settled>();

  constructor({ db, account, clock }: { db: Database; account: string; clock: Pick<Clock, 'monotonic'> }) {
    this.#db = db;
    this.#account = account;
    this.#clock = clock;
    this.#usages = new SharedRead({ db, clock, ageMs: SHARED_MS });
  }

  /** What one principal may have been charged for by day and by tool. */
  usageOf(principal: string): Promise<Usage> {
    return this.#usages.at(principal, () => this.#read(principal));
  }

  async #read(principal: string): Promise<Usage> {
    const now = await this.#db.now();
    const since = (Math.floor(now / DAY_MS) - USAGE_DAYS + 1) * DAY_MS;
    const settled = this.#settledOf(principal, since, now);
    const recent = await costOfPrincipal(this.#db, { account: this.#account, principal, since: settled.until });
    return usageFrom([...(await settled.costs), ...recent]);
  }

  #settledOf(principal: string, since: number, now: number): Settled {
    const readAt = this.#clock.monotonic();
    for (const [name, old] of this.#settled) if (readAt - old.readAt >= SHARED_MS) this.#settled.delete(name);
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
