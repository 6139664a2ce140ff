import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../src/shared/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Looks in a row that must find nothing under way before time is skipped. */
const QUIET_LOOKS = 4;
/** What counts as under way besides requests: files and names are read by the operating system. */
const WORK = /^(FS|GetAddrInfo|TCPConnect|PipeConnect|Write|Shutdown)/;

/**
 * The machine's time, without the times in which nothing happens: whoever sleeps is woken as soon as no request and no
 * file is under way in this process. Work takes as long as it takes, so hours of waiting pass in seconds, and what is
 * measured in this time is what the real clock would show. For programs and servers that run in this process on real
 * sockets. Close it.
 */
export class SkippingClock implements Clock {
  readonly #startWall = Date.now();
  readonly #start = performance.now();
  readonly #sleepers = new Set<Sleeper>();
  readonly #underWay = new Set<unknown>();
  #skipped = 0;
  #looking = true;
  #quiet = 0;

  constructor() {
    subscribe('undici:request:create', this.#begin);
    subscribe('undici:request:trailers', this.#end);
    subscribe('undici:request:error', this.#end);
    this.#look();
  }

  now(): number {
    return Math.floor(this.#startWall + this.monotonic());
  }

  monotonic(): number {
    return performance.now() - this.#start + this.#skipped;
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
      const sleeper: Sleeper = { at: this.monotonic() + Math.max(0, ms), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets time pass at once; everybody who should have woken meanwhile wakes now. */
  jump(ms: number): void {
    this.#skipped += ms;
  }

  close(): void {
    this.#looking = false;
    unsubscribe('undici:request:create', this.#begin);
    unsubscribe('undici:request:trailers', this.#end);
    unsubscribe('undici:request:error', this.#end);
  }

  readonly #begin = (message: unknown) => void this.#underWay.add(requestOf(message));
  readonly #end = (message: unknown) => void this.#underWay.delete(requestOf(message));

  /** Once a turn of the loop. */
  #look(): void {
    if (!this.#looking) return;
    const next = [...this.#sleepers].reduce<Sleeper | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
    this.#quiet = next !== undefined && this.#isQuiet() ? this.#quiet + 1 : 0;
    if (next && this.#quiet >= QUIET_LOOKS) this.#skipped += Math.max(0, next.at - this.monotonic());
    if (next && next.at <= this.monotonic()) {
      this.#quiet = 0;
      next.wake();
    }
    // While work is under way, the processor is left to it.
    if (this.#quiet > 0) setImmediate(() => this.#look());
    else setTimeout(() => this.#look(), 1);
  }

  #isQuiet(): boolean {
    return this.#underWay.size === 0 && !process.getActiveResourcesInfo().some((name) => WORK.test(name));
  }
}

function requestOf(message: unknown): unknown {
  return (message as { request: unknown }).request;
}
