/** Time as a dependency: no other file of the product calls `Date.now`, `performance.now` or `setTimeout`. */
export interface Clock {
  /** Wall time, epoch milliseconds. May jump in both directions. */
  now(): number;
  /** Milliseconds from an arbitrary start, never decreasing. Stops while a Linux machine is suspended. */
  monotonic(): number;
  /**
   * Resolves after `ms` milliseconds (at once for zero and less).
   * Rejects with the signal's reason when the signal aborts first.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay of a Node timer; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.min(Math.max(ms, 0), LONGEST_TIMER_MS),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/**
 * Calls `work` after `ms` milliseconds of this machine's time. The process may end before: it does not wait for the call.
 * @returns takes the call back
 */
export function afterwards(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}
