import type { EngineDeps, JobLease } from './engine-context.ts';
import type { JobRow } from '../model/job-row.ts';
import { pollJob } from './steps/poll.ts';
import { saveResults } from './steps/save.ts';
import { isFinal, type JobState } from '../model/states.ts';
import { prepare } from './steps/prepare.ts';
import { submit } from './steps/submit.ts';

type Step = (job: JobRow, deps: EngineDeps, lease: JobLease) => Promise<JobRow>;

/** Which step takes a job on from each state. Absent ones are left by a claim, or are final. */
const STEPS: Partial<Record<JobState, Step>> = {
  preparing: prepare,
  permitted: submit,
  accepted: pollJob,
  running: pollJob,
  saving: saveResults,
};

/**
 * Takes a claimed job as far as this process can: to its end, or back to the queue. `onChange` sees every record.
 * @throws LeaseLost, the reason of `lease.signal`, and store problems; the job is then where its row says
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
