import { endedItems } from '../../jobs/batches/model/batch-counts.ts';
import type { BatchView } from '../../jobs/batches/model/batch-types.ts';
import { type BatchToRender, batchSummary, renderBatch } from '../../render/jobs/batch.ts';
import { counted } from '../../render/phrases.ts';
import type { Rendered } from '../../render/rendered.ts';
import { Problem } from '../../shared/errors.ts';
import { allowedWait, WAIT_CUT } from '../definition/await-job.ts';
import type { Services, ToolCall } from '../definition/define.ts';
import { renderContext } from '../definition/render-context.ts';
import { batchSheet } from './batch-sheet.ts';
import { retryItems } from './consented-retry.ts';

const POLL_MS = 1_000;
/** Time for composites that are made again, also where a call does not wait. */
const LEAST_FOR_EDITS_MS = 10_000;
/** Items of which an answer has one by one; of a larger batch the newest so many. */
const MOST_SHOWN = 50;

/** Waits until a batch is at rest, at most `waitSeconds`, reports progress meanwhile, and shows it. */
export async function awaitBatch(
  id: string,
  services: Services,
  call: ToolCall,
  waitSeconds: number | undefined,
): Promise<Rendered> {
  const { clock, signal } = call;
  const { batches } = services;
  const { waitMs, isCut } = allowedWait(waitSeconds, call);
  const until = clock.monotonic() + waitMs;
  // What they need was paid for and is kept, so that another try costs nothing.
  await batches.finishEdits(id, call.caller, { signal, withinMs: Math.max(waitMs, LEAST_FOR_EDITS_MS) });
  for (;;) {
    const batch = await batches.get(id, call.caller);
    call.progress({
      progress: endedItems(batch.counts),
      total: batch.items,
      message: batchSummary(batch, clock.now()),
    });
    if (isAtRest(batch) || clock.monotonic() >= until || signal.aborted) {
      const done = isCut && !isAtRest(batch) && !signal.aborted ? WAIT_CUT : undefined;
      return showBatch(batch, services, call, { ...(done !== undefined && { done }) });
    }
    await clock.sleep(Math.min(POLL_MS, until - clock.monotonic()), signal).catch(() => undefined);
  }
}

/** A batch with its items that have ended, and once it is at rest with their pictures on one sheet. */
export async function showBatch(
  batch: BatchView,
  { batches, images }: Services,
  call: ToolCall,
  more: Omit<BatchToRender, 'batch' | 'ended' | 'sheet'> = {},
): Promise<Rendered> {
  const ended = await batches.endedItems(batch.id, call.caller, { limit: MOST_SHOWN });
  // An assistant that asks how far it is would be sent the pictures each time.
  const { picture, warnings } = isAtRest(batch)
    ? await batchSheet(ended, images, call)
    : { picture: undefined, warnings: [] };
  const context = await renderContext(call, images, []);
  return renderBatch({ batch, ended, sheet: picture, remarks: warnings, ...more }, context);
}

/** Cancels a batch: waiting items without cost, running ones by a request to Adobe. An ended batch is only shown. */
export async function cancelBatch(id: string, { batches }: Services, call: ToolCall): Promise<Rendered> {
  try {
    return shown(await batches.cancel(id, call.caller), call);
  } catch (error) {
    if (error instanceof Problem && error.code === 'batch_ended')
      return shown(await batches.get(id, call.caller), call);
    throw error;
  }
}

/**
 * Makes new jobs for the failed items of a batch, after confirmation where the configuration requires it. Items of
 * unknown outcome stay as they are.
 * @throws Problem `confirmation_required`, and as `Batches.retry`
 */
export async function resubmitBatch(
  id: string,
  services: Services,
  call: ToolCall,
  { confirmed }: { confirmed: boolean },
): Promise<Rendered> {
  const how = { tool: 'resubmit_job', confirmed, acceptPossibleCharge: false } as const;
  const retried = await retryItems(id, services, call, how);
  const done =
    retried === 0
      ? 'Nothing was sent again: no item has failed.'
      : `${counted(retried, 'failed item')} ${retried === 1 ? 'is' : 'are'} sent again.`;
  return shown(await services.batches.get(id, call.caller), call, { done });
}

/**
 * Whether waiting for a batch is in vain: it has ended and its files are written, it is paused and nothing runs, or its
 * last items were never recorded because the process that recorded them ended (submitting it again goes on with it).
 */
export function isAtRest({
  state,
  settled,
  counts,
  written,
  items,
}: Pick<BatchView, 'state' | 'settled' | 'counts' | 'written' | 'items'>): boolean {
  if (state === 'paused') return counts.running === 0;
  return counts.running + counts.waiting === 0 && (settled || written < items);
}

function shown(batch: BatchView, call: ToolCall, more: { readonly done?: string } = {}): Rendered {
  const { serverPaths } = call.caller.can;
  return renderBatch({ batch, ...more }, { now: call.clock.now(), demo: call.settings.demo, serverPaths });
}
