import type { Caller } from '../../shared/caller.ts';
import type { Random } from '../../shared/random.ts';
import type { Transaction } from '../../store/database.ts';
import { newJob } from '../model/job-factory.ts';
import type { JobRow } from '../model/job-row.ts';
import { isDone } from '../model/saves/save-order.ts';
import { replaceItemJob } from '../store/batches/batch-items.ts';
import type { JobStore } from '../store/job-store.ts';
import { findResubmission, resubmittable } from './resubmissions.ts';

/** What `replaceJob` stores the job with. */
interface ReplacingDeps {
  /** Owner of the queue. */
  readonly account: string;
  readonly jobStore: JobStore;
  /** @throws Problem where the job would pass a budget */
  readonly admit: (tx: Transaction, job: JobRow) => Promise<void>;
  readonly random: Random;
}

/** What a resubmission replaces, and the id of the job that it makes. */
interface Replacing {
  /** Reads the job in the transaction. @throws Problem `unknown_job` */
  readonly find: (tx: Transaction) => Promise<JobRow>;
  readonly freshId: string;
  readonly caller: Caller;
}

/**
 * Stores the job that replaces another one, under the lock of the queue; an earlier run of the transaction, or an earlier
 * resubmission, has its own answer.
 * @throws Problem as `resubmittable`, `findResubmission` and `admit`
 */
export async function replaceJob(
  tx: Transaction,
  { find, freshId, caller }: Replacing,
  { account, jobStore, admit, random }: ReplacingDeps,
): Promise<JobRow> {
  await tx.lock(`queue:${account}`);
  const stored = await jobStore.load(freshId, tx);
  if (stored) return stored;
  const earlier = resubmittable(await find(tx));
  const resubmission = await findResubmission(tx, earlier.id, tx.now);
  if (resubmission) {
    await jobStore.markAttached(tx, resubmission.id);
    return resubmission;
  }
  const { model, body, size } = earlier;
  const saves = earlier.saves?.filter((order) => !isDone(order));
  const keys = { account: earlier.account, fingerprint: earlier.fingerprint, replaces: earlier.id, saves };
  const fresh = newJob({ ...earlier, model, body, size }, keys, { id: freshId, caller, now: tx.now, random });
  await admit(tx, fresh);
  await replaceItemJob(tx, earlier.id, freshId);
  return jobStore.insert(tx, fresh);
}
