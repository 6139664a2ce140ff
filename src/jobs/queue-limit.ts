import type { Transaction } from '../store/database.ts';
import type { EngineParts } from './parts.ts';
import { queueFull } from './problems.ts';
import { permitTime } from './quota.ts';
import { PRIORITY } from './turns.ts';

/** Interactive jobs that may wait at a time: about an hour of Adobe's default quota. */
const LONGEST_QUEUE = 240;

/**
 * Refuses one more interactive job where too many wait already, and says when there will be room. Batch items wait as
 * long as they have to.
 * @throws Problem `queue_full`
 */
export async function refuseLongQueue(
  tx: Transaction,
  { firefly, permits }: Pick<EngineParts, 'firefly' | 'permits'>,
): Promise<void> {
  const row = await tx.first(
    `SELECT COUNT(*) AS jobs FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ('queued', 'preparing') AND priority = ?`,
    [firefly.account, PRIORITY.interactive],
  );
  const waiting = Number(row?.['jobs'] ?? 0);
  if (waiting < LONGEST_QUEUE) return;
  const ledger = await permits.ledger(tx, tx.now, waiting);
  throw queueFull(waiting, permitTime(ledger, waiting, 1_000) - tx.now);
}
