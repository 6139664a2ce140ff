import type { Clock } from '../shared/time/clock.ts';
import { Problem } from '../shared/errors.ts';
import type { JobWatch } from './job-watch.ts';
import type { JobRow } from './model/job-row.ts';
import { isFinal, isWaiting } from './model/states.ts';
import type { JobView, WaitOptions } from './model/types.ts';
import { viewOf, type ViewDeps } from './views/job-view.ts';

/** Pause before a store that failed is asked again. */
const RETRY_MS = 250;
/** Longest time between two updates. */
const UPDATE_MS = 5_000;

/** Dependencies of `waitForJob`. */
export interface WaitDeps extends ViewDeps {
  readonly clock: Clock;
  readonly watch: Pick<JobWatch, 'changed'>;
  /** Reads the job's row. */
  readonly find: () => Promise<JobRow>;
}

/**
 * Waits for a job by reading its row whenever that has changed, whichever process drives the job, and writes nothing.
 * Problems of the store are waited out, but for a row that cannot be read: that does not pass.
 * @throws Problem `unknown_job`, `store_unreadable`; the problem of the store, if the store still fails when the time is up
 */
export async function waitForJob(options: WaitOptions, deps: WaitDeps): Promise<JobView> {
  const { clock, find, watch } = deps;
  const { signal, onUpdate } = options;
  const endsAt = clock.monotonic() + options.waitMs;
  const left = () => Math.max(0, endsAt - clock.monotonic());
  let known: { readonly row: JobRow; readonly view: JobView } | undefined;
  for (;;) {
    const isTimeUp = signal?.aborted === true || left() === 0;
    try {
      const row = await find();
      const view = await viewOf(row, deps);
      if (isFinal(row.state) || isTimeUp) return view;
      known = { row, view };
      onUpdate?.({ job: view });
    } catch (error) {
      if (isTimeUp || !isStoreProblem(error) || error.code === 'store_unreadable') throw error;
      await clock.sleep(Math.min(RETRY_MS, left()), signal).catch(() => undefined);
      continue;
    }
    // The place of a waiting job changes with others; what is told of one that is sent does not, until its row does.
    while (!(await watch.changed(known.row, Math.min(UPDATE_MS, left()), signal)) && left() > 0 && !signal?.aborted) {
      if (isWaiting(known.row.state)) break;
      onUpdate?.({ job: known.view });
    }
  }
}

/** Whether an error is a problem of the store, most of which pass. */
export function isStoreProblem(error: unknown): error is Problem {
  return error instanceof Problem && error.family === 'store';
}
