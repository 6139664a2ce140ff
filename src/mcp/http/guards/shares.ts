/** The part of a response that a share is counted by. */
interface Ending {
  once(event: 'close', listener: () => void): unknown;
}

/** What one person may hold of something that all people share, so that none of them shuts the others out. */
export class Shares {
  readonly #most: number;
  readonly #held = new Map<string, number>();

  /** @param most number of responses, still open, that one principal may have at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one more until the response has ended; false where the principal holds all of its share. */
  enter(principal: string, response: Ending): boolean {
    const held = this.#held.get(principal) ?? 0;
    if (held >= this.#most) return false;
    this.#held.set(principal, held + 1);
    response.once('close', () => {
      const left = (this.#held.get(principal) ?? 1) - 1;
      if (left === 0) this.#held.delete(principal);
      else this.#held.set(principal, left);
    });
    return true;
  }
}
