import { createHash } from 'node:crypto';
import type { UploadMimeType } from '../../firefly/contract/upload.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Random } from '../../shared/random.ts';
import { DAY_MS } from '../../shared/time/durations.ts';

/** A picture that a client has uploaded. */
export interface Upload {
  /** A version 4 UUID. */
  readonly id: string;
  readonly mimeType: UploadMimeType;
  /** Hash of the bytes, hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly length: number;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
  /** The bytes; undefined after eviction by newer uploads. */
  bytes: Buffer | undefined;
}

/** OpenAPI `storageImageV2`: valid for seven days from the date of the upload. */
const VALID_MS = 7 * DAY_MS;
/** Limit of uploads in memory, bytes; the oldest are evicted. */
const MAX_BYTES = 256_000_000;

/** The uploads of one emulator. */
export class UploadStore {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #mostBytes: number;
  /** Oldest first. */
  readonly #uploads = new Map<string, Upload>();
  /** Ids that the last `expireAll` expired. */
  #expired = new Set<string>();

  constructor({ clock, random, mostBytes = MAX_BYTES }: { clock: Clock; random: Random; mostBytes?: number }) {
    this.#clock = clock;
    this.#random = random;
    this.#mostBytes = mostBytes;
  }

  /** Stores a picture under a new id, even if equal bytes are stored already. */
  add(bytes: Buffer, mimeType: UploadMimeType): Upload {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const id = this.#random.uuid();
    const upload = { id, mimeType, sha256, length: bytes.length, uploadedAt: this.#clock.now(), bytes };
    this.#uploads.set(id, upload);
    this.#evictOldest();
    return upload;
  }

  /** The upload of a valid id whose bytes are still in memory. */
  find(id: string): Upload | undefined {
    const upload = this.#uploads.get(id.toLowerCase());
    if (upload?.bytes === undefined || this.#expired.has(upload.id)) return undefined;
    return this.#clock.now() < upload.uploadedAt + VALID_MS ? upload : undefined;
  }

  /** Expires every id that was issued so far. Accepted jobs keep their pictures. */
  expireAll(): void {
    this.#expired = new Set(this.#uploads.keys());
  }

  /** All uploads, oldest first, also expired ones. */
  list(): readonly Upload[] {
    return [...this.#uploads.values()];
  }

  clear(): void {
    this.#uploads.clear();
    this.#expired.clear();
  }

  /** Evicts the oldest uploads over the memory limit. The newest one always stays. */
  #evictOldest(): void {
    const [newest, ...older] = this.list().toReversed();
    let kept = newest?.length ?? 0;
    for (const upload of older) {
      kept += upload.bytes?.length ?? 0;
      if (kept > this.#mostBytes) upload.bytes = undefined;
    }
  }
}
