import type { Logger } from '../../shared/logger.ts';
import type { OnAnswered } from '../../tools/definition/define.ts';

type Listener = Parameters<OnAnswered>[0];
type Outcome = Parameters<Listener>[0];

/** Delivery of the response to one request: delivered or lost, and the listeners that want to know. */
export class ResponseDelivery {
  readonly #listeners: Listener[] = [];
  readonly #lost = new AbortController();
  readonly #logger: Logger;
  #outcome: Outcome | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Aborts when the response can no longer reach its client, so that the call may stop waiting. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Adds a listener; one that is added after the outcome is called at once. */
  readonly onAnswered: OnAnswered = (listener) => {
    if (this.#outcome === undefined) this.#listeners.push(listener);
    else void this.#notify([listener], this.#outcome);
  };

  /** Records the outcome (the first one counts) and resolves when the listeners have dealt with it. Never rejects. */
  async settle(outcome: Outcome): Promise<void> {
    this.#outcome ??= outcome;
    if (!this.#outcome.delivered) this.#lost.abort(new Error('the connection is gone'));
    await this.#notify(this.#listeners.splice(0), this.#outcome);
  }

  async #notify(listeners: readonly Listener[], outcome: Outcome): Promise<void> {
    const results = await Promise.allSettled(listeners.map((listener) => listener(outcome)));
    for (const result of results) {
      if (result.status === 'rejected') this.#logger.warn('delivery_not_recorded', { error: result.reason });
    }
  }
}
