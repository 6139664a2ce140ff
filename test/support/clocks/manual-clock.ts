import type { Clock } from '../../../src/shared/time/clock.ts';

/** A clock that moves only when a test tells it to. Wall time and monotonic time can be moved apart. */
export class ManualClock implements Clock {
  wall = Date.UTC(2026, 10, 20, 12);
  mono = 1_000;
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): number {
    return this.wall;
  }

  monotonic(): number {
    return this.mono;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { at: this.mono + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Moves wall and monotonic time, and wakes the sleepers that are due. */
  advance(ms: number): void {
    this.wall += ms;
    this.mono += ms;
    for (const sleeper of [...this.#sleepers].filter(({ at }) => at <= this.mono)) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}
