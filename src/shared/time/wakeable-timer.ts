import { linkSignals } from './abort.ts';
import type { Clock } from './clock.ts';

/** A timer that can be woken early. A wake between two sleeps ends the next one at once, so that no wake is missed. */
export class WakeableTimer {
  readonly #clock: Clock;
  #early = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the current sleep, or the next one. */
  wake(): void {
    this.#early.abort();
  }

  /** Resolves after `ms` milliseconds, when woken, or when `signal` aborts; never rejects. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    using early = linkSignals(this.#early.signal, signal);
    await this.#clock.sleep(ms, early.signal).catch(() => undefined);
    this.#early = new AbortController();
  }
}
