import type { Clock } from '../../src/shared/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
  timer: NodeJS.Timeout;
}

/**
 * The machine's time, `pace` times as fast, for rooms that talk to real sockets: waits of minutes pass in seconds, and
 * everything keeps its order. `jump` lets time pass at once, and wakes everybody who should have woken meanwhile.
 */
export class HurriedClock implements Clock {
  readonly #pace: number;
  readonly #startWall = Date.now();
  readonly #start = performance.now();
  readonly #sleepers = new Set<Sleeper>();
  #jumped = 0;

  constructor(pace: number) {
    this.#pace = pace;
  }

  now(): number {
    return Math.floor(this.#startWall + this.monotonic());
  }

  monotonic(): number {
    return (performance.now() - this.#start) * this.#pace + this.#jumped;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const at = this.monotonic() + Math.max(0, ms);
      const forget = () => {
        clearTimeout(sleeper.timer);
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        forget();
        reject(signal?.reason as Error);
      };
      const wake = () => {
        forget();
        resolve();
      };
      const sleeper: Sleeper = { at, wake, timer: this.#timer(at, wake) };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** As `SimulatedClock.hold`; this time passes anyway. */
  hold<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  jump(ms: number): void {
    this.#jumped += ms;
    for (const sleeper of this.#sleepers) {
      clearTimeout(sleeper.timer);
      sleeper.timer = this.#timer(sleeper.at, sleeper.wake);
    }
  }

  #timer(at: number, wake: () => void): NodeJS.Timeout {
    return setTimeout(wake, Math.min(Math.max(0, (at - this.monotonic()) / this.#pace), 2 ** 31 - 1));
  }
}
