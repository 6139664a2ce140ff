import { createHash } from 'node:crypto';
import type { UploadMimeType } from '../../firefly/contract/upload.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Random } from '../../shared/random.ts';

/** A picture that a client has stored. */
export interface Upload {
  /** A version 4 UUID. */
  readonly id: string;
  readonly mimeType: UploadMimeType;
  /** Of the bytes, hex. */
  readonly sha256: string;
  /** How many bytes came. */
  readonly length: number;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
  /** What came; undefined once newer uploads have pushed it out of memory. */
  bytes: Buffer | undefined;
}

/** OpenAPI `storageImageV2`: valid for seven days from the date of the upload. */
const VALID_MS = 7 * 24 * 3_600_000;
/** Most bytes of uploads in memory: the newest. */
const MOST_BYTES = 256_000_000;

/** The uploads of one emulator. */
export class UploadStore {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #mostBytes: number;
  /** Oldest first. */
  readonly #uploads = new Map<string, Upload>();
  /** Ids given out until the last `expireAll`. */
  #expired = new Set<string>();

  constructor({ clock, random, mostBytes = MOST_BYTES }: { clock: Clock; random: Random; mostBytes?: number }) {
    this.#clock = clock;
    this.#random = random;
    this.#mostBytes = mostBytes;
  }

  /** Stores a picture under a new id, also if it came before. */
  add(bytes: Buffer, mimeType: UploadMimeType): Upload {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const id = this.#random.uuid();
    const upload = { id, mimeType, sha256, length: bytes.length, uploadedAt: this.#clock.now(), bytes };
    this.#uploads.set(id, upload);
    this.#makeRoom();
    return upload;
  }

  /** The upload of this id while the id is valid and its bytes are here. */
  find(id: string): Upload | undefined {
    const upload = this.#uploads.get(id.toLowerCase());
    if (upload?.bytes === undefined || this.#expired.has(upload.id)) return undefined;
    return this.#clock.now() < upload.uploadedAt + VALID_MS ? upload : undefined;
  }

  /** Every id given out so far is unknown from now on. Jobs that were accepted keep their pictures. */
  expireAll(): void {
    this.#expired = new Set(this.#uploads.keys());
  }

  /** All of them, oldest first, also those that are no longer valid. */
  list(): readonly Upload[] {
    return [...this.#uploads.values()];
  }

  clear(): void {
    this.#uploads.clear();
    this.#expired.clear();
  }

  /** The newest stay; the newest of all, whatever its size. */
  #makeRoom(): void {
    const [newest, ...older] = this.list().toReversed();
    let kept = newest?.length ?? 0;
    for (const upload of older) {
      kept += upload.bytes?.length ?? 0;
      if (kept > this.#mostBytes) upload.bytes = undefined;
    }
  }
}
