/** Requests that are begun in one turn of the event loop. Most of them end in the turn in which they began. */
const MOST_IN_A_TURN = 8;

/**
 * Spreads requests that come together over turns of the event loop, in their order: so the first ones are answered, and
 * what they hold in memory is let go, before the last ones begin. Counts beginnings and not requests in progress, since calls
 * may wait for minutes.
 */
export class Starts {
  readonly #waiting: (() => void)[] = [];
  #begun = 0;

  /** Resolves when the next request may begin. */
  async next(): Promise<void> {
    if (this.#begun === 0) setImmediate(this.#turn);
    if (this.#begun < MOST_IN_A_TURN && this.#waiting.length === 0) this.#begun += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  readonly #turn = () => {
    const next = this.#waiting.splice(0, MOST_IN_A_TURN);
    this.#begun = next.length;
    if (this.#begun > 0) setImmediate(this.#turn);
    for (const begin of next) begin();
  };
}
