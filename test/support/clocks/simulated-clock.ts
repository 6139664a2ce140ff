import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../src/shared/time/clock.ts';
import type { OutsideWork } from './outside-work.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

interface SimulatedClockOptions {
  /** Epoch milliseconds. */
  readonly start?: number;
  /**
   * For programs with files and sockets: no time passes while a file or a picture is worked on, and it passes as in
   * reality while a request waits for its answer, since the other side may be waiting for its own timer.
   */
  readonly outside?: OutsideWork;
}

/** Turns of the event loop in a row that must find nothing under way before time jumps. */
const QUIET_TURNS = 3;

/** One turn of the event loop; the clock takes millions of them, and the promise of Node's module costs twice as much. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * A clock that jumps to the next due timer when all is idle. Work takes no time, so hours of queue pass in a second
 * and the order of events is that of a real clock. Time passes within `run` and `pass` only.
 */
export class SimulatedClock implements Clock {
  #now: number;
  readonly #start: number;
  readonly #outside: OutsideWork | undefined;
  #sleepers: Sleeper[] = [];
  #watchers: { readonly holds: () => boolean; readonly wake: () => void }[] = [];
  #held = 0;
  #onAnswer: (() => void)[] = [];
  #lookedAt = 0;

  constructor({ start = Date.UTC(2026, 0, 1), outside }: SimulatedClockOptions = {}) {
    this.#now = start;
    this.#start = start;
    this.#outside = outside;
  }

  now(): number {
    return Math.floor(this.#now);
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const sleeper: Sleeper = {
        // As with a real timer some time passes: a rest that is lost in rounding would be slept for again and again.
        at: Math.max(Math.ceil(this.#now + Math.max(0, ms)), ms > 0 ? Math.floor(this.#now) + 1 : 0),
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

  /** Stops time until `work` settles: for answers of another process, such as a PostgreSQL server. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      return await work;
    } finally {
      this.#held -= 1;
      this.#onAnswer.splice(0).forEach((wake) => wake());
    }
  }

  /** Resolves as soon as this holds, while something else lets time pass. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((wake) => this.#watchers.push({ holds, wake }));
  }

  /** Lets time pass until `done` settles; at most `limitMs` of simulated time. */
  async run<T>(done: Promise<T>, limitMs = 24 * 3_600_000): Promise<T> {
    let settled = false;
    const end = this.#now + limitMs;
    const result = done.finally(() => (settled = true));
    result.catch(() => undefined);
    this.#lookedAt = performance.now();
    while (!settled) {
      if (!(await this.#isIdle(() => settled)) || this.#hasNews()) continue;
      const next = this.#sleepers.reduce<Sleeper | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
      if (!next) {
        // Only the world outside can go on, such as a server that has a notification on its way.
        await pause(1);
        continue;
      }
      if (next.at > end) throw new Error(`nothing came of it within ${limitMs} ms of simulated time`);
      this.#moveTo(next.at);
    }
    return result;
  }

  /** Time passes at once, as while a machine sleeps: timers that were due meanwhile fire late, together. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Lets this much time pass. */
  pass(ms: number): Promise<void> {
    return this.run(this.sleep(ms));
  }

  /** Gives the program a few turns of the event loop. */
  async #isIdle(isOver: () => boolean): Promise<boolean> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await turn();
      if (isOver()) return false;
      if (this.#held > 0) {
        await new Promise<void>((wake) => this.#onAnswer.push(wake));
        return false;
      }
      if (!this.#outside) continue;
      const before = this.#lookedAt;
      this.#lookedAt = performance.now();
      const { hasRequests, isBusy } = this.#outside;
      if (hasRequests) this.#moveTo(this.#now + Math.max(0, this.#lookedAt - before));
      if (!hasRequests && !isBusy) continue;
      await pause(1);
      return false;
    }
    return true;
  }

  #hasNews(): boolean {
    const due = this.#watchers.filter(({ holds }) => holds());
    this.#watchers = this.#watchers.filter((watcher) => !due.includes(watcher));
    for (const { wake } of due) wake();
    return due.length > 0;
  }

  /** All timers that are due fire together, as in a real loop: what they start goes on side by side. */
  #moveTo(time: number): void {
    this.#now = Math.max(this.#now, time);
    const due = this.#sleepers.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    if (due.length === 0) return;
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
    for (const { wake } of due) wake();
  }
}
