import type { Clock } from '../../src/shared/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** How often this process looks at the time, and the most that counts as passed between two looks, milliseconds. */
const BEAT_MS = 5;
const MOST_BETWEEN_MS = 10;

const clocks = new Set<WeakRef<HurriedClock>>();
let isBeating = false;

function startBeat(): void {
  if (isBeating) return;
  isBeating = true;
  let lookedAt = performance.now();
  const beat = () => {
    const now = performance.now();
    const ms = Math.min(now - lookedAt, MOST_BETWEEN_MS);
    lookedAt = now;
    for (const reference of clocks) {
      const clock = reference.deref();
      if (clock) clock.beat(ms);
      else clocks.delete(reference);
    }
  };
  setInterval(beat, BEAT_MS).unref();
}

/**
 * The machine's time, `pace` times as fast, for rooms that talk to real sockets: waits of minutes pass in seconds, and
 * everything keeps its order. Time passes only as far as the event loop turns: on a busy machine an answer that takes
 * three seconds would otherwise come a minute late. `jump` lets time pass at once.
 */
export class HurriedClock implements Clock {
  readonly #pace: number;
  readonly #start = Date.now();
  readonly #sleepers = new Set<Sleeper>();
  #passed = 0;

  constructor(pace: number) {
    this.#pace = pace;
    clocks.add(new WeakRef(this));
    startBeat();
  }

  /** So many usable milliseconds of this process are over. */
  beat(ms: number): void {
    this.jump(ms * this.#pace);
  }

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
