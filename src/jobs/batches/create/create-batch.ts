import { groupsOf } from '../../../shared/groups.ts';
import { newId } from '../../../shared/ids.ts';
import type { Transaction } from '../../../store/database.ts';
import { newJob } from '../../model/job-factory.ts';
import type { EngineDeps } from '../../engine/engine-context.ts';
import { fingerprint } from '../../deduplication/fingerprint.ts';
import { hasItem, insertItem } from '../../store/batches/batch-items.ts';
import type { BatchRow } from '../../store/batches/batch-row.ts';
import { insertBatch, loadBatch, lockBatch, newestOfDigest, pauseJob } from '../../store/batches/batch-store.ts';
import type { Caller } from '../../../shared/caller.ts';
import type { ViewDeps } from '../../views/job-view.ts';
import { batchCancelled } from '../model/batch-problems.ts';
import type { BatchPlan, PlannedItem, SubmitOptions } from '../model/batch-types.ts';

/** Most items that one transaction writes. They are few, since other processes claim no job while a transaction runs. */
export const ITEMS_AT_ONCE = 50;

/** Dependencies of `createBatch`. */
export type CreateBatchDeps = Pick<EngineDeps & ViewDeps, 'db' | 'account' | 'jobStore' | 'random'> & {
  /** Name of this machine. */
  readonly host: string;
};

/**
 * Stores a batch and its items in several transactions. Items that an earlier run has stored are left unchanged, so that
 * a repeated call completes a batch after a crash.
 * @throws Problem `batch_cancelled`, store problems
 */
export async function createBatch(
  plan: BatchPlan,
  caller: Caller,
  deps: CreateBatchDeps,
  options: SubmitOptions = {},
): Promise<BatchRow> {
  const id = newId('batch', deps.random);
  const batch = await deps.db.transaction((tx) => openBatch(tx, id, { plan, caller, deps, options }), {
    repeatable: true,
  });
  const numbered = plan.items.map((item, index) => ({ item, place: index + 1, job: newId('job', deps.random) }));
  let written = 0;
  for (const group of groupsOf(numbered, ITEMS_AT_ONCE)) {
    await deps.db.transaction((tx) => writeItems(tx, batch, group, caller, deps), { repeatable: true });
    written += group.length;
    options.onWritten?.(written);
  }
  return batch;
}

async function openBatch(
  tx: Transaction,
  id: string,
  { plan, caller, deps, options }: { plan: BatchPlan; caller: Caller; deps: CreateBatchDeps; options: SubmitOptions },
): Promise<BatchRow> {
  const { account, host } = deps;
  await tx.lock(`queue:${account}`);
  const stored = await loadBatch(tx, id);
  if (stored) return stored;
  const { principal } = caller;
  const { tool, source, digest, items, duplicates, folder = null } = plan;
  const earlier = await newestOfDigest(tx, { account, principal, digest });
  if (earlier && earlier.desiredState !== 'cancelled' && !options.newJob) return earlier;
  const batch = { id, account, principal, tool, source, digest, items: items.length, duplicates, host, folder };
  return insertBatch(tx, batch);
}

interface NumberedItem {
  readonly item: PlannedItem;
  readonly place: number;
  readonly job: string;
}

async function writeItems(
  tx: Transaction,
  batch: BatchRow,
  items: readonly NumberedItem[],
  caller: Caller,
  { account, jobStore, random }: CreateBatchDeps,
): Promise<void> {
  await tx.lock(`queue:${account}`);
  const { desiredState } = await lockBatch(tx, batch.id);
  if (desiredState === 'cancelled') throw batchCancelled(batch.id);
  for (const { item, place, job } of items) {
    if (await hasItem(tx, batch.id, item.key)) continue;
    const keys = { account, fingerprint: fingerprint(item.request), batch: batch.id, item: item.key };
    const fresh = newJob(item.request, keys, { id: job, caller, now: tx.now, random });
    await jobStore.insert(tx, fresh);
    const { key, label, name } = item;
    await insertItem(tx, { batch: batch.id, item: key, place, label, name, job });
    if (desiredState === 'paused') await pauseJob(tx, job);
  }
}
