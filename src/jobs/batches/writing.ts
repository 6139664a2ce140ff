import { newId } from '../../shared/ids.ts';
import type { Transaction } from '../../store/database.ts';
import { newJob } from '../new-job.ts';
import type { EngineParts } from '../parts.ts';
import { fingerprint } from '../deduplication/fingerprint.ts';
import { PRIORITY } from '../turns.ts';
import type { ViewParts } from '../view.ts';
import type { Caller } from '../types.ts';
import { batchCancelled } from './problems.ts';
import { toBatch, type BatchRecord } from './record.ts';
import type { BatchPlan, PlannedItem } from './types.ts';

/** Items of one transaction: a claim of another process waits for it, so that it has to be short. */
const CHUNK = 50;

/** What writing needs. */
export type WritingParts = Pick<EngineParts & ViewParts, 'db' | 'account' | 'journal' | 'random'> & {
  /** This machine. */
  readonly host: string;
};

/** The newest batch of this digest, cancelled or not. */
export async function findBatch(
  from: Pick<Transaction, 'first'>,
  { account, principal, digest }: Pick<BatchRecord, 'account' | 'principal' | 'digest'>,
): Promise<BatchRecord | undefined> {
  const row = await from.first(
    `SELECT * FROM batches WHERE principal = ? AND account = ? AND digest = ?
     ORDER BY created_at DESC LIMIT 1`,
    [principal, account, digest],
  );
  return row && toBatch(row);
}

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
    {
      repeatable: true,
    },
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
  const own = await tx.first('SELECT * FROM batches WHERE id = ?', [id]);
  if (own) return toBatch(own);
  const earlier = await findBatch(tx, { account, principal: caller.principal, digest: plan.digest });
  if (earlier && earlier.wish !== 'cancelled' && !again) return earlier;
  const newest = await tx.first('SELECT MAX(created_at) AS newest FROM batches WHERE account = ?', [account]);
  const createdAt = Math.max(tx.now, Number(newest?.['newest'] ?? 0) + 1);
  await tx.run(
    `INSERT INTO batches (id, account, principal, tool, source, digest, wish, items, duplicates, host, folder, created_at)
     VALUES (?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?)`,
    [
      id,
      account,
      caller.principal,
      plan.tool,
      plan.source,
      plan.digest,
      plan.items.length,
      plan.duplicates,
      host,
      plan.folder ?? null,
      createdAt,
    ],
  );
  return loaded(tx, id);
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
  const { wish } = await loaded(tx, batch.id);
  if (wish === 'cancelled') throw batchCancelled(batch.id);
  for (const { item, place, job } of chunk) {
    const known = await tx.first('SELECT job FROM batch_items WHERE batch = ? AND item = ?', [batch.id, item.key]);
    if (known !== undefined) continue;
    const marks = { account, fingerprint: fingerprint(item.request), batch: batch.id, item: item.key };
    const fresh = newJob(item.request, marks, { id: job, caller, now: tx.now });
    await journal.insert(tx, fresh);
    await tx.run('INSERT INTO batch_items (batch, item, place, label, name, job) VALUES (?, ?, ?, ?, ?, ?)', [
      batch.id,
      item.key,
      place,
      item.label,
      item.name,
      job,
    ]);
    if (wish === 'paused') await tx.run('UPDATE jobs SET priority = ? WHERE id = ?', [PRIORITY.paused, job]);
  }
}

async function loaded(tx: Transaction, id: string): Promise<BatchRecord> {
  const row = await tx.first(`SELECT * FROM batches WHERE id = ? ${tx.forUpdate}`, [id]);
  if (row === undefined) throw new Error(`the batch ${id} is gone`);
  return toBatch(row);
}
