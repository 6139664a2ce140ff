import type { EngineParts, Hold } from './parts.ts';
import type { JobRecord } from './record.ts';
import { poll } from './running.ts';
import { save } from './saving.ts';
import { isFinal, type JobState } from './states.ts';
import { prepare, submit } from './submitting.ts';

type Step = (job: JobRecord, parts: EngineParts, hold: Hold) => Promise<JobRecord>;

/** Which step takes a job on from each state. Absent ones are left by a claim, or are final. */
const STEPS: Partial<Record<JobState, Step>> = {
  preparing: prepare,
  permitted: submit,
  accepted: poll,
  running: poll,
  saving: save,
};

/**
 * Takes a claimed job as far as this process can: to its end, or back to the queue. `onChange` sees every record.
 * @throws LeaseLost, the reason of `hold.signal`, and store problems; the job is then where its row says
 */
export async function drive(
  job: JobRecord,
  parts: EngineParts,
  hold: Hold,
  onChange: (job: JobRecord) => void,
): Promise<void> {
  let current = job;
  while (!isFinal(current.state)) {
    const step = STEPS[current.state];
    if (!step) return;
    current = await step(current, parts, hold);
    onChange(current);
  }
}
