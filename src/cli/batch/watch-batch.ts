import { endedItems } from '../../jobs/batches/model/batch-counts.ts';
import type { Batches, BatchView } from '../../jobs/batches/model/batch-types.ts';
import type { Caller } from '../../jobs/model/types.ts';
import type { ProgressLine } from '../terminal/progress-line.ts';
import type { Terminal } from '../terminal/terminal.ts';

const LOOK_MS = 1_000;
/** Without a screen a line is shown so often at most. */
export const PLAIN_LINE_MS = 10_000;
const BAR_CELLS = 24;
/** A shorter stretch says little about the rate. */
const LEAST_RATE_MS = 30_000;

/** Shows how far a batch is until nothing more comes of it by itself, or until somebody interrupts. */
export async function watchBatch(
  id: string,
  { batches, caller }: { readonly batches: Batches; readonly caller: Caller },
  { terminal, progress }: { readonly terminal: Terminal; readonly progress: ProgressLine },
): Promise<BatchView> {
  const { clock } = terminal;
  const interrupted = terminal.interrupted();
  const begun = clock.monotonic();
  let shownAt = -Infinity;
  let before: number | undefined;
  for (;;) {
    const batch = await batches.get(id, caller);
    const ended = endedItems(batch.counts);
    before ??= ended;
    if (isStill(batch) || interrupted.aborted) return batch;
    const now = clock.monotonic();
    if (terminal.errScreen || now - shownAt >= PLAIN_LINE_MS) {
      shownAt = now;
      progress.show(progressText(batch, { done: ended - before, forMs: now - begun, now: clock.now() }));
    }
    await clock.sleep(LOOK_MS, interrupted).catch(() => undefined);
  }
}

/** What this run has done, and for how long. */
export interface Pace {
  readonly done: number;
  readonly forMs: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** One line: bar, count, rate, time of the end, what went wrong. */
export function progressText(batch: BatchView, { done, forMs, now }: Pace): string {
  const ended = endedItems(batch.counts);
  const filled = Math.floor((BAR_CELLS * ended) / Math.max(1, batch.items));
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}]`;
  const { failed, unknown } = batch.counts;
  const parts = [
    `${bar} ${ended}/${batch.items}`,
    done > 0 && forMs >= LEAST_RATE_MS ? `${((done * 60_000) / Math.max(1, forMs)).toFixed(1)}/min` : undefined,
    batch.state === 'paused' ? 'paused' : finishTime(batch.endsAt, now),
    failed > 0 ? `${failed} failed` : undefined,
    unknown > 0 ? `${unknown} unknown` : undefined,
    batch.waitsFor && `waiting: ${batch.waitsFor.message}`,
  ];
  return parts.filter((part) => part !== undefined).join('  ');
}

/** "done 14:32", with the day where it is another one. Local time, as people plan in it. */
function finishTime(endsAt: number | undefined, now: number): string | undefined {
  if (endsAt === undefined) return undefined;
  const end = new Date(endsAt);
  const time = `${pad(end.getHours())}:${pad(end.getMinutes())}`;
  const sameDay = end.toDateString() === new Date(now).toDateString();
  return sameDay
    ? `done ${time}`
    : `done ${end.getFullYear()}-${pad(end.getMonth() + 1)}-${pad(end.getDate())} ${time}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Nothing more comes by itself. */
function isStill({ state, settled, counts, written, items }: BatchView): boolean {
  const open = counts.running + counts.waiting;
  if (state === 'paused') return counts.running === 0;
  return open === 0 && (settled || written < items);
}
