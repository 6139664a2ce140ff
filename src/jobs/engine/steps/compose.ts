import type { JobRow, KeptEdit } from '../../model/job-row.ts';
import { COMPOSITE_INTERRUPTED } from '../../model/problems.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { makeComposites } from '../make-composites.ts';

/** Processes that may die while they make the composites of one job: its picture may be what ends them. */
const MOST_ATTEMPTS = 3;

/**
 * The last part of state `saving`: makes the composites of an edit, once all that was paid for is stored. One that cannot
 * be made fails no job: what Adobe painted is shown in its place, and `job_status` makes it again.
 */
export async function composeResults(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<KeptEdit | undefined> {
  const { edit } = job;
  if (edit === undefined) return undefined;
  if (edit.attempts >= MOST_ATTEMPTS) return { ...edit, failure: COMPOSITE_INTERRUPTED };
  const begun = { ...edit, attempts: edit.attempts + 1 };
  const current = await deps.jobStore.apply(job, { edit: begun });
  try {
    return { ...begun, failure: await makeComposites(job, deps, lease.signal) };
  } catch (error) {
    // A process that is asked to stop says nothing against the picture. Where the store refuses, the attempt stays counted.
    if (lease.signal.aborted) await deps.jobStore.apply(current, { edit }).catch(() => undefined);
    throw error;
  }
}
