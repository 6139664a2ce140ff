import type { JobHandle } from '../../firefly/types.ts';
import type { ImageLibrary } from '../../images/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import { ended } from '../model/transitions.ts';
import type { JobStore } from '../store/job-store.ts';
import { LeaseLost } from '../store/lease.ts';

/** Jobs that are looked through at one start. */
const MOST = 1_000;

/**
 * Ends accepted jobs that no process holds and that cannot end by themselves, since what had accepted them is gone. One
 * that has a picture already is left to the engine, which ends it with what is stored.
 * @param isAbandoned judges by the handle of a job
 */
export async function endAbandonedJobs(
  { jobStore, images }: { readonly jobStore: JobStore; readonly images: Pick<ImageLibrary, 'ofJob'> },
  isAbandoned: (handle: JobHandle) => boolean,
  problem: ProblemRecord,
): Promise<void> {
  const { claimable } = await jobStore.findWork({ more: MOST, interactive: 0, batch: 0 });
  for (const id of claimable) {
    const found = await jobStore.load(id);
    if (found?.handle === undefined || !isAbandoned(found.handle)) continue;
    if ((await images.ofJob(id)).length > 0) continue;
    const job = await jobStore.claim(id, {});
    if (job === undefined || job.finishedAt !== undefined) continue;
    await jobStore.apply(job, (now) => ended('failed', now, problem)).catch(ignoreLostLease);
  }
}

/** Another process was faster. */
function ignoreLostLease(error: unknown): void {
  if (!(error instanceof LeaseLost)) throw error;
}
