import { endedItems } from '../../jobs/batches/model/batch-counts.ts';
import type { Batches, BatchView } from '../../jobs/batches/model/batch-types.ts';
import type { Caller } from '../../shared/caller.ts';
import type { ProgressLine } from '../terminal/progress-line.ts';
import type { Terminal } from '../terminal/terminal.ts';

const POLL_INTERVAL_MS = 1_000;
/** Shortest interval between lines of progress where stderr is not a screen. */
export const LINE_INTERVAL_MS = 10_000;
const BAR_CELLS = 24;
/** Shortest time from which a rate is computed. */
const MIN_RATE_MS = 30_000;

/** Shows the progress of a batch until it can make no further progress by itself, or until an interrupt. */
export async function watchBatch(
  id: string,
  { batches, caller }: { readonly batches: Batches; readonly caller: Caller },
  { terminal, progress }: { readonly terminal: Terminal; readonly progress: ProgressLine },
): Promise<BatchView> {
  const { clock } = terminal;
  const interrupted = terminal.interrupted();
  const startedAt = clock.monotonic();
  let shownAt = -Infinity;
  let endedBefore: number | undefined;
  for (;;) {
    const batch = await batches.get(id, caller);
    const ended = endedItems(batch.counts);
    endedBefore ??= ended;
    if (hasStopped(batch) || interrupted.aborted) return batch;
    const now = clock.monotonic();
    if (terminal.errScreen || now - shownAt >= LINE_INTERVAL_MS) {
      shownAt = now;
      progress.show(progressText(batch, { done: ended - endedBefore, ms: now - startedAt, now: clock.now() }));
    }
    await clock.sleep(POLL_INTERVAL_MS, interrupted).catch(() => undefined);
  }
}

/** Progress of this run. */
export interface Pace {
  /** Items that ended since this command began to watch. */
  readonly done: number;
  /** Milliseconds since then. */
  readonly ms: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** One line: bar, count, rate, estimated end, failures. */
export function progressText(batch: BatchView, { done, ms, now }: Pace): string {
  const ended = endedItems(batch.counts);
  const filled = Math.floor((BAR_CELLS * ended) / Math.max(1, batch.items));
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}]`;
  const { failed, unknown } = batch.counts;
  const parts = [
    `${bar} ${ended}/${batch.items}`,
    done > 0 && ms >= MIN_RATE_MS ? `${((done * 60_000) / ms).toFixed(1)}/min` : undefined,
    batch.state === 'paused' ? 'paused' : finishTime(batch.endsAt, now),
    failed > 0 ? `${failed} failed` : undefined,
    unknown > 0 ? `${unknown} unknown` : undefined,
    batch.waitsFor && `waiting: ${batch.waitsFor.message}`,
  ];
  return parts.filter((part) => part !== undefined).join('  ');
}

/** "ends about 14:32" in local time, with the date where it is not today. */
function finishTime(endsAt: number | undefined, now: number): string | undefined {
  if (endsAt === undefined) return undefined;
  const end = new Date(endsAt);
  const time = `${pad(end.getHours())}:${pad(end.getMinutes())}`;
  const sameDay = end.toDateString() === new Date(now).toDateString();
  return sameDay
    ? `ends about ${time}`
    : `ends about ${end.getFullYear()}-${pad(end.getMonth() + 1)}-${pad(end.getDate())} ${time}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Whether the batch makes no further progress by itself. */
function hasStopped({ state, settled, counts, written, items }: BatchView): boolean {
  const open = counts.running + counts.waiting;
  if (state === 'paused') return counts.running === 0;
  return open === 0 && (settled || written < items);
}
