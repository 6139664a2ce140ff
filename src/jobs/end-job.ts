import type { Transaction } from '../store/database.ts';
import type { EngineDeps } from './engine/engine-context.ts';
import type { JobRow } from './model/job-row.ts';
import { jobFinished } from './model/problems.ts';
import { isFinal, isUnsent } from './model/states.ts';

type Deps = Pick<EngineDeps, 'db' | 'jobStore'>;
/** Reads the caller's job in a transaction. @throws Problem `unknown_job` */
type Find = (tx: Transaction) => Promise<JobRow>;

/** As `Jobs.cancel`. */
export async function cancelJob(find: Find, { db, jobStore }: Deps): Promise<void> {
  await db.transaction(async (tx) => {
    const job = await find(tx);
    if (isFinal(job.state)) throw jobFinished(job.state);
    if (job.cancel !== 'none') return;
    if (job.state !== 'queued') return jobStore.requestCancel(tx, job.id);
    await jobStore.applyIn(tx, job, { state: 'cancelled', cancel: 'requested', finishedAt: tx.now, leaseUntil: 0 });
  });
}

/** As `Jobs.takeBack`. */
export function takeBackJob(find: Find, { db, jobStore }: Deps): Promise<boolean> {
  return db.transaction(async (tx) => {
    const job = await find(tx);
    if (job.attached === 1 || job.cancel !== 'none' || !isUnsent(job.state)) return false;
    await jobStore.takeBack(tx, job);
    return true;
  });
}
