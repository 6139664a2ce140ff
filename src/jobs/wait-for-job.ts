import type { Clock } from '../shared/clock.ts';
import { Problem } from '../shared/errors.ts';
import { WakeableTimer } from '../shared/wakeable-timer.ts';
import type { JobRow } from './model/job-row.ts';
import { isFinal } from './model/states.ts';
import type { JobView, WaitOptions } from './model/types.ts';
import { viewOf, type ViewDeps } from './views/job-view.ts';

/** How often to look: where other processes wake those who wait, only for what was missed. */
const LOOK_MS = { sqlite: 250, postgres: 1_000 } as const;
/** Longest time without an update. */
const UPDATE_MS = 5_000;

/** What waiting for a job takes. */
export interface WaitDeps extends ViewDeps {
  readonly clock: Clock;
  /** The job's row as it is now. */
  readonly find: () => Promise<JobRow>;
}

/**
 * Waits for a job by reading its row, whichever process drives the job, and writes nothing. A store that cannot be read
 * for a while is waited for.
 * @throws Problem of the store, when the time is up and it can still not be read
 */
export async function waitForJob(options: WaitOptions, deps: WaitDeps): Promise<JobView> {
  const { db, jobStore, clock } = deps;
  const { signal } = options;
  const rest = new WakeableTimer(clock);
  using _watch = jobStore.watch(() => rest.wake());
  const endsAt = clock.monotonic() + options.waitMs;
  const look = looking(options, deps);
  for (;;) {
    const isOver = signal?.aborted === true || clock.monotonic() >= endsAt;
    const answer = await look(isOver).catch((error: unknown) => {
      if (isOver || !isOfStore(error)) throw error;
    });
    if (answer) return answer;
    await rest.sleep(Math.min(LOOK_MS[db.dialect], Math.max(0, endsAt - clock.monotonic())), signal);
  }
}

/** Looks once: the answer, where there is one or the time is up; else tells what is new. */
function looking({ onUpdate }: WaitOptions, deps: WaitDeps) {
  const { clock, find } = deps;
  let shown = '';
  let shownAt = -Infinity;
  return async (isOver: boolean): Promise<JobView | undefined> => {
    const job = await find();
    if (isFinal(job.state) || isOver) return viewOf(job, deps);
    const now = clock.monotonic();
    const facts = `${job.state} ${job.progress ?? ''} ${job.cancel}`;
    if (facts !== shown || now - shownAt >= UPDATE_MS) {
      shown = facts;
      shownAt = now;
      onUpdate?.({ job: await viewOf(job, deps) });
    }
    return undefined;
  };
}

/** Whether the store, not the job, is why something could not be told. */
export function isOfStore(error: unknown): error is Problem {
  return error instanceof Problem && error.code.startsWith('store_');
}
