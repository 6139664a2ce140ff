import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { makeFolder, syncFolder } from '../../shared/folders.ts';
import type { Random } from '../../shared/random.ts';
import { measure } from '../formats/format.ts';
import { fileProblem, imageDamaged, imageMissing, notAPicture, pictureTooLarge } from '../problems.ts';
import type { ImageMimeType, Receiver, StoredBytes } from '../types.ts';

/** File endings by content. */
export const ENDINGS: Readonly<Record<ImageMimeType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** Originals by content: `originals/<aa>/<sha256>.<ending>`, written through `incoming/`. */
export interface BlobStore {
  receive(): Promise<Receiver>;
  path(image: StoredBytes): string;
  /** @throws Problem `image_missing`, `image_damaged` */
  read(image: StoredBytes): Promise<Uint8Array>;
  sweep(): Promise<void>;
}

/** What originals need. */
export interface BlobStoreOptions {
  /** Absolute; made when first needed. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** More than any picture that Adobe makes. */
const MOST_BYTES = 128 * 1024 * 1024;
/** Other processes may be writing: only what nobody has touched for so long is a leftover. */
const LEFTOVER_MS = 3_600_000;
const PLACE = 'the pictures folder';

/** Originals below `folder`. Nothing is touched before the first picture comes. */
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
        throw isMissing(error) ? imageMissing(error) : fileProblem(error, PLACE);
      });
      if (createHash('sha256').update(bytes).digest('hex') !== image.sha256) throw imageDamaged();
      return bytes;
    },
    sweep: async () => {
      const names = await readdir(incoming).catch(() => []);
      for (const name of names.filter((name) => name.endsWith('.part'))) {
        const file = join(incoming, name);
        const age = await stat(file)
          .then(({ mtimeMs }) => clock.now() - mtimeMs)
          .catch(() => 0);
        if (age > LEFTOVER_MS) await rm(file, { force: true });
      }
    },
  };
}

/** One picture on its way into the store. The temporary file is gone once `finish` or `discard` has ended. */
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
  /** A failed step leaves nothing behind. */
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
        if (length > MOST_BYTES) throw pictureTooLarge(`The picture is larger than ${MOST_BYTES / 1024 ** 2} MB.`);
        hash.update(chunk);
        await handle.appendFile(chunk);
      }),
    finish: () =>
      orDiscard(async () => {
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
 * The same content may be there already; then that file stays, unless it is not whole. It is touched, so that nobody
 * takes it for an orphan before its new record is written; where it has just been taken, ours goes in its place.
 */
async function moveIntoPlace(temporary: string, target: string, place: { length: number; now: number }): Promise<void> {
  const folder = join(target, '..');
  const existing = await stat(target).catch(() => undefined);
  const isWhole = existing?.isFile() && existing.size === place.length;
  if (isWhole && (await touch(target, place.now))) return rm(temporary, { force: true });
  await makeFolder(folder);
  await rename(temporary, target);
  await syncFolder(folder);
  await syncFolder(join(folder, '..'));
}

async function touch(path: string, now: number): Promise<boolean> {
  return utimes(path, now / 1000, now / 1000).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
