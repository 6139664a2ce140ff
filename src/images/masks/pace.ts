import { setImmediate as turn } from 'node:timers/promises';

/** Lets other work of the process go on. Called between bands of rows; a rejection ends the work on the mask. */
export type YieldNow = () => Promise<void>;

/** Work between two yields, in pixels: one to three milliseconds in the slowest step. */
const PIXELS_PER_BAND = 1 << 17;

/** Yields to the event loop once, or rejects with the signal's reason after it has aborted. */
export function eventLoopTurns(signal?: AbortSignal): YieldNow {
  return async () => {
    signal?.throwIfAborted();
    await turn();
  };
}

/**
 * Does `work` for rows `0 … rows - 1` in bands, and yields after each.
 * @param costPerRow work of one row, in pixels
 * @param work receives a half-open range of rows
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

/** Yields whenever enough work has been done, for work whose rows differ much in cost. */
export class Pace {
  readonly #yieldNow: YieldNow;
  #done = 0;

  constructor(yieldNow: YieldNow) {
    this.#yieldNow = yieldNow;
  }

  /** @param cost work since the last call, in pixels */
  spend(cost: number): Promise<void> | undefined {
    this.#done += cost;
    if (this.#done < PIXELS_PER_BAND) return undefined;
    this.#done = 0;
    return this.#yieldNow();
  }
}
