import type { Database, Transaction } from '../../store/database.ts';
import type { JobRow } from '../model/job-row.ts';
import { isSameOrder, type SaveOrder } from '../model/saves/save-order.ts';
import { isFinal, isUnsent } from '../model/states.ts';
import type { JobStore } from '../store/job-store.ts';
import { setOrders } from '../store/saves/save-orders.ts';
import { findDuplicate, type ComparedCall } from './duplicates.ts';

/**
 * The job that a call attaches to, in a transaction only where something is to be written.
 * @throws Problem `idempotency_conflict`
 */
export async function attach(
  call: ComparedCall,
  { db, account, jobStore }: { readonly db: Database; readonly account: string; readonly jobStore: AttachStore },
  order: SaveOrder | undefined,
): Promise<JobRow | undefined> {
  const found = await findDuplicate(call, db, await db.now());
  const isOrdered = found === undefined || order === undefined || !lacksOrder(found, order);
  // Nothing is written for a job that ended, or is marked already.
  if (found === undefined || (isOrdered && (found.attached === 1 || isFinal(found.state)))) return found;
  const attachOnce = async (tx: Transaction) => {
    await tx.lock(`queue:${account}`);
    return attachTo(tx, call, jobStore, order);
  };
  return db.transaction(attachOnce, { repeatable: true });
}

type AttachStore = Pick<JobStore, 'load' | 'markAttached'>;

/**
 * The job that a call attaches to, marked under the lock of its row, so that its first caller can no longer take it back;
 * undefined where there is none, or its caller has withdrawn it. Runs under the lock of the queue.
 * @param order files that the call wants of that job's pictures
 * @throws Problem `idempotency_conflict`
 */
export async function attachTo(
  tx: Transaction,
  call: ComparedCall,
  jobStore: AttachStore,
  order?: SaveOrder,
): Promise<JobRow | undefined> {
  const found = await findDuplicate(call, tx, tx.now);
  const job = found && (await jobStore.load(found.id, tx));
  if (job === undefined || isFinal(job.state)) {
    const ended = found && (await findDuplicate(call, tx, tx.now));
    return ended && withOrder(tx, ended, order);
  }
  if (job.cancel !== 'none' && isUnsent(job.state)) return undefined;
  if (job.attached === 0) await jobStore.markAttached(tx, job.id);
  return withOrder(tx, job, order);
}

/** The job with an order for its files, which it may have already. */
async function withOrder(tx: Transaction, job: JobRow, order: SaveOrder | undefined): Promise<JobRow> {
  if (order === undefined || !lacksOrder(job, order)) return job;
  const saves = [...(job.saves ?? []), order];
  await setOrders(tx, job.id, saves);
  return { ...job, saves };
}

/** Whether the job has no order for these files. */
function lacksOrder({ saves = [] }: Pick<JobRow, 'saves'>, order: SaveOrder): boolean {
  return !saves.some((other) => isSameOrder(other, order));
}
