import type { Bridge } from '../bridge/bridge.ts';

/** Time after the last change before the model is told, so that clicking through variations tells once. */
const TELL_AFTER_MS = 600;

/** What a person can have done. */
export type Kind = 'chosen' | 'mask' | 'job' | 'saved';

/**
 * Tells the model what the person did, shortly after the last change. What is told replaces what was told before, so that the
 * newest of each kind is said together.
 */
export class Telling {
  readonly #bridge: Bridge;
  readonly #told = new Map<Kind, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next: string | undefined;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** @param joined makes one sentence of all that is told */
  tell(kind: Kind, words: string, joined: (parts: readonly string[]) => string): void {
    this.#told.delete(kind);
    this.#told.set(kind, words);
    clearTimeout(this.#timer);
    this.#next = joined([...this.#told.values()]);
    this.#timer = setTimeout(() => void this.now(), TELL_AFTER_MS);
  }

  /** Tells at once what is not told yet. */
  async now(): Promise<void> {
    clearTimeout(this.#timer);
    const words = this.#next;
    this.#next = undefined;
    if (words !== undefined) await this.#bridge.tellModel(words).catch(() => undefined);
  }
}
