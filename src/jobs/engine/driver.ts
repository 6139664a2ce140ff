import type { EngineDeps, JobLease } from './engine-context.ts';
import type { JobRow } from '../model/job-row.ts';
import { pollJob } from './steps/poll.ts';
import { saveResults } from './steps/save.ts';
import { isFinal, type JobState } from '../model/states.ts';
import { prepare } from './steps/prepare.ts';
import { submit } from './steps/submit.ts';

type Step = (job: JobRow, deps: EngineDeps, lease: JobLease) => Promise<JobRow>;

/** The step of each state. A state without one is final, or ends with the next claim. */
const STEPS: Partial<Record<JobState, Step>> = {
  preparing: prepare,
  permitted: submit,
  accepted: pollJob,
  running: pollJob,
  saving: saveResults,
};

/**
 * Takes a claimed job as far as this process can: to a final state, or back to the queue. `onChange` is called with the
 * row after every step.
 * @throws LeaseLost, the reason of `lease.signal`, and store problems; the row then still has the state it had before
 */
export async function drive(
  job: JobRow,
  deps: EngineDeps,
  lease: JobLease,
  onChange: (job: JobRow) => void,
): Promise<void> {
  let current = job;
  while (!isFinal(current.state)) {
    const step = STEPS[current.state];
    if (!step) return;
    current = await step(current, deps, lease);
    onChange(current);
  }
}
