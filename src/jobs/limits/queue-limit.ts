import type { Transaction } from '../../store/database.ts';
import type { Permits } from './permits.ts';
import { queueFull } from '../model/problems.ts';
import { permitTime } from './quota.ts';
import { waitingInteractive, type OwnSpending } from './line.ts';
import { countInteractiveWaiting } from '../store/fair-queue.ts';

/** Interactive jobs that may wait at a time: about an hour of Adobe's default quota. */
export const MAX_WAITING = 240;

/**
 * Refuses one more interactive job where too many wait already. Items of batches wait without such a limit.
 * @throws Problem `queue_full`, which says when there will be room
 */
export async function refuseLongQueue(
  tx: Transaction,
  own: OwnSpending,
  { account, permits }: { readonly account: string; readonly permits: Permits },
): Promise<void> {
  const waiting = await countInteractiveWaiting(tx, account);
  if (waiting < MAX_WAITING) return;
  const line = { ahead: await waitingInteractive(tx, account), own };
  const ledger = await permits.ledger(tx, tx.now, line);
  throw queueFull(waiting, permitTime(ledger, waiting, 1_000) - tx.now);
}
