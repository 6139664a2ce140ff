import type { Logger } from '../shared/logger.ts';
import type { OnAnswered } from '../tools/definition/define.ts';

type Settle = Parameters<OnAnswered>[0];
type Fate = Parameters<Settle>[0];

/** The answer to one request, and who wants to hear what becomes of it. */
export class ResponseDelivery {
  readonly #waiting: Settle[] = [];
  readonly #lost = new AbortController();
  readonly #logger: Logger;
  #fate: Fate | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Aborts when the answer cannot reach its client any more: nobody needs to wait for it. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  readonly onAnswered: OnAnswered = (settle) => {
    if (this.#fate === undefined) this.#waiting.push(settle);
    else void this.#tell([settle], this.#fate);
  };

  /** Tells everyone what became of it, late comers too. Resolves when they have done what they do about it; never rejects. */
  async settle(fate: Fate): Promise<void> {
    this.#fate ??= fate;
    if (!this.#fate.delivered) this.#lost.abort(new Error('the connection is gone'));
    await this.#tell(this.#waiting.splice(0), this.#fate);
  }

  async #tell(waiting: readonly Settle[], fate: Fate): Promise<void> {
    const told = await Promise.allSettled(waiting.map((settle) => settle(fate)));
    for (const { reason } of told.filter((outcome) => outcome.status === 'rejected')) {
      this.#logger.warn('answer_not_marked', { error: reason });
    }
  }
}
