import type { Clock } from '../shared/time/clock.ts';
import { linkSignals } from '../shared/time/abort.ts';
import { WakeableTimer } from '../shared/time/wakeable-timer.ts';
import type { Database } from '../store/database.ts';
import type { JobRow } from './model/job-row.ts';
import { versionOf, versionsOfJobs } from './store/job-lists.ts';
import type { JobStore } from './store/job-store.ts';

/** Pause between two polls. On PostgreSQL wake-ups come first, so that a poll only finds missed ones. */
const POLL_MS = { sqlite: 250, postgres: 1_000 } as const;

/** What `JobWatch` needs. */
interface WatchDeps {
  readonly db: Database;
  readonly account: string;
  readonly jobStore: Pick<JobStore, 'watch'>;
  readonly clock: Clock;
}

interface Follower {
  readonly job: string;
  /** The version that its caller knows. */
  readonly version: string;
  readonly wake: () => void;
  isNew: boolean;
}

/**
 * Polls for changes of jobs on behalf of all calls of this process that wait: one query of the store at a time, and none
 * while nothing has been committed.
 */
export class JobWatch {
  readonly #deps: WatchDeps;
  readonly #followers = new Set<Follower>();
  readonly #timer: WakeableTimer;
  #seen: number | undefined;
  #isRunning = false;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    this.#timer = new WakeableTimer(deps.clock);
  }

  /** Resolves with true once the job is not as in this row any more, with false after `ms` or an abort; never rejects. */
  async changed(row: JobRow, ms: number, signal?: AbortSignal): Promise<boolean> {
    const change = new AbortController();
    const follower = { job: row.id, version: versionOf(row), wake: () => change.abort(), isNew: true };
    this.#followers.add(follower);
    if (!this.#isRunning) void this.#run();
    using early = linkSignals(change.signal, signal);
    await this.#deps.clock.sleep(ms, early.signal).catch(() => undefined);
    this.#followers.delete(follower);
    if (this.#followers.size === 0) this.#timer.wake();
    return change.signal.aborted;
  }

  /** Polls as long as any call waits. */
  async #run(): Promise<void> {
    const { db, jobStore } = this.#deps;
    this.#isRunning = true;
    using _watch = jobStore.watch(() => this.#timer.wake());
    while (this.#followers.size > 0) {
      await this.#timer.sleep(POLL_MS[db.dialect]);
      // Problems of the store are waited out; the next poll finds what has changed meanwhile.
      await this.#poll().catch(() => undefined);
    }
    this.#isRunning = false;
  }

  async #poll(): Promise<void> {
    const { db, account } = this.#deps;
    const version = await db.version();
    const isQuiet = version !== undefined && version === this.#seen;
    // What was committed before a call began to follow may have been seen already, on behalf of others.
    const asking = [...this.#followers].filter(({ isNew }) => !isQuiet || isNew);
    const versions = await versionsOfJobs(db, account, [...new Set(asking.map(({ job }) => job))]);
    this.#seen = version;
    for (const follower of asking) {
      follower.isNew = false;
      if (versions.get(follower.job) !== follower.version) follower.wake();
    }
  }
}
