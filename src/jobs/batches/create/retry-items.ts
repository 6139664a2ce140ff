import type { Caller } from '../../../shared/caller.ts';
import { groupsOf } from '../../../shared/groups.ts';
import { newId } from '../../../shared/ids.ts';
import type { Transaction } from '../../../store/database.ts';
import { endedWithDemo } from '../../deduplication/duplicates.ts';
import type { EngineDeps } from '../../engine/engine-context.ts';
import { newJob } from '../../model/job-factory.ts';
import type { JobRow } from '../../model/job-row.ts';
import type { JobState } from '../../model/states.ts';
import { batchOfJob, itemsWithJobs, setItemJob } from '../../store/batches/batch-items.ts';
import type { BatchRow } from '../../store/batches/batch-row.ts';
import { pauseJob, reopenBatch } from '../../store/batches/batch-store.ts';
import type { RetryOptions } from '../model/retry-options.ts';
import { ITEMS_AT_ONCE } from './create-batch.ts';

/** Failed states with a known outcome: a retry needs no acceptance of a second charge by name, as an unknown outcome does. */
const RETRYABLE: readonly JobState[] = ['failed', 'expired'];

type RetryDeps = Pick<EngineDeps, 'db' | 'jobStore' | 'random'> & { readonly account: string };

/** The jobs of a batch that a retry makes again. */
export async function retryableJobs(
  id: string,
  { acceptPossibleCharge, endedWithDemo: onlyOfDemo = false, jobs: named }: RetryOptions,
  { db }: Pick<RetryDeps, 'db'>,
): Promise<readonly JobRow[]> {
  const states = acceptPossibleCharge ? [...RETRYABLE, 'submit_unknown' as const] : RETRYABLE;
  const wanted = named && new Set(named);
  return (await itemsWithJobs(db, id, { states }))
    .map(({ job }) => job)
    .filter((job) => (wanted?.has(job.id) ?? true) && (!onlyOfDemo || endedWithDemo(job)));
}

/**
 * Makes new jobs in place of these of a batch, in several transactions. A cancelled batch becomes active again.
 * @param find the batch, as the caller may see it
 */
export async function retryJobs(
  jobs: readonly JobRow[],
  caller: Caller,
  { db, ...deps }: RetryDeps,
  find: (tx: Transaction) => Promise<BatchRow>,
): Promise<void> {
  const fresh = jobs.map(({ id: job }) => ({ job, freshId: newId('job', deps.random) }));
  for (const group of groupsOf(fresh, ITEMS_AT_ONCE))
    await db.transaction((tx) => retryGroup(tx, group, caller, { ...deps, find }), { repeatable: true });
}

async function retryGroup(
  tx: Transaction,
  group: readonly { readonly job: string; readonly freshId: string }[],
  caller: Caller,
  deps: Omit<RetryDeps, 'db'> & { readonly find: (tx: Transaction) => Promise<BatchRow> },
): Promise<void> {
  const { account, jobStore, random } = deps;
  await tx.lock(`queue:${account}`);
  const batch = await deps.find(tx);
  const desiredState = batch.desiredState === 'cancelled' ? 'active' : batch.desiredState;
  for (const { job, freshId } of group) {
    // Undefined where another caller, or an earlier run of this transaction, has replaced the job.
    const earlier = (await batchOfJob(tx, job)) === batch.id ? await jobStore.load(job, tx) : undefined;
    if (!earlier) continue;
    const { fingerprint, model, body, size, item: key } = earlier;
    const keys = { account, fingerprint, batch: batch.id, item: key, replaces: job };
    const fresh = newJob({ ...earlier, model, body, size }, keys, { id: freshId, caller, now: tx.now, random });
    await jobStore.insert(tx, fresh);
    if (desiredState === 'paused') await pauseJob(tx, freshId);
    await setItemJob(tx, job, freshId);
  }
  await reopenBatch(tx, batch.id, desiredState);
}
