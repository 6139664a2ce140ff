import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { COLUMNS, fromRow, toAssignments, toParams, type JobChange, type JobRow } from '../model/job-row.ts';
import { isFinal } from '../model/states.ts';
import { afterCrash, mayMove } from '../model/transitions.ts';
import { isDriven, lookForWork, type Room, type Work } from './claimable-jobs.ts';
import { nextTurn } from './fair-queue.ts';
import { isFree, LEASE_MS, LeaseLost, type LeaseHolder } from './lease.ts';
import { endLapsedPermits, renewPermits } from './permits/permit-store.ts';
import { readNumber, readNumbers } from './rows.ts';
import { placeholders } from './sql.ts';

const INSERT = `INSERT INTO jobs (${COLUMNS.join(', ')}) VALUES ${placeholders(COLUMNS)}`;

/** The jobs of one account as rows: written down, claimed, changed under a fence. */
export class JobStore {
  readonly #db: Database;
  readonly #account: string;
  readonly #owner: LeaseHolder;
  readonly #channel: string;

  constructor(options: { db: Database; account: string; owner: LeaseHolder }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#owner = options.owner;
    this.#channel = `jobs:${options.account}`;
  }

  /** Writes a new job down, later than every other one of its account, and gives it its turn in the queue. */
  async insert(tx: Transaction, job: JobRow): Promise<JobRow> {
    const newest = await readNumber(tx, 'SELECT MAX(created_at) AS newest FROM jobs WHERE account = ?', [
      this.#account,
    ]);
    const createdAt = Math.max(job.createdAt, (newest ?? 0) + 1);
    const placed = { ...job, createdAt, turn: await nextTurn(tx, job) };
    await tx.run(INSERT, toParams(placed));
    this.wake(tx);
    return placed;
  }

  /** The job of that id, of any principal. Read in a transaction it stays as it is until that one ends. */
  async load(id: string, tx?: Transaction): Promise<JobRow | undefined> {
    const row = await this.#row(tx ?? this.#db, id, tx?.forUpdate ?? '');
    return row && fromRow(row);
  }

  /**
   * Writes a change under the record's fence and returns the record as it now is. Writing it twice changes nothing. A
   * cancel that another process has asked for meanwhile is never overwritten. Times in the change come from `now`,
   * the database's clock.
   * @throws LeaseLost when another process has claimed the job since
   */
  async apply(job: JobRow, change: JobChange | ((now: number) => JobChange)): Promise<JobRow> {
    return this.#db.transaction((tx) => this.#write(tx, job, typeof change === 'function' ? change(tx.now) : change), {
      repeatable: true,
    });
  }

  /** `apply` within a transaction of the caller. */
  async applyIn(tx: Transaction, job: JobRow, change: JobChange): Promise<JobRow> {
    return this.#write(tx, job, change);
  }

  /** Asks the process that works on the job to cancel it. Needs no lease, and ends none. */
  async requestCancel(tx: Transaction, id: string): Promise<void> {
    await tx.run(`UPDATE jobs SET cancel = 'requested' WHERE id = ?`, [id]);
    this.wake(tx);
  }

  /** Once `tx` is committed, wakes every watcher of the jobs of this account, in every process. */
  wake(tx: Transaction): void {
    tx.wake(this.#channel);
  }

  /**
   * Calls `onWake` when a job has come, has ended, is given back or is to be cancelled. Wakes can be lost and come for
   * nothing. The watch ends when it is disposed of.
   */
  watch(onWake: () => void): Disposable {
    return this.#db.watch(this.#channel, onWake);
  }

  /** Takes the job for this process; undefined when another one was faster. */
  async claim(id: string, change: JobChange): Promise<JobRow | undefined> {
    return this.#db.transaction(async (tx) => {
      const row = await this.#row(tx, id, tx.forUpdateOrSkip);
      const job = row && fromRow(row);
      if (!job || job.finishedAt !== undefined || job.runnableAt > tx.now || !isFree(job, this.#owner, tx.now))
        return undefined;
      const lease = { fence: job.fence + 1, leaseOwner: this.#owner.id, leaseUntil: tx.now + LEASE_MS };
      await endLapsedPermits(tx, id, job.state === 'submitting' ? 'unknown' : 'not_sent');
      const left = afterCrash(job, tx.now);
      const found = { ...job, ...left };
      if (found.finishedAt !== undefined) return this.#update(tx, job, { ...left, fence: lease.fence });
      return this.#update(tx, job, { ...left, ...lease, ...(found.state === 'queued' ? change : {}) });
    });
  }

  /** What there is to do, as far as `limits` have room for it. */
  look(limits: Room): Promise<Work> {
    return lookForWork(this.#db, { account: this.#account, owner: this.#owner, limits });
  }

  /** Whether some process works on jobs of this account (`isDriven`). */
  isDriven(): Promise<boolean> {
    return isDriven(this.#db, { account: this.#account, owner: this.#owner });
  }

  /** Prolongs the leases of these jobs, and of their permits in flight. */
  async renew(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#db.transaction(async (tx) => {
      const until = tx.now + LEASE_MS;
      await tx.run(
        `UPDATE jobs SET lease_until = ? WHERE lease_owner = ? AND finished_at IS NULL AND id IN ${placeholders(ids)}`,
        [until, this.#owner.id, ...ids],
      );
      await renewPermits(tx, ids, until);
    });
  }

  /** Median time that Adobe took for recent jobs of this kind, from acceptance on, milliseconds. */
  async typicalDuration(job: Pick<JobRow, 'operation' | 'model'>): Promise<number | undefined> {
    const durations = await readNumbers(
      this.#db,
      `SELECT done_at - accepted_at AS duration FROM jobs
       WHERE account = ? AND operation = ? AND ${job.model === undefined ? 'model IS NULL' : 'model = ?'}
         AND state = 'succeeded' AND accepted_at IS NOT NULL AND done_at IS NOT NULL
       ORDER BY finished_at DESC LIMIT 21`,
      [this.#account, job.operation, ...(job.model === undefined ? [] : [job.model])],
    );
    return [...durations].sort((a, b) => a - b)[Math.floor(durations.length / 2)];
  }

  async #write(tx: Transaction, job: JobRow, change: JobChange): Promise<JobRow> {
    const current = await this.load(job.id, tx);
    if (!current || current.fence !== job.fence) throw new LeaseLost(job.id);
    const goal = change.state ?? current.state;
    if (change.state === current.state && isFinal(current.state)) return current;
    if (!mayMove(current.state, goal)) throw new Error(`a job cannot go from ${current.state} to ${goal}`);
    return this.#update(tx, current, change);
  }

  async #update(tx: Transaction, job: JobRow, change: JobChange): Promise<JobRow> {
    const { set, params } = toAssignments({ ...change, updatedAt: tx.now });
    await tx.run(`UPDATE jobs SET ${set} WHERE id = ? AND fence = ?`, [...params, job.id, job.fence]);
    // Whatever ends a lease concerns others: those who wait for this job, and those who may take it on.
    if (change.leaseUntil === 0) this.wake(tx);
    return { ...job, ...change, updatedAt: tx.now };
  }

  #row(from: Queryable, id: string, lock: Transaction['forUpdate'] | Transaction['forUpdateOrSkip']) {
    return from.first(`SELECT * FROM jobs WHERE id = ? AND account = ? ${lock}`, [id, this.#account]);
  }
}
