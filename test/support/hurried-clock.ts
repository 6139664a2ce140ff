import type { Clock } from '../../src/shared/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** How often this process looks at the time, and the most that counts as passed between two looks, milliseconds. */
const BEAT_MS = 5;
const MOST_BETWEEN_MS = 10;

/**
 * The machine's time, `pace` times as fast, for rooms that talk to real sockets: waits of minutes pass in seconds, and
 * everything keeps its order. Time passes only as far as the event loop turns: on a busy machine an answer that takes
 * three seconds would otherwise come a minute late. `jump` lets time pass at once.
 */
export class HurriedClock implements Clock {
  static readonly #clocks = new Set<WeakRef<HurriedClock>>();
  static #lookedAt = performance.now();
  static #beat: NodeJS.Timeout | undefined;

  readonly #pace: number;
  readonly #start = Date.now();
  readonly #sleepers = new Set<Sleeper>();
  #passed = 0;

  constructor(pace: number) {
    this.#pace = pace;
    HurriedClock.#clocks.add(new WeakRef(this));
    HurriedClock.#beat ??= setInterval(HurriedClock.#look, BEAT_MS).unref();
  }

  static readonly #look = () => {
    const now = performance.now();
    const ms = Math.min(now - HurriedClock.#lookedAt, MOST_BETWEEN_MS);
    HurriedClock.#lookedAt = now;
    for (const reference of HurriedClock.#clocks) {
      const clock = reference.deref();
      if (clock) clock.jump(ms * clock.#pace);
      else HurriedClock.#clocks.delete(reference);
    }
  };

  now(): number {
    return Math.floor(this.#start + this.#passed);
  }

  monotonic(): number {
    return this.#passed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const forget = () => {
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
      const sleeper: Sleeper = { at: this.#passed + Math.max(0, ms), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** As `VirtualClock.hold`; this time passes anyway. */
  hold<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  /** Lets time pass at once; everybody who should have woken meanwhile wakes now, in the order of their times. */
  jump(ms: number): void {
    this.#passed += ms;
    const due = [...this.#sleepers].filter(({ at }) => at <= this.#passed).sort((a, b) => a.at - b.at);
    for (const { wake } of due) wake();
  }
}
