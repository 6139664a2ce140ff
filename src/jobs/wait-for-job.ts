import type { Clock } from '../shared/time/clock.ts';
import { Problem } from '../shared/errors.ts';
import { WakeableTimer } from '../shared/time/wakeable-timer.ts';
import type { JobRow } from './model/job-row.ts';
import { isFinal } from './model/states.ts';
import type { JobView, WaitOptions } from './model/types.ts';
import { viewOf, type ViewDeps } from './views/job-view.ts';

/** Pause between two polls. On PostgreSQL wake-ups come first, so that a poll only finds missed ones. */
const POLL_MS = { sqlite: 250, postgres: 1_000 } as const;
/** Longest time between two updates. */
const UPDATE_MS = 5_000;

/** Dependencies of `waitForJob`. */
export interface WaitDeps extends ViewDeps {
  readonly clock: Clock;
  /** Reads the job's row. */
  readonly find: () => Promise<JobRow>;
}

/**
 * Waits for a job by polling its row, whichever process drives the job, and writes nothing. Problems of the store are
 * waited out.
 * @throws Problem `unknown_job`; the problem of the store, if the store still fails when the time is up
 */
export async function waitForJob(options: WaitOptions, deps: WaitDeps): Promise<JobView> {
  const { db, jobStore, clock } = deps;
  const { signal } = options;
  const timer = new WakeableTimer(clock);
  using _watch = jobStore.watch(() => timer.wake());
  const endsAt = clock.monotonic() + options.waitMs;
  const poll = createPoll(options, deps);
  for (;;) {
    const isTimeUp = signal?.aborted === true || clock.monotonic() >= endsAt;
    const view = await poll(isTimeUp).catch((error: unknown) => {
      if (isTimeUp || !isStoreProblem(error)) throw error;
    });
    if (view) return view;
    await timer.sleep(Math.min(POLL_MS[db.dialect], Math.max(0, endsAt - clock.monotonic())), signal);
  }
}

/**
 * Creates a function that polls once. It returns the view of the job if that is final or the time is up; else it reports
 * changes to `onUpdate` and returns undefined.
 */
function createPoll({ onUpdate }: WaitOptions, deps: WaitDeps) {
  const { clock, find } = deps;
  let reported = '';
  let reportedAt = -Infinity;
  let seen: number | undefined;
  return async (isTimeUp: boolean): Promise<JobView | undefined> => {
    // The number costs a hundredth of the row, and there may be hundreds of waiting calls.
    const version = await deps.db.version();
    const isUnchanged = version !== undefined && version === seen;
    if (isUnchanged && !isTimeUp && clock.monotonic() - reportedAt < UPDATE_MS) return undefined;
    seen = version;
    const job = await find();
    if (isFinal(job.state) || isTimeUp) return viewOf(job, deps);
    const now = clock.monotonic();
    const facts = `${job.state} ${job.progress ?? ''} ${job.cancel}`;
    if (facts !== reported || now - reportedAt >= UPDATE_MS) {
      reported = facts;
      reportedAt = now;
      onUpdate?.({ job: await viewOf(job, deps) });
    }
    return undefined;
  };
}

/** Whether an error is a problem of the store, which may pass. */
export function isStoreProblem(error: unknown): error is Problem {
  return error instanceof Problem && error.family === 'store';
}
