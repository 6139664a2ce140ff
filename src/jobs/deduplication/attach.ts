import type { Transaction } from '../../store/database.ts';
import type { JobRow } from '../model/job-row.ts';
import { isFinal, isUnsent } from '../model/states.ts';
import type { JobStore } from '../store/job-store.ts';
import { findDuplicate, type ComparedCall } from './duplicates.ts';

/**
 * The job that a call attaches to, marked under the lock of its row, so that its first caller can no longer take it back;
 * undefined where there is none, or its caller has withdrawn it. Runs under the lock of the queue.
 * @throws Problem `idempotency_conflict`
 */
export async function attachTo(
  tx: Transaction,
  call: ComparedCall,
  jobStore: Pick<JobStore, 'load' | 'markAttached'>,
): Promise<JobRow | undefined> {
  const found = await findDuplicate(call, tx, tx.now);
  const job = found && (await jobStore.load(found.id, tx));
  if (job === undefined || isFinal(job.state)) return found && findDuplicate(call, tx, tx.now);
  if (job.cancel !== 'none' && isUnsent(job.state)) return undefined;
  if (job.attached === 0) await jobStore.markAttached(tx, job.id);
  return job;
}
