import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/shared/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that passes as fast as the program lets it: `run` jumps to the next sleeper whenever everybody sleeps. Hours of
 * queue pass in a second, and the order of events is that of the real clock.
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #start: number;
  #sleepers: Sleeper[] = [];
  #held = 0;
  #onAnswer: (() => void)[] = [];

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
    this.#start = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const sleeper: Sleeper = {
        at: Math.ceil(this.#now + Math.max(0, ms)),
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Time stands still until `work` settles: for what happens in real time, such as an answer of a real server. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      return await work;
    } finally {
      this.#held -= 1;
      this.#onAnswer.splice(0).forEach((wake) => wake());
    }
  }

  /** Lets time pass until `done` settles; at most `limitMs` of virtual time. */
  async run<T>(done: Promise<T>, limitMs = 24 * 3_600_000): Promise<T> {
    let settled = false;
    const end = this.#now + limitMs;
    const result = done.finally(() => (settled = true));
    result.catch(() => undefined);
    while (!settled) {
      // File work happens in real time; a few turns of the loop let what is under way finish first.
      for (let i = 0; i < 3 && !settled; i += 1) await turn();
      if (settled) break;
      if (this.#held > 0) {
        await new Promise<void>((wake) => this.#onAnswer.push(wake));
        continue;
      }
      const next = this.#sleepers.reduce<Sleeper | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
      if (!next) continue;
      if (next.at > end) throw new Error(`nothing came of it within ${limitMs} ms of virtual time`);
      this.#now = Math.max(this.#now, next.at);
      // All that are due, as a real loop does: they go on side by side.
      const due = this.#sleepers.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
      this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
      for (const { wake } of due) wake();
    }
    return result;
  }

  /** Time passes at once, as while a machine sleeps: everybody who should have woken meanwhile wakes late. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Lets this much time pass. */
  pass(ms: number): Promise<void> {
    return this.run(this.sleep(ms));
  }
}
