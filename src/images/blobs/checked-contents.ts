import { openChecked } from './receive.ts';
import type { BlobRef, BlobStore } from './blob-store.ts';

/** Contents that are remembered, about 200 bytes each. */
const MOST_KNOWN = 10_000;

/**
 * Contents for answers that are asked for again and again, such as a picture on a page: each is compared with its hash the
 * first time, and anew once the store says that it may have changed. Hashing takes longer than sending.
 */
export class CheckedContents {
  readonly #store: BlobStore;
  /** States of contents whose bytes were right, by hash; the one checked last is the last one. */
  readonly #right = new Map<string, string>();

  constructor(store: BlobStore) {
    this.#store = store;
  }

  /** The pieces of a whole content. @throws Problem as `openChecked`, in place of the last piece */
  async open(blob: BlobRef): Promise<AsyncIterable<Uint8Array>> {
    const state = await this.#store.stateOf(blob);
    if (state !== undefined && this.#right.get(blob.sha256) === state) return this.#store.open(blob);
    return this.#check(blob, state);
  }

  async *#check(blob: BlobRef, state: string | undefined): AsyncGenerator<Uint8Array, void> {
    yield* openChecked(this.#store, blob);
    // What changed while it was read was right only in part.
    if (state === undefined || (await this.#store.stateOf(blob)) !== state) return;
    this.#right.delete(blob.sha256);
    this.#right.set(blob.sha256, state);
    const [oldest] = this.#right.keys();
    if (this.#right.size > MOST_KNOWN && oldest !== undefined) this.#right.delete(oldest);
  }
}
