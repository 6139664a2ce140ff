/** What has to be done before the page goes. Hosts take it away, and people close its tab, at any time. */
export class Leaving {
  readonly #acts = new Set<() => Promise<unknown>>();

  /** @returns the function that takes `act` back */
  before(act: () => Promise<unknown>): () => void {
    this.#acts.add(act);
    return () => this.#acts.delete(act);
  }

  /** Does all of it now, the newest first, since what it does may be told by an older one. Resolves whatever failed. */
  async now(): Promise<void> {
    for (const act of Array.from(this.#acts).toReversed()) await act().catch(() => undefined);
  }
}
