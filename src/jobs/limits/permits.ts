import type { SubmitOutcome } from '../../firefly/types.ts';
import { jitter, type Random } from '../../shared/random.ts';
import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { Budget } from './budget.ts';
import { ASSUMED_LATENCY_MS, latencyOf } from './submit-latency.ts';
import { always, DAY_WINDOW_MS, MINUTE_WINDOW_MS, permitTime, type Ledger, type Limit, type Quota } from './quota.ts';
import type { JobRow } from '../model/job-row.ts';
import { readCooldown, saveCooldown } from '../store/permits/cooldowns.ts';
import { countGoingFirst } from '../store/fair-queue.ts';
import {
  countPermits,
  isFirstInFlight,
  oldestPermits,
  permitsIn,
  type PermitWindow,
} from '../store/permits/permit-counts.ts';
import { countSpentOnJob, endPermit, insertPermit, requestIdOf } from '../store/permits/permit-store.ts';
import { afterRateLimit, currentPace, pacesAfterHits } from './rate-limit-backoff.ts';

/** Shortest time that everybody holds back after a 429, and the longest that Adobe can ask for. */
const SHORTEST_COOLDOWN_MS = 15_000;
const LONGEST_COOLDOWN_MS = 15 * 60_000;
/** How long after a closed gate the first request goes alone. */
const PROBATION_MS = 10 * 60_000;

/** A permit, or when to ask again. */
export type Grant = { readonly granted: true } | { readonly granted: false; readonly retryAt: number };

/** The quota of one account, kept in the database and so shared by every process. */
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
   * Takes a permit for this job's next attempt in the caller's transaction, in turn: earlier jobs go first, unless they
   * are still being prepared.
   */
  async take(tx: Transaction, job: JobRow): Promise<Grant> {
    await tx.lock(`quota:${this.#account}`);
    const ahead = await countGoingFirst(tx, job);
    const ledger = await this.ledger(tx, tx.now, ahead);
    const retryAt = permitTime(ledger, ahead, ASSUMED_LATENCY_MS);
    if (retryAt > tx.now) return { granted: false, retryAt };
    if (await this.#isProbing(tx)) return { granted: false, retryAt: tx.now + ASSUMED_LATENCY_MS };
    await insertPermit(tx, job, this.#random.uuid());
    return { granted: true };
  }

  /** The `x-request-id` of the job's current attempt: written down before it is sent, so that it is known after a crash. */
  requestId(job: Pick<JobRow, 'id' | 'attempt'>): Promise<string> {
    return requestIdOf(this.#db, job);
  }

  /** Ends the permit of the job's current attempt: from now on it counts for a minute, whatever came of it. */
  end(tx: Transaction, job: JobRow, outcome: SubmitOutcome['kind']): Promise<void> {
    return endPermit(tx, job, outcome);
  }

  /** Closes the gate for every process after a 429; returns when it opens. A gate is never shortened. */
  async startCooldown(tx: Transaction, retryAfterMs: number | undefined): Promise<number> {
    const wait = Math.min(Math.max(retryAfterMs ?? 0, SHORTEST_COOLDOWN_MS), LONGEST_COOLDOWN_MS);
    const until = Math.ceil(tx.now + wait + Math.abs(jitter(wait, 0.1, this.#random) - wait));
    await tx.lock(`cooldown:${this.#account}`);
    const before = await readCooldown(tx, this.#account);
    const cooldownUntil = Math.max(until, before?.until ?? 0);
    const isHeld = before !== undefined && before.until > tx.now;
    const backoff = afterRateLimit(before?.backoff, tx.now, isHeld);
    await saveCooldown(tx, this.#account, { until: cooldownUntil, backoff });
    return cooldownUntil;
  }

  /** When the gate opens; undefined when there is none. It may lie in the past. */
  async cooldownUntil(from: Queryable = this.#db): Promise<number | undefined> {
    return (await readCooldown(from, this.#account))?.until;
  }

  /** How long the gate stays closed, milliseconds; 0 when it is open. By the database's clock alone. */
  async cooldownMs(): Promise<number> {
    const until = await this.cooldownUntil();
    return until === undefined ? 0 : Math.max(0, until - (await this.#db.now()));
  }

  /** Requests of a job that may have cost something; what Adobe refused is not known to. */
  spent(job: string): Promise<number> {
    return countSpentOnJob(this.#db, job);
  }

  /**
   * When a job gets its permit that has `ahead` others before it, and how long its submit will take: for estimates.
   * Infinity where it never will.
   */
  async forecast(now: number, ahead: number): Promise<{ readonly startsAt: number; readonly latencyMs: number }> {
    const latencyMs = await latencyOf(this.#account, now, this.#db);
    const ledger = await this.ledger(this.#db, now, ahead, latencyMs);
    return { startsAt: permitTime(ledger, ahead, latencyMs), latencyMs };
  }

  /**
   * The ledger as it stands, with what decides about a job that has so many others ahead. Requests in flight count from
   * now, or from when they have taken `latencyMs`.
   */
  async ledger(from: Queryable, now: number, ahead = 0, latencyMs = 0): Promise<Ledger> {
    // Later than now is possible after the clock was set back; such permits count too.
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
      oldest: recent,
    };
    const day = await this.#day(from, now, ahead);
    const budget = await this.budget.window(from, now, ahead);
    return {
      now,
      quota: { ...this.#quota, perMinute: currentPace(cooldown?.backoff, perMinute, now) },
      recent,
      today: day.used,
      cooldownUntil: cooldown?.until,
      limits: budget === undefined ? [minute, day] : [minute, day, budget],
    };
  }

  /**
   * After a 429, one request at a time shows whether Adobe takes them again: whether the first one is still under way.
   */
  async #isProbing(tx: Transaction): Promise<boolean> {
    const cooldown = await readCooldown(tx, this.#account);
    if (cooldown === undefined || tx.now - cooldown.until > PROBATION_MS) return false;
    return isFirstInFlight(tx, this.#account, cooldown.until);
  }

  async #day(from: Queryable, now: number, ahead: number): Promise<Limit> {
    const { perDay } = this.#quota;
    const window = this.#window(now - DAY_WINDOW_MS);
    const used = await countPermits(from, window);
    const oldest = await oldestPermits(from, window, used + ahead + 1 - perDay);
    return { windowMs: DAY_WINDOW_MS, steps: always(perDay), used, oldest };
  }

  #window(after: number): PermitWindow {
    return { account: this.#account, after, count: 'every' };
  }
}
