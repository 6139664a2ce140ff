import { setImmediate as turn } from 'node:timers/promises';

/** Lets others run. Called between bands of rows; a rejection ends the work. */
export type YieldNow = () => Promise<void>;

/** Work between two yields, in pixels: one to three milliseconds for the slowest step here. */
const PIXELS_PER_BAND = 1 << 17;

/** Gives the event loop one turn, or rejects with the signal's reason once it has aborted. */
export function eventLoopTurns(signal?: AbortSignal): YieldNow {
  return async () => {
    signal?.throwIfAborted();
    await turn();
  };
}

/**
 * Does `work` for rows `0 … rows - 1`, some at a time, and yields after each band.
 * @param costPerRow how much work a row is, in pixels
 * @param work is given a half-open range of rows
 */
export async function inBands(
  rows: number,
  costPerRow: number,
  yieldNow: YieldNow,
  work: (from: number, to: number) => void,
): Promise<void> {
  const step = Math.max(1, Math.floor(PIXELS_PER_BAND / Math.max(1, costPerRow)));
  for (let from = 0; from < rows; from += step) {
    work(from, Math.min(from + step, rows));
    await yieldNow();
  }
}
