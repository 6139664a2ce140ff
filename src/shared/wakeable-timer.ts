import { linkSignals } from './abort.ts';
import type { Clock } from './clock.ts';

/** Waits that can be cut short. Who wakes it between two waits cuts the next one short, so that nothing is missed. */
export class WakeableTimer {
  readonly #clock: Clock;
  #early = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#early.abort();
  }

  /** Resolves after `ms` milliseconds, when woken, or when `signal` aborts. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    using early = linkSignals(this.#early.signal, signal);
    await this.#clock.sleep(ms, early.signal).catch(() => undefined);
    this.#early = new AbortController();
  }
}
