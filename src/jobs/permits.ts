import type { SubmitOutcome } from '../firefly/types.ts';
import { jitter, type Random } from '../shared/random.ts';
import type { Database, Queryable, SqlRow, Transaction } from '../store/database.ts';
import { Budget, MAY_HAVE_COST, oldestPermits } from './budget.ts';
import { LEASE_MS } from './journal.ts';
import { ASSUMED_LATENCY_MS, latencyOf } from './latency.ts';
import { always, DAY_WINDOW_MS, MINUTE_WINDOW_MS, permitTime, type Ledger, type Limit, type Quota } from './quota.ts';
import type { JobRecord } from './record.ts';
import { PERMIT_END } from './schema.ts';
import { afterStrike, pacedBy, pacesAfter, type Strikes } from './strikes.ts';
import { goingFirst } from './turns.ts';

/** Shortest time that everybody holds back after a 429, and the longest that Adobe can ask for. */
const LEAST_HOLD_MS = 15_000;
const MOST_HOLD_MS = 15 * 60_000;
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
  async take(tx: Transaction, job: JobRecord): Promise<Grant> {
    await tx.lock(`quota:${this.#account}`);
    const ahead = await goingFirst(tx, job);
    const ledger = await this.ledger(tx, tx.now, ahead);
    const retryAt = permitTime(ledger, ahead, ASSUMED_LATENCY_MS);
    if (retryAt > tx.now) return { granted: false, retryAt };
    if (await this.#isProbing(tx)) return { granted: false, retryAt: tx.now + ASSUMED_LATENCY_MS };
    const { id, attempt, principal, tool, operation, model = null, count } = job;
    const { now } = tx;
    const requestId = this.#random.uuid();
    await tx.run(
      `INSERT INTO permits
         (job, attempt, account, granted_at, lease_until, principal, tool, operation, model, count, request_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, attempt + 1, this.#account, now, now + LEASE_MS, principal, tool, operation, model, count, requestId],
    );
    return { granted: true };
  }

  /** The `x-request-id` of the job's current attempt: written down before it is sent, so that it is known after a crash. */
  async requestId(job: Pick<JobRecord, 'id' | 'attempt'>): Promise<string> {
    const row = await this.#db.first('SELECT request_id FROM permits WHERE job = ? AND attempt = ?', [
      job.id,
      job.attempt,
    ]);
    return String(row?.['request_id']);
  }

  /** Ends the permit of the job's current attempt: from now on it counts for a minute, whatever came of it. */
  async end(tx: Transaction, job: JobRecord, outcome: SubmitOutcome['kind']): Promise<void> {
    await tx.run('UPDATE permits SET ended_at = ?, outcome = ? WHERE job = ? AND attempt = ?', [
      tx.now,
      outcome,
      job.id,
      job.attempt,
    ]);
  }

  /** Closes the gate for every process after a 429; returns when it opens. A gate is never shortened. */
  async hold(tx: Transaction, retryAfterMs: number | undefined): Promise<number> {
    const wait = Math.min(Math.max(retryAfterMs ?? 0, LEAST_HOLD_MS), MOST_HOLD_MS);
    const until = Math.ceil(tx.now + wait + Math.abs(jitter(wait, 0.1, this.#random) - wait));
    await tx.lock(`gate:${this.#account}`);
    const gate = await this.#gate(tx);
    const heldUntil = Math.max(until, gate?.heldUntil ?? 0);
    const strikes = afterStrike(gate?.strikes, tx.now, gate !== undefined && gate.heldUntil > tx.now);
    await tx.run(
      `INSERT INTO gates (account, held_until, strikes, struck_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (account) DO UPDATE SET
         held_until = excluded.held_until, strikes = excluded.strikes, struck_at = excluded.struck_at`,
      [this.#account, heldUntil, strikes.count, strikes.lastAt],
    );
    return heldUntil;
  }

  /** When the gate opens; undefined when there is none. It may lie in the past. */
  async heldUntil(from: Queryable = this.#db): Promise<number | undefined> {
    return (await this.#gate(from))?.heldUntil;
  }

  /** How long the gate stays closed, milliseconds; 0 when it is open. By the database's clock alone. */
  async heldForMs(): Promise<number> {
    const until = await this.heldUntil();
    return until === undefined ? 0 : Math.max(0, until - (await this.#db.now()));
  }

  /** Requests of a job that may have cost something; what Adobe refused is not known to. */
  async spent(job: string): Promise<number> {
    const row = await this.#db.first(`SELECT COUNT(*) AS spent FROM permits WHERE job = ? AND ${MAY_HAVE_COST}`, [job]);
    return Number(row?.['spent'] ?? 0);
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
    const rows = await from.all(
      `SELECT granted_at, ended_at, lease_until FROM permits WHERE account = ? AND ${PERMIT_END} > ?`,
      [this.#account, now - MINUTE_WINDOW_MS],
    );
    const endOfOneInFlight = (row: SqlRow) => {
      const leaseUntil = Number(row['lease_until']);
      return leaseUntil <= now ? leaseUntil : Math.max(now, Number(row['granted_at']) + latencyMs);
    };
    const recent = rows
      .map((row) => Number(row['ended_at'] ?? endOfOneInFlight(row)))
      .filter((time) => time > now - MINUTE_WINDOW_MS)
      .sort((a, b) => a - b);
    const gate = await this.#gate(from);
    const { perMinute } = this.#quota;
    const minute: Limit = {
      windowMs: MINUTE_WINDOW_MS,
      steps: pacesAfter(gate?.strikes, perMinute),
      used: recent.length,
      oldest: recent,
    };
    const day = await this.#day(from, now, ahead);
    const budget = await this.budget.window(from, now, ahead);
    return {
      now,
      quota: { ...this.#quota, perMinute: pacedBy(gate?.strikes, perMinute, now) },
      recent,
      today: day.used,
      heldUntil: gate?.heldUntil,
      limits: budget === undefined ? [minute, day] : [minute, day, budget],
    };
  }

  /**
   * After a 429, one request at a time shows whether Adobe takes them again: whether the first one is still under way.
   */
  async #isProbing(tx: Transaction): Promise<boolean> {
    const gate = await this.#gate(tx);
    if (gate === undefined || tx.now - gate.heldUntil > PROBATION_MS) return false;
    const after = [this.#account, gate.heldUntil];
    const probe = await tx.first(
      'SELECT 1 FROM permits WHERE account = ? AND granted_at >= ? AND ended_at IS NULL AND lease_until > ? LIMIT 1',
      [...after, tx.now],
    );
    if (probe === undefined) return false;
    const taken = `SELECT 1 FROM permits WHERE account = ? AND granted_at >= ? AND ended_at >= ?
      AND outcome NOT IN ('rate_limited', 'not_sent') LIMIT 1`;
    return (await tx.first(taken, [...after, gate.heldUntil])) === undefined;
  }

  async #gate(from: Queryable): Promise<{ heldUntil: number; strikes: Strikes } | undefined> {
    const row = await from.first('SELECT held_until, strikes, struck_at FROM gates WHERE account = ?', [this.#account]);
    if (row === undefined) return undefined;
    const strikes = { count: Number(row['strikes']), lastAt: Number(row['struck_at']) };
    return { heldUntil: Number(row['held_until']), strikes };
  }

  async #day(from: Queryable, now: number, ahead: number): Promise<Limit> {
    const { perDay } = this.#quota;
    const where = `account = ? AND ${PERMIT_END} > ?`;
    const params = [this.#account, now - DAY_WINDOW_MS];
    const row = await from.first(`SELECT COUNT(*) AS permits FROM permits WHERE ${where}`, params);
    const used = Number(row?.['permits'] ?? 0);
    const oldest = await oldestPermits(from, { where, params, most: used + ahead + 1 - perDay });
    return { windowMs: DAY_WINDOW_MS, steps: always(perDay), used, oldest };
  }
}
