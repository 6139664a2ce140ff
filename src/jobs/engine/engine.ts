import { setMaxListeners } from 'node:events';
import { linkSignals } from '../../shared/time/abort.ts';
import { atMost } from '../../shared/time/deadline.ts';
import { Problem } from '../../shared/errors.ts';
import { WakeableTimer } from '../../shared/time/wakeable-timer.ts';
import type { JobRow } from '../model/job-row.ts';
import { LEASE_MS, LeaseLost } from '../store/lease.ts';
import { drive } from './driver.ts';
import type { EngineDeps, JobLease } from './engine-context.ts';

/** Pause between two polls of the store. On PostgreSQL wake-ups come first, so that a poll only finds missed ones. */
const TICK_MS = { sqlite: 1_000, postgres: 2_000 } as const;
const RENEW_MS = 5_000;
/** Jobs that one process drives at a time. */
export const MAX_STARTED = 64;
/** Jobs of these that wait for their turn. Batches have a limit of their own, so that interactive jobs find room. */
export const MAX_PREPARED = { interactive: 8, batch: 4 } as const;
/** Time that a request under way has for its answer once the process is asked to stop. */
const LAST_CALL_MS = 3_500;
/** Pause before a job whose step failed may be claimed again. */
const RETRY_MS = 1_000;

interface DrivenJob {
  readonly done: Promise<void>;
  readonly wake: () => void;
}

/**
 * Drives the jobs of one account in this process, together with every other process of the installation. Start it after
 * serving has begun; stop it before the process ends.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #stopping = new AbortController();
  readonly #lastCall = new AbortController();
  readonly #driven = new Map<string, DrivenJob>();
  readonly #unreadable = new Set<string>();
  readonly #timer: WakeableTimer;
  #watch: Disposable | undefined;
  #renewedAt: number;
  #loop: Promise<void> | undefined;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#timer = new WakeableTimer(deps.clock);
    this.#renewedAt = deps.clock.monotonic();
    // Every job listens to both signals; Node would warn of a leak.
    setMaxListeners(0, this.#stopping.signal, this.#lastCall.signal);
  }

  /** Begins to claim and drive jobs: queued ones, and those whose process is gone. */
  start(): void {
    if (this.#loop) return;
    this.#watch = this.#deps.jobStore.watch(() => this.#timer.wake());
    this.#loop = this.#run();
  }

  /**
   * Stops within about four seconds: nothing new is sent, a request under way may still be answered, and leases are
   * handed back, so that another process can continue at once.
   */
  async stop(): Promise<void> {
    const reason = new Error('the server is stopping');
    this.#stopping.abort(reason);
    this.#watch?.[Symbol.dispose]();
    this.#timer.wake();
    const finished = this.#finish();
    await atMost(LAST_CALL_MS, finished, this.#deps.clock);
    this.#lastCall.abort(reason);
    await finished;
  }

  /** Awaits the loop first: a claim that was under way may have added a job. */
  async #finish(): Promise<void> {
    await this.#loop;
    await Promise.all([...this.#driven.values()].map(({ done }) => done));
  }

  async #run(): Promise<void> {
    const { db, logger, images } = this.#deps;
    await images.sweep().catch((error: unknown) => logger.warn('sweep_failed', { error }));
    while (!this.#stopping.signal.aborted) {
      await this.#tick().catch((error: unknown) => logger.error('engine_tick_failed', { error }));
      if (this.#stopping.signal.aborted) return;
      await this.#timer.sleep(TICK_MS[db.dialect]);
    }
  }

  async #tick(): Promise<void> {
    await this.#renewLeases();
    const { claimable, toCancel } = await this.#deps.jobStore.findWork({
      more: Math.max(0, MAX_STARTED - this.#driven.size),
      ...MAX_PREPARED,
    });
    for (const id of toCancel) this.#driven.get(id)?.wake();
    for (const id of claimable) {
      if (this.#stopping.signal.aborted || this.#driven.has(id)) continue;
      // The lease begins within the claim, which can take a while.
      const claimedAt = this.#deps.clock.monotonic();
      const job = await this.#claim(id);
      if (job && job.finishedAt === undefined) this.#drive(job, claimedAt);
    }
  }

  /** A row that this version cannot read keeps no other job waiting, and is reported once. */
  async #claim(id: string): Promise<JobRow | undefined> {
    if (this.#unreadable.has(id)) return undefined;
    try {
      return await this.#deps.jobStore.claim(id, { state: 'preparing' });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'store_unreadable') throw error;
      this.#unreadable.add(id);
      this.#deps.logger.error('job_unreadable', { job: id, error });
      return undefined;
    }
  }

  async #renewLeases(): Promise<void> {
    const { clock, jobStore } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#renewedAt < RENEW_MS) return;
    await jobStore.renew([...this.#driven.keys()]);
    this.#renewedAt = now;
  }

  #drive(job: JobRow, claimedAt: number): void {
    const { clock, logger } = this.#deps;
    // A signal of its own: listeners on that of the process would keep the job in memory until the end.
    const stop = linkSignals(this.#stopping.signal);
    let current = job;
    let wake = () => undefined as void;
    const lease: JobLease = {
      signal: stop.signal,
      lastCall: this.#lastCall.signal,
      isHeld: () => clock.monotonic() - Math.max(this.#renewedAt, claimedAt) < LEASE_MS * 0.75,
      pause: async (ms) => {
        using woken = linkSignals(stop.signal);
        wake = () => woken.abort();
        await clock.sleep(ms, woken.signal).catch(() => undefined);
        stop.signal.throwIfAborted();
      },
    };
    const onChange = (next: JobRow) => {
      current = next;
      // A job that has left the queue makes room for the next one (MAX_PREPARED).
      if (next.state === 'permitted') this.#timer.wake();
    };
    const done = drive(job, this.#deps, lease, onChange)
      .catch((error: unknown) => this.#report(job.id, error))
      .then(() => this.#release(job.id, current))
      .finally(() => {
        this.#driven.delete(job.id);
        stop[Symbol.dispose]();
        this.#timer.wake();
      })
      .catch((error: unknown) => logger.error('release_failed', { job: job.id, error }));
    this.#driven.set(job.id, { done, wake: () => wake() });
  }

  #report(id: string, error: unknown): void {
    const { logger } = this.#deps;
    if (this.#stopping.signal.aborted) return;
    if (error instanceof LeaseLost) return logger.warn('lease_lost', { job: id });
    logger.error('job_step_failed', { job: id, error });
  }

  /** Hands an unfinished job back, so that any process can claim it; after a failed step, a moment later. */
  async #release(id: string, last: JobRow): Promise<void> {
    const { db, jobStore, permits } = this.#deps;
    const job = await jobStore.load(id);
    if (!job || job.finishedAt !== undefined || job.fence !== last.fence || job.state === 'submitting') return;
    const isStopping = this.#stopping.signal.aborted;
    const requeue = job.state === 'preparing' || job.state === 'permitted' ? ({ state: 'queued' } as const) : {};
    await db.transaction(async (tx) => {
      // Nothing was sent. The permit of a job that is cancelled in the queue would stay in flight for ever.
      if (job.state === 'permitted') await permits.end(tx, job, 'not_sent');
      await jobStore.applyIn(tx, job, {
        ...requeue,
        preparedAt: undefined,
        leaseUntil: 0,
        leaseOwner: undefined,
        runnableAt: isStopping ? job.runnableAt : Math.max(job.runnableAt, tx.now + RETRY_MS),
      });
    });
  }
}
