import { createHash } from 'node:crypto';
import type { BatchOutlook, BatchPlan, BatchView } from '../../jobs/batches/model/batch-types.ts';
import { counted, inAbout } from '../../render/phrases.ts';
import { Problem } from '../../shared/errors.ts';
import { confirmSpending } from '../definition/confirmation.ts';
import type { ToolCall } from '../definition/define.ts';
import { planBatch, type BatchInput } from './plan-batch.ts';

/** How a batch came about: written now, gone on with after a break, or there already. */
export type Origin = 'new' | 'resumed' | 'known';

/** What a caller decides about a batch. */
export interface SubmissionOptions {
  /** Makes a new batch even if an identical one exists. */
  readonly newJob: boolean;
  /** The user has agreed to spend. */
  readonly confirmed: boolean;
  /** For a source that was changed since a batch was made of it: leaves out what that one has made. */
  readonly onlyNew?: boolean;
  /** How a caller asks for `newJob` and `onlyNew`, as the way on. */
  readonly waysOn: string;
  /** Hears what it would spend, and how long that takes, before anything is written down. */
  readonly onOutlook?: (plan: BatchPlan, outlook: BatchOutlook) => void;
  /** Hears how far it is: items checked, then items written down. */
  readonly onProgress?: (phase: 'checked' | 'written', items: number) => void;
}

/**
 * Checks a batch whole, then writes it down. The same batch submitted again is not checked or paid for again: it goes
 * on where it stands.
 * @throws Problem `batch_changed`, and as `planBatch`, `confirmSpending` and `Batches.submit`
 */
export async function submitBatch(
  wish: BatchInput,
  call: ToolCall,
  options: SubmissionOptions,
): Promise<{ readonly batch: BatchView; readonly origin: Origin }> {
  const { newJob, confirmed, onProgress = () => undefined } = options;
  const { batches } = await call.services();
  const earlier = newJob ? undefined : await batches.find(wish.digest, call.caller);
  const known = earlier?.state === 'cancelled' ? undefined : earlier;
  if (known && known.written === known.items) return { batch: known, origin: 'known' };
  const whole = await planBatch(wish, call, (items) => onProgress('checked', items));
  const plan = known || newJob || !(wish.isKept || earlier) ? whole : await withoutMade(whole, call, options);
  if (!known) {
    const outlook = await batches.outlook(plan);
    options.onOutlook?.(plan, outlook);
    const requests = plan.items.length;
    const what = `${wish.source}${ending(outlook, call.clock.now())}`;
    await confirmSpending({ requests, tool: 'submit_batch', what, confirmed }, call);
  }
  const onWritten = (items: number) => onProgress('written', items);
  const batch = await batches.submit(plan, call.caller, { again: newJob, onWritten });
  return { batch, origin: known ? 'resumed' : 'new' };
}

/** ", done in about 4 h", where that can be told. */
export function ending({ endsAt }: BatchOutlook, now: number): string {
  return endsAt === undefined ? '' : `, done in ${inAbout(endsAt - now)}`;
}

/** A source that was changed is another batch; what it has in common with the earlier one is not paid for unasked. */
async function withoutMade(
  plan: BatchPlan,
  call: ToolCall,
  { onlyNew, waysOn }: SubmissionOptions,
): Promise<BatchPlan> {
  const { batches } = await call.services();
  const made = await batches.alreadyMade(plan, call.caller);
  if (made.size === 0) return plan;
  const { items, source } = plan;
  if (onlyNew && made.size < items.length) return { ...plan, items: items.filter(({ key }) => !made.has(key)) };
  throw new Problem(
    'batch_changed',
    `A batch from ${source} was submitted before: ${made.size} of its ${counted(items.length, 'item')} were made before, or are being made.`,
    { actor: 'caller', next: `Nothing was recorded or spent. ${waysOn}` },
  );
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
