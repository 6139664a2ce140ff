import type { SubmitOutcome } from '../../firefly/types.ts';
import { jitter, type Random } from '../../shared/random.ts';
import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { Budget } from './budget.ts';
import { ASSUMED_LATENCY_MS, latencyOf } from './submit-latency.ts';
import type { Cost } from '../../firefly/pricing.ts';
import { holdBack } from './hold-back.ts';
import { lineOfGrants, lineOfPrincipal, type Line } from './line.ts';
import { DAY_WINDOW_MS, MINUTE_WINDOW_MS, permitTime, type Ledger, type Quota } from './quota.ts';
import { constantSteps, type Limit } from './sliding-window.ts';
import type { JobRow } from '../model/job-row.ts';
import { readCooldown, saveCooldown } from '../store/permits/cooldowns.ts';
import {
  isFirstInFlight,
  oldestPermits,
  permitsIn,
  usedIn,
  type PermitWindow,
} from '../store/permits/permit-counts.ts';
import { costOfJobs } from '../store/permits/costs.ts';
import { recordPlace } from '../store/permits/spending-record.ts';
import { endPermit, insertPermit, requestIdOf } from '../store/permits/permit-store.ts';
import { afterRateLimit, currentPace, pacesAfterHits } from './rate-limit-backoff.ts';

/** Bounds of a cooldown, whatever Adobe's `Retry-After` says. */
export const MIN_COOLDOWN_MS = 15_000;
export const MAX_COOLDOWN_MS = 15 * 60_000;
/** Time after a cooldown in which the first request is sent alone, and the others wait for its answer. */
const PROBATION_MS = 10 * 60_000;

/** A permit, or the time (epoch ms) at which to ask again, from the queue where the job was held back. */
export type Grant =
  { readonly granted: true } | { readonly granted: false; readonly retryAt: number; readonly requeue: boolean };

/** The quota of one account. Permits and cooldown are rows, so every process shares them. */
export class Permits {
  readonly #db: Database;
  readonly #account: string;
  readonly #quota: Quota;
  readonly #random: Random;
  readonly budget: Budget;

  constructor(options: { db: Database; account: string; quota: Quota; random: Random }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#quota = options.quota;
    this.#random = options.random;
    this.budget = new Budget({ ...options, limit: options.quota.dailyBudget });
  }

  /**
   * Takes a permit for this job's next attempt in the caller's transaction. Jobs that go before it in the queue get
   * theirs first, unless their preparation takes long.
   */
  async take(tx: Transaction, job: JobRow): Promise<Grant> {
    await tx.lock(`quota:${this.#account}`);
    const line = await lineOfGrants(tx, job);
    const inOwnBudget = await this.#timeInOwnBudget(tx, job, line.own);
    if (inOwnBudget > tx.now) return holdBack(tx, job, inOwnBudget);
    const ledger = await this.ledger(tx, tx.now, line);
    const retryAt = permitTime(ledger, line.ahead.length, ASSUMED_LATENCY_MS);
    if (retryAt === Infinity) return holdBack(tx, job, retryAt);
    if (retryAt > tx.now) return { granted: false, retryAt, requeue: false };
    if (await this.#isProbing(tx)) return { granted: false, retryAt: tx.now + ASSUMED_LATENCY_MS, requeue: false };
    await insertPermit(tx, job, this.#random.uuid());
    return { granted: true };
  }

  /**
   * The `x-request-id` of the job's current attempt: stored before the request is sent, so that it is known after a
   * crash.
   */
  requestId(job: Pick<JobRow, 'id' | 'attempt'>): Promise<string> {
    return requestIdOf(this.#db, job);
  }

  /** Ends the permit of the job's current attempt: it counts for one more window, whatever the outcome. */
  end(tx: Transaction, job: JobRow, outcome: SubmitOutcome['kind']): Promise<void> {
    return endPermit(tx, job, { outcome, place: recordPlace(this.#db) });
  }

  /**
   * Begins or extends the cooldown after a 429, for every process; returns its end (epoch ms). It is never shortened.
   */
  async startCooldown(tx: Transaction, retryAfterMs: number | undefined): Promise<number> {
    const wait = Math.min(Math.max(retryAfterMs ?? 0, MIN_COOLDOWN_MS), MAX_COOLDOWN_MS);
    const until = Math.ceil(tx.now + wait + Math.abs(jitter(wait, 0.1, this.#random) - wait));
    await tx.lock(`cooldown:${this.#account}`);
    const before = await readCooldown(tx, this.#account);
    const cooldownUntil = Math.max(until, before?.until ?? 0);
    const isCoolingDown = before !== undefined && before.until > tx.now;
    const backoff = afterRateLimit(before?.backoff, tx.now, isCoolingDown);
    await saveCooldown(tx, this.#account, { until: cooldownUntil, backoff });
    return cooldownUntil;
  }

  /** End of the last cooldown (epoch ms), which may be in the past; undefined before the first one. */
  async cooldownUntil(from: Queryable = this.#db): Promise<number | undefined> {
    return (await readCooldown(from, this.#account))?.until;
  }

  /** Rest of the cooldown by the database's clock, milliseconds; 0 outside of one. */
  async cooldownMs(): Promise<number> {
    const until = await this.cooldownUntil();
    return until === undefined ? 0 : Math.max(0, until - (await this.#db.now()));
  }

  /** What may have been charged for these jobs so far, by job; none of a job means nothing. */
  costs(jobs: readonly string[]): Promise<ReadonlyMap<string, Cost>> {
    return costOfJobs(this.#db, jobs);
  }

  /**
   * Estimates for the last job of a line: when it gets its permit (epoch ms; Infinity for never), and how long its submit
   * takes (milliseconds).
   */
  async forecast(now: number, line: Line): Promise<{ readonly startsAt: number; readonly latencyMs: number }> {
    const latencyMs = await latencyOf(this.#account, now, this.#db);
    const ledger = await this.ledger(this.#db, now, line, latencyMs);
    return { startsAt: permitTime(ledger, line.ahead.length, latencyMs), latencyMs };
  }

  /**
   * Use of the quota at `now`, with the limits for the last job of a line. A request in flight counts as if it ended now,
   * or when it has taken `latencyMs` if that is later.
   */
  async ledger(from: Queryable, now: number, line: Line, latencyMs = 0): Promise<Ledger> {
    // Permits of the future count too: the clock may have been set back.
    const window = this.#window(now - MINUTE_WINDOW_MS);
    const recent = (await permitsIn(from, window))
      .map(({ grantedAt, endedAt, leaseUntil }) => {
        const inFlight = leaseUntil <= now ? leaseUntil : Math.max(now, grantedAt + latencyMs);
        return endedAt ?? inFlight;
      })
      .filter((time) => time > window.after)
      .sort((a, b) => a - b);
    const cooldown = await readCooldown(from, this.#account);
    const { perMinute } = this.#quota;
    const minute: Limit = {
      windowMs: MINUTE_WINDOW_MS,
      steps: pacesAfterHits(cooldown?.backoff, perMinute),
      used: recent.length,
      oldest: recent.map((time) => ({ from: time, takes: 1 })),
    };
    const day = await this.#day(from, now, line.ahead.length);
    return {
      now,
      quota: { ...this.#quota, perMinute: currentPace(cooldown?.backoff, perMinute, now) },
      thisMinute: recent.length,
      today: day.used,
      cooldownUntil: cooldown?.until,
      limits: [minute, day, ...(await this.budget.limits(from, now, line))],
    };
  }

  /** When the oldest request leaves the window of the day (epoch ms); undefined where the window is empty. */
  async dayResetsAt(now: number): Promise<number | undefined> {
    const [oldest] = await oldestPermits(this.#db, this.#window(now - DAY_WINDOW_MS), 1);
    return oldest && oldest.from + DAY_WINDOW_MS;
  }

  /** When the job fits into the budget of its principal (epoch ms), behind that principal's jobs before it. */
  async #timeInOwnBudget(tx: Transaction, job: JobRow, own: Line['own']): Promise<number> {
    if (own.principalBudget === undefined) return tx.now;
    const line = await lineOfPrincipal(tx, job, own);
    const limit = await this.budget.ownLimit(tx, tx.now, line);
    if (limit === undefined) return tx.now;
    return permitTime({ now: tx.now, cooldownUntil: undefined, limits: [limit] }, line.ahead.length, 0);
  }

  /**
   * True while the one request that tests Adobe after a cooldown is unanswered. All others wait until it is answered, so
   * that a quota that is still exhausted costs one more 429 and not many.
   */
  async #isProbing(tx: Transaction): Promise<boolean> {
    const cooldown = await readCooldown(tx, this.#account);
    if (cooldown === undefined || tx.now - cooldown.until > PROBATION_MS) return false;
    return isFirstInFlight(tx, this.#account, cooldown.until);
  }

  async #day(from: Queryable, now: number, ahead: number): Promise<Limit> {
    const { perDay } = this.#quota;
    const window = this.#window(now - DAY_WINDOW_MS);
    const used = await usedIn(from, window);
    const oldest = await oldestPermits(from, window, used + ahead + 1 - perDay);
    return { windowMs: DAY_WINDOW_MS, steps: constantSteps(perDay), used, oldest };
  }

  #window(after: number): PermitWindow {
    return { account: this.#account, after, count: 'requests' };
  }
}
