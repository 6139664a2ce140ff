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

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** @param joined makes one sentence of all that is told */
  tell(kind: Kind, words: string, joined: (parts: readonly string[]) => string): void {
    this.#told.delete(kind);
    this.#told.set(kind, words);
    clearTimeout(this.#timer);
    const all = joined([...this.#told.values()]);
    this.#timer = setTimeout(() => void this.#bridge.tellModel(all).catch(() => undefined), TELL_AFTER_MS);
  }
}
