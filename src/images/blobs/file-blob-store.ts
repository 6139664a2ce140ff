import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../../shared/time/clock.ts';
import { errorCode } from '../../shared/errors.ts';
import { makeFolder, syncFolder } from '../../shared/files/folders.ts';
import type { Random } from '../../shared/random.ts';
import { deleteLeftovers } from '../files/partial-files.ts';
import { mediumOf, STORED_TYPES } from '../media.ts';
import { fileProblem, imageMissing } from '../problems.ts';
import type { BlobRef, BlobStore, BlobWriter, ByteRange, Deletion, ListedBlob } from './blob-store.ts';
import { discard, restoreAll } from './trash.ts';

/** Dependencies of the blob store in a folder. */
export interface FileBlobStoreOptions {
  /** Absolute path of the pictures folder, which is made when the first content comes. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Tests only; see `TrashOptions`. */
  readonly onTrashed?: (() => Promise<void>) | undefined;
}

/** Contents that are being written, and what a composite has decoded (`throughFile`, `withProfile`). */
const PARTIAL = /\.part$|^firefly-/;
const PLACE = 'the pictures folder';
/** Bytes of one piece of a file that is read. */
const PIECE = 128 * 1024;

/** Where something is before it is a content, by the pictures folder: what a crash leaves there is swept. */
export function incomingIn(folder: string): string {
  return join(resolve(folder), 'incoming');
}

/**
 * Contents as files: `originals/<aa>/<sha256>.<ending>`, written by way of `incoming/`, deleted by way of `trash/`
 * (docs/pictures-and-masks.md#blobs). The time of a file is that of its last use.
 */
export function createFileBlobStore({ folder, clock, random, onTrashed }: FileBlobStoreOptions): BlobStore {
  const root = resolve(folder);
  const [incoming, originals, trashFolder] = [incomingIn(root), join(root, 'originals'), join(root, 'trash')];
  const pathOf = (name: string) => join(originals, name.slice(0, 2), name);
  const trash = { trash: trashFolder, pathOf, onTrashed };

  return {
    begin: () =>
      orProblem(async () => {
        await makeFolder(incoming);
        const temporary = join(incoming, `${Buffer.from(random.bytes(16)).toString('hex')}.part`);
        return fileWriter(temporary, (blob) => pathOf(nameOf(blob)), clock);
      }),
    open: (blob, range) => readFile(pathOf(nameOf(blob)), blob.bytes, range),
    stateOf: async (blob) => {
      const found = await stat(pathOf(nameOf(blob)), { bigint: true }).catch(() => undefined);
      return found && `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    },
    addressFor: (blob) => Promise.resolve(pathOf(nameOf(blob))),
    deleteUnlessUsedSince: (sha256, since) =>
      orProblem(async () => {
        if (!HASH.test(sha256)) return { outcome: 'absent' };
        const names = STORED_TYPES.map((mimeType) => nameOf({ sha256, mimeType }));
        const times = await Promise.all(names.map(async (name) => (await facts(pathOf(name)))?.mtimeMs));
        // The trash is not touched for a content that stays: moving its file would hide it for a moment.
        if (times.some((time) => time !== undefined && time > since)) return { outcome: 'used' };
        let result: Deletion = { outcome: 'absent' };
        for (const name of names.filter((_, index) => times[index] !== undefined)) {
          result = added(result, await discard(name, since, trash));
        }
        return result;
      }),
    list: () => listFolder(originals),
    leftovers: async () => {
      const paths = await Promise.all([incoming, trashFolder].map(pathsIn));
      const found = await Promise.all(paths.flat().map(facts));
      return { files: found.length, bytes: found.reduce((sum, file) => sum + (file?.size ?? 0), 0) };
    },
    repair: () =>
      orProblem(async () => {
        await restoreAll(trash);
        await deleteLeftovers(incoming, PARTIAL, clock);
      }),
  };
}

/** A hash may come from a database that others write to, and becomes a path. */
const HASH = /^[\da-f]{64}$/;

/** @throws Problem `image_missing` for what is no hash */
function nameOf({ sha256, mimeType }: Pick<BlobRef, 'sha256' | 'mimeType'>): string {
  if (!HASH.test(sha256)) throw imageMissing();
  return `${sha256}.${mediumOf(mimeType).ending}`;
}

/** Writes one content. After `commit` or `abort` the temporary file is gone. */
async function fileWriter(temporary: string, pathOf: (blob: BlobRef) => string, clock: Clock): Promise<BlobWriter> {
  const handle = await open(temporary, 'wx', 0o600);
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await handle.close();
  };
  return {
    write: (chunk) => orProblem(() => handle.appendFile(chunk)),
    commit: (blob) =>
      orProblem(async () => {
        await handle.sync();
        await close();
        await moveIntoPlace(temporary, pathOf(blob), { length: blob.bytes, now: clock.now() });
      }),
    abort: async () => {
      await close().catch(() => undefined);
      await rm(temporary, { force: true }).catch(() => undefined);
    },
  };
}

/**
 * Makes the temporary file the durable one of its content. A whole file that exists already stays instead, and is
 * touched: the garbage collector then keeps it until its new record is committed. Where the collector has just moved it
 * to the trash, touching fails and the temporary file takes its place.
 */
async function moveIntoPlace(temporary: string, target: string, file: { length: number; now: number }): Promise<void> {
  const folder = join(target, '..');
  const existing = await facts(target);
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

function touch(path: string, now: number): Promise<boolean> {
  return utimes(path, now / 1000, now / 1000).then(
    () => true,
    () => false,
  );
}

/** @param length the bytes that the file should have */
async function* readFile(
  path: string,
  length: number,
  { from, to = Infinity }: ByteRange = { from: 0 },
): AsyncGenerator<Uint8Array, void> {
  const handle = await open(path).catch((error: unknown) => {
    throw errorCode(error) === 'ENOENT' ? imageMissing(error) : fileProblem(error, PLACE);
  });
  try {
    for (let at = from; at < to;) {
      // One byte beyond the end, so that a longer file is noticed by its hash.
      const size = Math.min(PIECE, to - at, Math.max(1, length + 1 - at));
      const { buffer, bytesRead } = await orProblem(() => handle.read(Buffer.allocUnsafe(size), 0, size, at));
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* listFolder(originals: string): AsyncGenerator<ListedBlob, void> {
  for (const part of await pathsIn(originals)) {
    for (const path of await pathsIn(part)) {
      const [, sha256 = '', ending] = /([0-9a-f]{64})\.(\w+)$/.exec(path) ?? [];
      const mimeType = STORED_TYPES.find((type) => mediumOf(type).ending === ending);
      const found = mimeType && (await facts(path));
      // Other files are none of ours, and a content may be deleted meanwhile.
      if (found && mimeType) yield { sha256, mimeType, bytes: found.size, usedAt: found.mtimeMs };
    }
  }
}

async function pathsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
}

function facts(path: string) {
  return stat(path).catch(() => undefined);
}

function added(one: Deletion, other: Deletion): Deletion {
  if (one.outcome !== 'deleted') return other.outcome === 'absent' ? one : other;
  if (other.outcome !== 'deleted') return one;
  return { outcome: 'deleted', files: one.files + other.files, bytes: one.bytes + other.bytes };
}

/** Runs a step on the file system. @throws Problem in place of its errors */
async function orProblem<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw fileProblem(error, PLACE);
  }
}
