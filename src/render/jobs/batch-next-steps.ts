import { endedItems } from '../../jobs/batches/model/batch-counts.ts';
import type { BatchView } from '../../jobs/batches/model/batch-types.ts';
import { commandHint } from '../demo.ts';
import { costPhrase } from '../cost.ts';
import { counted } from '../phrases.ts';
import type { RenderContext } from '../pictures/picture.ts';

const ASK_ABOUT_UNKNOWN =
  'Ask the user about the items of unknown outcome; resubmit_job with the job of one sends it again.';

/** What the counts of a batch do not say. */
interface BesidesCounts {
  /** Items that are shown as Adobe painted them, since their composite could not be made. */
  readonly missing: number;
}

/** The next step of a batch for a model. */
export function nextBatchStep(
  batch: BatchView,
  context: Pick<RenderContext, 'serverPaths' | 'demo'>,
  { missing }: BesidesCounts,
): string {
  const { id, state, counts, items, written, folder, settled } = batch;
  if (state === 'paused')
    return `Paused. Ask the user to run "${commandHint(`batch ${id} --resume`, context)}", which resumes it; cancel_job ends it.`;
  if (state === 'cancelled') return nextAfterCancel(batch);
  if (written < items) return 'Submit the same batch again: recording its items goes on where it stopped.';
  if (endedItems(counts) < items)
    return `It goes on by itself. Call job_status with job "${id}" to see it; cancel_job ends it, or one item: "${id}#${items}".`;
  if (counts.unknown > 0) return ASK_ABOUT_UNKNOWN;
  if (counts.failed > 0) return `resubmit_job with job "${id}" tries all failed items again.`;
  const names = `Handles: "${id}#3" is the third item's picture, "last" the newest one.`;
  if (missing > 0) return `${notPutIn(missing)} job_status with job "${id}" tries again, free. ${names}`;
  if (folder !== undefined && settled) return `All pictures are saved. ${names}`;
  if (folder !== undefined)
    return `All pictures are made, and are still being saved: call job_status with job "${id}" again. ${names}`;
  return context.serverPaths
    ? `list_images shows the pictures; save_image copies them. ${names}`
    : `list_images shows the pictures. ${names}`;
}

/** The next step as a command. */
export function nextCommand(
  batch: BatchView,
  { isStalled, missing, demo }: BesidesCounts & { readonly isStalled: boolean; readonly demo: boolean },
): string {
  const { id, state, counts, items, written, settled } = batch;
  const hint = (action = '') => `"${commandHint(`batch ${id}${action}`, { demo })}"`;
  const retryUnknown = `${hint(' --retry-failed --accept-possible-charge')} sends again what Adobe may have charged.`;
  if (state === 'paused') return `Paused. ${hint(' --resume')} resumes it, ${hint(' --cancel')} ends it.`;
  if (state === 'cancelled') return commandAfterCancel(batch, { command: hint(), retryUnknown });
  if (written < items) return 'Run the same command again: recording its items goes on where it stopped.';
  if (endedItems(counts) < items && isStalled) {
    return `Nothing works on it now: run the same command again, or "${commandHint('jobs --wait', { demo })}", or start a server.`;
  }
  if (endedItems(counts) < items) return `It goes on in another process. ${hint()} shows how far it is.`;
  if (counts.unknown > 0) return retryUnknown;
  if (counts.failed > 0) return `${hint(' --retry-failed')} tries the failed ones again.`;
  if (missing > 0) return `${notPutIn(missing)} ${hint()} tries again, free.`;
  return settled ? 'All pictures are saved.' : 'All pictures are made; run the same command again to save them.';
}

function notPutIn(missing: number): string {
  const one = missing === 1;
  return `${counted(missing, 'item')} could not be put into ${one ? 'its picture and is' : 'their pictures and are'} as Adobe painted ${one ? 'it' : 'them'}: the manifest says why.`;
}

function nextAfterCancel(batch: BatchView): string {
  const ending = stillEnding(batch);
  if (ending !== undefined)
    return `${ending} Call job_status with job "${batch.id}" first: submitting them again now may pay twice.`;
  const unknown = batch.counts.unknown > 0;
  return [
    costOfCancel(batch),
    unknown ? ASK_ABOUT_UNKNOWN : undefined,
    isAnyMissing(batch)
      ? `Submit the ${unknown ? 'other ' : ''}missing ones as a new batch to make them after all.`
      : undefined,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

function commandAfterCancel(batch: BatchView, words: { command: string; retryUnknown: string }): string {
  const ending = stillEnding(batch);
  if (ending !== undefined) return `${ending} Run ${words.command} first: running the batch again now may pay twice.`;
  return [
    costOfCancel(batch),
    batch.counts.unknown > 0 ? words.retryUnknown : undefined,
    isAnyMissing(batch) ? 'Run the batch again with --new-only to make the rest.' : undefined,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

/** Undefined unless items have their permit: those that wait for one end without a request to Adobe. */
function stillEnding({ counts: { running } }: BatchView): string | undefined {
  if (running === 0) return undefined;
  return `${counted(running, 'item')} ${running === 1 ? 'is' : 'are'} still ending and may still bring pictures.`;
}

/** Whether items have neither pictures nor an unknown outcome. */
function isAnyMissing({ counts, items }: BatchView): boolean {
  return counts.succeeded + counts.unknown < items;
}

/** What is known about the cost of a cancelled batch whose items have ended. */
function costOfCancel({ cost }: BatchView): string {
  if (cost.requests === 0) return 'Adobe took no request for it, and nothing was spent.';
  return `Items that were still waiting cost nothing. Adobe had already taken what may be charged: ${costPhrase(cost)}.`;
}
