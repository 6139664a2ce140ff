import { newId } from '../../shared/ids.ts';
import type { Transaction } from '../../store/database.ts';
import { newJob } from '../new-job.ts';
import type { EngineParts } from '../parts.ts';
import { fingerprint } from '../deduplication/fingerprint.ts';
import { hasItem, insertItem } from '../store/batches/batch-items.ts';
import type { BatchRecord } from '../store/batches/batch-row.ts';
import { insertBatch, loadBatch, lockBatch, newestOfDigest, pauseJob } from '../store/batches/batch-store.ts';
import type { Caller } from '../types.ts';
import type { ViewParts } from '../view.ts';
import { batchCancelled } from './problems.ts';
import type { BatchPlan, PlannedItem } from './types.ts';

/** Items of one transaction: a claim of another process waits for it, so that it has to be short. */
const CHUNK = 50;

/** What writing needs. */
export type WritingParts = Pick<EngineParts & ViewParts, 'db' | 'account' | 'journal' | 'random'> & {
  /** This machine. */
  readonly host: string;
};

/**
 * Writes a batch and its items down, a part at a time. What an earlier run has written stays as it is, so that this can
 * be run again after any crash.
 * @throws Problem `batch_cancelled`, store problems
 */
export async function writeBatch(
  plan: BatchPlan,
  caller: Caller,
  parts: WritingParts,
  options: { readonly again?: boolean | undefined; readonly onWritten?: (written: number) => void } = {},
): Promise<BatchRecord> {
  const id = newId('batch', parts.random);
  const batch = await parts.db.transaction(
    (tx) => opened(tx, id, { plan, caller, parts, again: options.again ?? false }),
    { repeatable: true },
  );
  for (let start = 0; start < plan.items.length; start += CHUNK) {
    const chunk = plan.items.slice(start, start + CHUNK).map((item, index) => ({
      item,
      place: start + index + 1,
      job: newId('job', parts.random),
    }));
    await parts.db.transaction((tx) => writeChunk(tx, batch, chunk, caller, parts), { repeatable: true });
    options.onWritten?.(start + chunk.length);
  }
  return batch;
}

async function opened(
  tx: Transaction,
  id: string,
  how: { plan: BatchPlan; caller: Caller; parts: WritingParts; again: boolean },
): Promise<BatchRecord> {
  const { plan, caller, parts, again } = how;
  const { account, host } = parts;
  await tx.lock(`queue:${account}`);
  const own = await loadBatch(tx, id);
  if (own) return own;
  const { principal } = caller;
  const { tool, source, digest, items, duplicates, folder = null } = plan;
  const earlier = await newestOfDigest(tx, { account, principal, digest });
  if (earlier && earlier.desiredState !== 'cancelled' && !again) return earlier;
  const batch = { id, account, principal, tool, source, digest, items: items.length, duplicates, host, folder };
  return insertBatch(tx, batch);
}

interface Placed {
  readonly item: PlannedItem;
  readonly place: number;
  readonly job: string;
}

async function writeChunk(
  tx: Transaction,
  batch: BatchRecord,
  chunk: readonly Placed[],
  caller: Caller,
  { account, journal }: WritingParts,
): Promise<void> {
  await tx.lock(`queue:${account}`);
  const { desiredState } = await lockBatch(tx, batch.id);
  if (desiredState === 'cancelled') throw batchCancelled(batch.id);
  for (const { item, place, job } of chunk) {
    if (await hasItem(tx, batch.id, item.key)) continue;
    const marks = { account, fingerprint: fingerprint(item.request), batch: batch.id, item: item.key };
    const fresh = newJob(item.request, marks, { id: job, caller, now: tx.now });
    await journal.insert(tx, fresh);
    const { key, label, name } = item;
    await insertItem(tx, { batch: batch.id, item: key, place, label, name, job });
    if (desiredState === 'paused') await pauseJob(tx, job);
  }
}
