import { setMaxListeners } from 'node:events';
import { linkSignals, type LinkedSignal } from '../../shared/abort.ts';
import { drive } from './driver.ts';
import { WakeableTimer } from '../../shared/wakeable-timer.ts';
import type { EngineDeps, JobLease } from './engine-context.ts';
import type { JobRow } from '../model/job-row.ts';
import { LEASE_MS, LeaseLost } from '../store/lease.ts';

/**
 * How often the engine looks for work, for cancels, and at its leases. Where other processes wake it, this is only for
 * what was missed.
 */
const TICK_MS = { sqlite: 1_000, postgres: 2_000 } as const;
const RENEW_MS = 5_000;
/**
 * Jobs that one process drives at a time: in all, and those that wait for their turn. Batches leave room for people,
 * however many of their items wait.
 */
const MOST_STARTED = 64;
const MOST_WAITING = { interactive: 8, batch: 4 } as const;
/** What a request that is being sent gets to be answered when the process is asked to stop. */
const LAST_CALL_MS = 3_500;

interface Driven {
  readonly done: Promise<void>;
  readonly wake: () => void;
  readonly stop: LinkedSignal;
}

/**
 * Drives the jobs of one account in this process, together with every other process of the installation. Start it after
 * serving has begun; stop it before the process ends.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #stopping = new AbortController();
  readonly #lastCall = new AbortController();
  readonly #driven = new Map<string, Driven>();
  readonly #rest: WakeableTimer;
  #watch: Disposable | undefined;
  #renewedAt: number;
  #loop: Promise<void> | undefined;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#rest = new WakeableTimer(deps.clock);
    this.#renewedAt = deps.clock.monotonic();
    // Every job listens to both; Node would take that for a leak.
    setMaxListeners(0, this.#stopping.signal, this.#lastCall.signal);
  }

  /** Begins to work: takes up what other processes left, and the queue. */
  start(): void {
    if (this.#loop) return;
    this.#watch = this.#deps.jobStore.watch(() => this.#rest.wake());
    this.#loop = this.#run();
  }

  /**
   * Stops within about four seconds: nothing new is sent, a request under way may still be answered, leases are handed
   * back, so that the next process goes on at once.
   */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server is stopping'));
    this.#watch?.[Symbol.dispose]();
    this.#rest.wake();
    const timer = new AbortController();
    const lastCall = this.#deps.clock.sleep(LAST_CALL_MS, timer.signal).then(
      () => this.#lastCall.abort(new Error('the server is stopping')),
      () => undefined,
    );
    await Promise.all([...this.#driven.values()].map(({ done }) => done));
    timer.abort();
    await Promise.all([lastCall, this.#loop]);
  }

  async #run(): Promise<void> {
    const { db, logger, images } = this.#deps;
    await images.sweep().catch((error: unknown) => logger.warn('sweep_failed', { error }));
    while (!this.#stopping.signal.aborted) {
      await this.#tick().catch((error: unknown) => logger.error('engine_tick_failed', { error }));
      if (this.#stopping.signal.aborted) return;
      await this.#rest.sleep(TICK_MS[db.dialect]);
    }
  }

  async #tick(): Promise<void> {
    await this.#renewLeases();
    const { claimable, toCancel } = await this.#deps.jobStore.findWork({
      more: Math.max(0, MOST_STARTED - this.#driven.size),
      ...MOST_WAITING,
    });
    for (const id of toCancel) this.#driven.get(id)?.wake();
    for (const id of claimable) {
      if (this.#stopping.signal.aborted || this.#driven.has(id)) continue;
      // The lease runs from within the claim, which can take a while.
      const takenAt = this.#deps.clock.monotonic();
      const job = await this.#deps.jobStore.claim(id, { state: 'preparing' });
      if (job && job.finishedAt === undefined) this.#take(job, takenAt);
    }
  }

  async #renewLeases(): Promise<void> {
    const { clock, jobStore } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#renewedAt < RENEW_MS) return;
    await jobStore.renew([...this.#driven.keys()]);
    this.#renewedAt = now;
  }

  #take(job: JobRow, takenAt: number): void {
    const { clock, logger } = this.#deps;
    const stop = linkSignals(this.#stopping.signal);
    let current = job;
    let wake = () => undefined as void;
    const lease: JobLease = {
      signal: stop.signal,
      lastCall: this.#lastCall.signal,
      isHeld: () => clock.monotonic() - Math.max(this.#renewedAt, takenAt) < LEASE_MS * 0.75,
      pause: async (ms) => {
        using early = linkSignals(stop.signal);
        wake = () => early.abort();
        await clock.sleep(ms, early.signal).catch(() => undefined);
        stop.signal.throwIfAborted();
      },
    };
    const follow = (next: JobRow) => {
      current = next;
      // It waits no more, so there is room for the next one.
      if (next.state === 'permitted') this.#rest.wake();
    };
    const done = drive(job, this.#deps, lease, follow)
      .catch((error: unknown) => this.#report(job.id, error))
      .then(() => this.#release(job.id, current))
      .finally(() => {
        this.#driven.delete(job.id);
        stop[Symbol.dispose]();
        this.#rest.wake();
      })
      .catch((error: unknown) => logger.error('release_failed', { job: job.id, error }));
    this.#driven.set(job.id, { done, wake: () => wake(), stop });
  }

  #report(id: string, error: unknown): void {
    const { logger } = this.#deps;
    if (this.#stopping.signal.aborted) return;
    if (error instanceof LeaseLost) return logger.warn('lease_lost', { job: id });
    logger.error('job_step_failed', { job: id, error });
  }

  /** Hands an unfinished job back, so that any process can go on; a step that failed is tried again a little later. */
  async #release(id: string, last: JobRow): Promise<void> {
    const { jobStore } = this.#deps;
    const job = await jobStore.load(id);
    if (!job || job.finishedAt !== undefined || job.fence !== last.fence || job.state === 'submitting') return;
    const delay = this.#stopping.signal.aborted ? 0 : 1_000;
    const requeue = job.state === 'preparing' || job.state === 'permitted' ? ({ state: 'queued' } as const) : {};
    await jobStore.apply(job, (now) => ({
      ...requeue,
      preparedAt: undefined,
      leaseUntil: 0,
      leaseOwner: undefined,
      runnableAt: delay === 0 ? job.runnableAt : Math.max(job.runnableAt, now + delay),
    }));
  }
}
