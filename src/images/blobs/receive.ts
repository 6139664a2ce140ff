import { createHash } from 'node:crypto';
import type { Problem } from '../../shared/errors.ts';
import { Recogniser } from '../formats/format.ts';
import { mediumOf, STORED_TYPES, type MediaType } from '../media.ts';
import { imageDamaged, notAPicture, pictureTooLarge } from '../problems.ts';
import type { ReceiveOptions, Receiver, StoredBytes } from '../types.ts';
import type { BlobRef, BlobStore } from './blob-store.ts';

const MOST_BYTES = Math.max(...STORED_TYPES.map((type) => mediumOf(type).mostBytes));

/**
 * Begins a content: its bytes are hashed, recognised and measured while they pass, and never read again.
 * @throws Problem those of `BlobStore`
 */
export async function receive(store: BlobStore, options: ReceiveOptions = {}): Promise<Receiver> {
  const { maxBytes = MOST_BYTES, refuse = notAPicture, beforeCommit, unread } = options;
  const writer = await store.begin();
  const hash = createHash('sha256');
  const recogniser = new Recogniser(unread);
  let bytes = 0;
  /** Takes the bytes back after a failed step. */
  const orAbort = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  };
  return {
    discard: () => writer.abort(),
    write: (chunk) =>
      orAbort(async () => {
        bytes += chunk.length;
        recogniser.push(chunk);
        if (recogniser.problem) throw refuse(recogniser.problem.problem, recogniser.problem.mend);
        const limit = Math.min(maxBytes, mostBytesOf(recogniser.mimeType));
        if (bytes > limit) throw tooLarge(limit);
        hash.update(chunk);
        await writer.write(chunk);
      }),
    finish: () =>
      orAbort(async () => {
        const found = recogniser.finish();
        if ('problem' in found) throw refuse(found.problem, found.mend);
        const { orientation: _orientation, wholeBytes: _wholeBytes, heldBytes, ...measured } = found;
        const stored = { sha256: hash.digest('hex'), bytes, ...measured };
        await beforeCommit?.({ ...stored, heldBytes });
        await writer.commit(stored);
        return stored;
      }),
  };
}

/** Stores all pieces of a stream. @throws Problem as `receive` and `Receiver` do */
export async function put(
  store: BlobStore,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options?: ReceiveOptions,
): Promise<StoredBytes> {
  const receiver = await receive(store, options);
  try {
    for await (const piece of pieces) await receiver.write(piece);
    return await receiver.finish();
  } finally {
    await receiver.discard();
  }
}

/**
 * The pieces of a whole content. The last one is held back until the hash is known: a reader never gets a damaged
 * content whole. @throws Problem `image_damaged` in place of the last piece, and those of `BlobStore.open`
 */
export async function* openChecked(store: BlobStore, blob: BlobRef): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const piece of store.open(blob)) {
    hash.update(piece);
    if (last) yield last;
    last = piece;
  }
  if (hash.digest('hex') !== blob.sha256) throw imageDamaged();
  if (last) yield last;
}

/**
 * A whole content in memory.
 * @throws Problem `picture_too_large` for more than `maxBytes`, `image_damaged`, and those of `BlobStore.open`
 */
export async function readBlob(store: BlobStore, blob: BlobRef, maxBytes: number): Promise<Uint8Array> {
  if (blob.bytes > maxBytes) throw tooLarge(maxBytes);
  // Memory of its own can be handed over to a worker; pieces that are joined at the end would be held beside their sum.
  const whole = Buffer.from(new ArrayBuffer(blob.bytes));
  let length = 0;
  for await (const piece of openChecked(store, blob)) {
    if (length + piece.length > whole.length) throw imageDamaged();
    whole.set(piece, length);
    length += piece.length;
  }
  return whole.subarray(0, length);
}

function mostBytesOf(type: MediaType | undefined): number {
  return type === undefined ? MOST_BYTES : mediumOf(type).mostBytes;
}

function tooLarge(limit: number): Problem {
  return pictureTooLarge(`The picture is larger than ${Math.floor(limit / 1024 ** 2)} MB.`);
}
