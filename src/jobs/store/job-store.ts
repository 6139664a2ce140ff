import { oneOwner } from '../../images/blobs/references.ts';
import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { readNumbers } from '../../store/rows.ts';
import { COLUMNS, toAssignments, toParams, type JobChange, type JobRow } from '../model/job-row.ts';
import { isFinal } from '../model/states.ts';
import { median } from '../model/median.ts';
import { afterCrash, mayMove } from '../model/transitions.ts';
import { findWork, isDriven, type Capacity, type Work } from './claimable-jobs.ts';
import { nextPlace } from './fair-queue.ts';
import { holdImages, releaseImages } from './image-references.ts';
import { isFree, LEASE_MS, LeaseLost, SeenLeases, type LeaseHolder, type MonotonicClock } from './lease.ts';
import { endLapsedPermits, renewPermits } from './permits/permit-store.ts';
import { recordPlace } from './permits/spending-record.ts';
import { readJob } from './rows.ts';
import { jobChannel, placeholders } from './sql.ts';

const INSERT = `INSERT INTO jobs (${COLUMNS.join(', ')}) VALUES ${placeholders(COLUMNS)}`;

/** The rows of one account's jobs: insertion, claims, and changes under a fence. */
export class JobStore {
  readonly #db: Database;
  readonly #account: string;
  readonly #owner: LeaseHolder;
  readonly #seen: SeenLeases;
  readonly #channel: string;

  constructor(options: { db: Database; account: string; owner: LeaseHolder; clock: MonotonicClock }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#owner = options.owner;
    this.#seen = new SeenLeases(options.clock, options.owner);
    this.#channel = jobChannel(options.account);
  }

  /** Inserts a new job with its turn, and with a `createdAt` later than that of every other job of its account. */
  async insert(tx: Transaction, job: JobRow): Promise<JobRow> {
    const { newest, turn } = await nextPlace(tx, job);
    const inserted = { ...job, createdAt: Math.max(job.createdAt, newest + 1), turn };
    await tx.run(INSERT, toParams(inserted));
    await holdImages(tx, inserted);
    this.wake(tx);
    return inserted;
  }

  /** The job of that id, of any principal. In a transaction its row stays locked until the end. */
  async load(id: string, tx?: Transaction): Promise<JobRow | undefined> {
    return this.#row(tx ?? this.#db, id, tx?.forUpdate ?? '');
  }

  /** The job of that id, where it is this principal's; a row of another one is neither read nor locked. */
  async loadOf(principal: string, id: string, tx?: Transaction): Promise<JobRow | undefined> {
    const sql = `SELECT * FROM jobs WHERE id = ? AND account = ? AND principal = ? ${tx?.forUpdate ?? ''}`;
    return readJob(tx ?? this.#db, sql, [id, this.#account, principal]);
  }

  /**
   * Writes a change under the fence of `job` and returns the changed job. Writing it twice changes nothing. A cancel
   * that another process has requested meanwhile is never overwritten. Times in the change come from `now`, the
   * database's clock.
   * @throws LeaseLost when another process has claimed the job since
   */
  async apply(job: JobRow, change: JobChange | ((now: number) => JobChange)): Promise<JobRow> {
    return this.#db.transaction((tx) => this.#write(tx, job, typeof change === 'function' ? change(tx.now) : change), {
      repeatable: true,
    });
  }

  /** `apply` within a transaction of the caller. @throws LeaseLost as `apply` does */
  async applyIn(tx: Transaction, job: JobRow, change: JobChange): Promise<JobRow> {
    return this.#write(tx, job, change);
  }

  /** Asks the process that holds the lease to cancel the job. */
  async requestCancel(tx: Transaction, id: string): Promise<void> {
    await tx.run(`UPDATE jobs SET cancel = 'requested' WHERE id = ?`, [id]);
    this.wake(tx);
  }

  /** Records that an identical call has attached to the job. */
  async markAttached(tx: Transaction, id: string): Promise<void> {
    await tx.run('UPDATE jobs SET attached = 1 WHERE id = ? AND attached = 0', [id]);
  }

  /**
   * Ends a job of which nothing was sent, for the caller whose call made it: no repeat of that call is shown the end of
   * this job.
   */
  async takeBack(tx: Transaction, job: JobRow): Promise<void> {
    await tx.run(`UPDATE jobs SET delivery = 'final' WHERE id = ?`, [job.id]);
    if (job.state !== 'queued') return this.requestCancel(tx, job.id);
    await this.applyIn(tx, job, { state: 'cancelled', cancel: 'requested', finishedAt: tx.now, leaseUntil: 0 });
  }

  /** Records that no composite of a job that has ended is missing any more, and lets go of what they were made from. */
  async completeEdit(tx: Transaction, job: JobRow): Promise<void> {
    const { set, params } = toAssignments({ edit: job.edit && { ...job.edit, failure: undefined } });
    await tx.run(`UPDATE jobs SET ${set} WHERE id = ?`, [...params, job.id]);
    await releaseImages(tx, oneOwner(job.id), job.state);
  }

  /** Lets a job that has failed go on from `accepted`, for whichever process claims it: its pictures are there after all. */
  async reopen(tx: Transaction, job: JobRow): Promise<void> {
    const free = { leaseUntil: 0, leaseOwner: undefined, runnableAt: tx.now };
    await this.#update(tx, job, { state: 'accepted', finishedAt: undefined, problem: undefined, ...free });
    await holdImages(tx, job);
  }

  /** Wakes every watcher of this account's jobs, in every process, once `tx` is committed. */
  wake(tx: Transaction): void {
    tx.wake(this.#channel);
  }

  /**
   * Calls `onWake` when a job is inserted, ends, is requeued or shall be cancelled. Wakes may be lost and may be
   * spurious. The watch ends when it is disposed of.
   */
  watch(onWake: () => void): Disposable {
    return this.#db.watch(this.#channel, onWake);
  }

  /**
   * Claims a free job for this process: applies `afterCrash` if its last process died, and `change` if it is queued then.
   * Undefined if the job has ended, has to wait, or is held by another process.
   */
  async claim(id: string, change: JobChange): Promise<JobRow | undefined> {
    return this.#db.transaction(async (tx) => {
      const job = await this.#row(tx, id, tx.forUpdateOrSkip);
      if (!job || job.finishedAt !== undefined || job.runnableAt > tx.now) return undefined;
      if (!isFree(job, this.#owner, tx.now) || !this.#seen.isAbandoned(job)) return undefined;
      const lease = { fence: job.fence + 1, leaseOwner: this.#owner.id, leaseUntil: tx.now + LEASE_MS };
      const outcome = job.state === 'submitting' ? 'unknown' : 'not_sent';
      await endLapsedPermits(tx, id, { outcome, place: recordPlace(this.#db) });
      const recovery = afterCrash(job, tx.now);
      const recovered = { ...job, ...recovery };
      if (recovered.finishedAt !== undefined) return this.#update(tx, job, { ...recovery, fence: lease.fence });
      return this.#update(tx, job, { ...recovery, ...lease, ...(recovered.state === 'queued' ? change : {}) });
    });
  }

  /** Jobs that this process should claim or cancel now. */
  findWork(capacity: Capacity): Promise<Work> {
    return findWork(this.#db, { account: this.#account, owner: this.#owner, seen: this.#seen, capacity });
  }

  /** Whether a living process works on jobs of this account. */
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

  /** Median time from acceptance to completion of the last 21 jobs of this kind, milliseconds; undefined before any. */
  async typicalDuration(job: Pick<JobRow, 'operation' | 'model'>): Promise<number | undefined> {
    const durations = await readNumbers(
      this.#db,
      `SELECT done_at - accepted_at AS duration FROM jobs
       WHERE account = ? AND operation = ? AND ${job.model === undefined ? 'model IS NULL' : 'model = ?'}
         AND state = 'succeeded' AND accepted_at IS NOT NULL AND done_at IS NOT NULL
       ORDER BY finished_at DESC LIMIT 21`,
      [this.#account, job.operation, ...(job.model === undefined ? [] : [job.model])],
    );
    return median(durations);
  }

  async #write(tx: Transaction, job: JobRow, change: JobChange): Promise<JobRow> {
    const current = await this.load(job.id, tx);
    if (!current || current.fence !== job.fence) throw new LeaseLost(job.id);
    const target = change.state ?? current.state;
    if (change.state === current.state && isFinal(current.state)) return current;
    if (!mayMove(current.state, target)) throw new Error(`a job cannot go from ${current.state} to ${target}`);
    return this.#update(tx, current, change);
  }

  async #update(tx: Transaction, job: JobRow, change: JobChange): Promise<JobRow> {
    const { set, params } = toAssignments({ ...change, updatedAt: tx.now });
    await tx.run(`UPDATE jobs SET ${set} WHERE id = ? AND fence = ?`, [...params, job.id, job.fence]);
    if (change.state !== undefined && isFinal(change.state)) {
      const { edit } = { ...job, ...change };
      await releaseImages(tx, oneOwner(job.id), change.state, edit?.failure === undefined);
    }
    // The end of a lease concerns callers that wait for the job and processes that may claim it.
    if (change.leaseUntil === 0) this.wake(tx);
    return { ...job, ...change, updatedAt: tx.now };
  }

  #row(from: Queryable, id: string, lock: Transaction['forUpdate'] | Transaction['forUpdateOrSkip']) {
    return readJob(from, `SELECT * FROM jobs WHERE id = ? AND account = ? ${lock}`, [id, this.#account]);
  }
}
