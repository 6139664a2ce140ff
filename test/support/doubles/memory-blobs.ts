import type { BlobRef, BlobStore, ByteRange, ListedBlob } from '../../../src/images/blobs/blob-store.ts';
import { imageMissing } from '../../../src/images/problems.ts';
import type { Clock } from '../../../src/shared/time/clock.ts';

interface Kept {
  readonly blob: BlobRef;
  readonly bytes: Uint8Array;
  usedAt: number;
}

const PIECE = 1_000;
const HOUR = 3_600_000;

/** A blob store in memory, which passes the suite of all blob stores. Nothing of it survives its process. */
export class MemoryBlobs implements BlobStore {
  readonly contents = new Map<string, Kept>();
  readonly #coming = new Map<object, { chunks: Uint8Array[]; since: number }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async begin() {
    const key = {};
    const chunks: Uint8Array[] = [];
    this.#coming.set(key, { chunks, since: this.#clock.now() });
    return {
      write: async (chunk: Uint8Array) => void chunks.push(Uint8Array.from(chunk)),
      commit: async (blob: BlobRef) => {
        const kept = this.contents.get(blob.sha256);
        if (kept?.bytes.length === blob.bytes) kept.usedAt = this.#clock.now();
        else this.contents.set(blob.sha256, { blob, bytes: Buffer.concat(chunks), usedAt: this.#clock.now() });
        this.#coming.delete(key);
      },
      abort: async () => void this.#coming.delete(key),
    };
  }

  async *open({ sha256 }: BlobRef, { from, to }: ByteRange = { from: 0 }): AsyncGenerator<Uint8Array, void> {
    const kept = this.contents.get(sha256);
    if (kept === undefined) throw imageMissing();
    const range = kept.bytes.subarray(from, to);
    for (let at = 0; at < range.length; at += PIECE) yield range.subarray(at, at + PIECE);
  }

  async deleteUnlessUsedSince(sha256: string, since: number) {
    const kept = this.contents.get(sha256);
    if (kept === undefined) return { outcome: 'absent' } as const;
    if (kept.usedAt > since) return { outcome: 'used' } as const;
    this.contents.delete(sha256);
    return { outcome: 'deleted', files: 1, bytes: kept.bytes.length } as const;
  }

  async *list(): AsyncGenerator<ListedBlob, void> {
    for (const { blob, bytes, usedAt } of this.contents.values()) yield { ...blob, bytes: bytes.length, usedAt };
  }

  async leftovers() {
    const chunks = [...this.#coming.values()].flatMap((coming) => coming.chunks);
    return { files: this.#coming.size, bytes: chunks.reduce((sum, { length }) => sum + length, 0) };
  }

  async repair() {
    for (const [key, { since }] of this.#coming) if (this.#clock.now() - since > HOUR) this.#coming.delete(key);
  }

  stateOf(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  addressFor(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
