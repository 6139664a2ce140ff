import { createHash } from 'node:crypto';
import type { BatchView } from '../../jobs/batches/types.ts';
import { confirmSpending } from '../confirmation.ts';
import type { ToolCall } from '../define.ts';
import { planBatch, type BatchWish } from './planning.ts';

/** How a batch came about: written now, gone on with after a break, or there already. */
export type Origin = 'new' | 'resumed' | 'known';

/** What a caller decides about a batch. */
export interface SubmissionOptions {
  /** Makes a new batch even if an identical one exists. */
  readonly again: boolean;
  /** The user has agreed to spend. */
  readonly confirmed: boolean;
  /** Hears how far it is: items checked, then items written down. */
  readonly onProgress?: (phase: 'checked' | 'written', items: number) => void;
}

/**
 * Checks a batch whole, then writes it down. The same batch submitted again is not checked or paid for again: it goes
 * on where it stands.
 * @throws Problem as `planBatch`, `confirmSpending` and `Batches.submit`
 */
export async function submitBatch(
  wish: BatchWish,
  call: ToolCall,
  { again, confirmed, onProgress = () => undefined }: SubmissionOptions,
): Promise<{ readonly batch: BatchView; readonly origin: Origin }> {
  const { batches } = await call.services();
  const known = again ? undefined : await batches.find(wish.digest, call.caller);
  if (known && known.written === known.items) return { batch: known, origin: 'known' };
  const plan = await planBatch(wish, call, (items) => onProgress('checked', items));
  if (!known) {
    const requests = plan.items.length;
    await confirmSpending({ requests, tool: 'submit_batch', what: wish.source, confirmed }, call);
  }
  const onWritten = (items: number) => onProgress('written', items);
  const batch = await batches.submit(plan, call.caller, { again, onWritten });
  return { batch, origin: known ? 'resumed' : 'new' };
}

/** What makes two batches the same: their tool, and everything that their items were read from. */
export function digestOf(tool: string | undefined, ...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(tool ?? null));
  for (const part of parts) {
    const inner = createHash('sha256').update(part).digest('hex');
    hash.update(inner);
  }
  return hash.digest('hex');
}
