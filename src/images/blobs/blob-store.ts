import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { errorCode } from '../../shared/errors.ts';
import { makeFolder, syncFolder } from '../../shared/folders.ts';
import type { Random } from '../../shared/random.ts';
import { deleteLeftovers } from '../files/leftovers.ts';
import { measure } from '../formats/format.ts';
import { MOST_BLOB_BYTES } from '../limits.ts';
import { fileProblem, imageDamaged, imageMissing, notAPicture, pictureTooLarge } from '../problems.ts';
import type { ImageMimeType, Receiver, StoredBytes } from '../types.ts';

/** File endings by format, without the dot. */
export const ENDINGS: Readonly<Record<ImageMimeType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/**
 * Contents under their SHA-256: `originals/<aa>/<sha256>.<ending>`, written by way of `incoming/`
 * (docs/pictures-and-masks.md#blobs).
 */
export interface BlobStore {
  /** @throws Problem `disk_full`, `folder_unwritable`, `folder_unusable`, `disk_failed` */
  receive(): Promise<Receiver>;
  /** Absolute path of a content, whether it exists or not. */
  path(image: StoredBytes): string;
  /** @throws Problem `image_missing`, `image_damaged`, and those of `receive` */
  read(image: StoredBytes): Promise<Uint8Array>;
  /** Deletes what a crash left in `incoming/`. */
  sweep(): Promise<void>;
}

/** Dependencies of the blob store. */
export interface BlobStoreOptions {
  /** Absolute path of the pictures folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
}

const PARTIAL = /\.part$/;
const PLACE = 'the pictures folder';

/** A blob store in `folder`, which is made when the first picture comes. */
export function createBlobStore({ folder, clock, random }: BlobStoreOptions): BlobStore {
  const root = resolve(folder);
  const incoming = join(root, 'incoming');
  const path = (image: Pick<StoredBytes, 'sha256' | 'mimeType'>) =>
    join(root, 'originals', image.sha256.slice(0, 2), `${image.sha256}.${ENDINGS[image.mimeType]}`);

  return {
    path,
    receive: async () => {
      try {
        await makeFolder(incoming);
        const temporary = join(incoming, `${Buffer.from(random.bytes(16)).toString('hex')}.part`);
        return receiver(temporary, await open(temporary, 'wx+', 0o600), { path, clock });
      } catch (error) {
        throw fileProblem(error, PLACE);
      }
    },
    read: async (image) => {
      const bytes = await readFile(path(image)).catch((error: unknown) => {
        throw errorCode(error) === 'ENOENT' ? imageMissing(error) : fileProblem(error, PLACE);
      });
      if (createHash('sha256').update(bytes).digest('hex') !== image.sha256) throw imageDamaged();
      return bytes;
    },
    sweep: () => deleteLeftovers(incoming, PARTIAL, clock),
  };
}

/** Writes one picture into the store. After `finish` or `discard` the temporary file is gone. */
function receiver(
  temporary: string,
  handle: FileHandle,
  { path, clock }: { path: (image: StoredBytes) => string; clock: Clock },
): Receiver {
  const hash = createHash('sha256');
  let length = 0;
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await handle.close();
  };
  const discard = async () => {
    await close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
  };
  /** Deletes the temporary file after a failed step. */
  const orDiscard = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      await discard();
      throw fileProblem(error, PLACE);
    }
  };
  return {
    discard,
    write: (chunk) =>
      orDiscard(async () => {
        length += chunk.length;
        if (length > MOST_BLOB_BYTES) {
          throw pictureTooLarge(`The picture is larger than ${MOST_BLOB_BYTES / 1024 ** 2} MB.`);
        }
        hash.update(chunk);
        await handle.appendFile(chunk);
      }),
    finish: () =>
      orDiscard(async () => {
        // Read back instead of collected on the way: a download takes long, and many may run at once.
        const measured = measure(await readWhole(handle, length));
        if ('problem' in measured) throw notAPicture(measured.problem);
        const image = { sha256: hash.digest('hex'), bytes: length, ...measured };
        await handle.sync();
        await close();
        await moveIntoPlace(temporary, path(image), { length, now: clock.now() });
        return image;
      }),
  };
}

async function readWhole(handle: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, length - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

/**
 * Makes the temporary file the durable one of its content. A whole file that exists already stays instead, and is
 * touched: the garbage collector then keeps it until its new record is committed. Where the collector has just moved it
 * to the trash, touching fails and the temporary file takes its place.
 */
async function moveIntoPlace(temporary: string, target: string, file: { length: number; now: number }): Promise<void> {
  const folder = join(target, '..');
  const existing = await stat(target).catch(() => undefined);
  const isWhole = existing?.isFile() && existing.size === file.length;
  if (isWhole && (await touch(target, file.now))) {
    await rm(temporary, { force: true });
  } else {
    await makeFolder(folder);
    await rename(temporary, target);
  }
  // Also for a file that exists: the process that named it may not have synced the folders yet.
  await syncFolder(folder);
  await syncFolder(join(folder, '..'));
}

async function touch(path: string, now: number): Promise<boolean> {
  return utimes(path, now / 1000, now / 1000).then(
    () => true,
    () => false,
  );
}
