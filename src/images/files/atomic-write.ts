import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { errorCode } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Random } from '../../shared/random.ts';
import { fileProblem } from '../problems.ts';
import { deleteLeftovers } from './leftovers.ts';
import type { HeldFolder } from './held-folder.ts';
import type { FileName } from './name-template.ts';
import { withPlainFile } from './plain-file.ts';
import { nameTaken, numberedNames } from './numbered-name.ts';

const PLACE = 'the output folder';
/** Files that are being written have names of their own, so that a name is either absent or whole. */
const PARTIAL = /^\.firefly-[0-9a-f]{16}\.part$/;
/** Error codes of file systems without hard links. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** What a file is to hold. */
export interface FileContent {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** The pieces of the content, from its beginning each time. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** Dependencies of `placeFile`. */
export interface Placing {
  readonly random: Random;
  /** Whether an absolute path belongs to something else, whatever its file holds. */
  readonly isTaken: (path: string) => boolean;
}

/**
 * Writes a content under a name, whole or not at all: "-2", "-3" … is added where a file of other content has the name. A file
 * of equal content is taken for the one that an earlier, interrupted run wrote. Nothing is ever overwritten.
 * @returns the absolute path
 * @throws Problem `disk_full`, `folder_unwritable`, `name_taken`, and what the pieces throw
 */
export async function placeFile(
  folder: HeldFolder,
  name: FileName,
  content: FileContent,
  { random, isTaken }: Placing,
): Promise<string> {
  let partial: string | undefined;
  try {
    for (const file of numberedNames(name)) {
      if (isTaken(folder.pathOf(file))) continue;
      const address = folder.at(file);
      let present = await contentOf(address, content);
      while (present === 'none') {
        partial ??= await writePartial(folder, content.open(), random);
        if (await takeName(partial, address)) {
          await folder.confirm().catch(async (error: unknown) => {
            await rm(address, { force: true });
            throw error;
          });
          // The row that names the file is committed next, and must not outlive the file in a power loss.
          await folder.sync();
          return folder.pathOf(file);
        }
        // Another process has taken the name meanwhile, perhaps for the same content.
        present = await contentOf(address, content);
      }
      if (present === 'equal') return folder.pathOf(file);
    }
  } catch (error) {
    throw fileProblem(error, PLACE);
  } finally {
    if (partial !== undefined) await rm(partial, { force: true });
  }
  throw nameTaken();
}

/**
 * Replaces a file that belongs to this program at once: readers see the old one or the new one, whole.
 * @throws Problem `disk_full`, `folder_unwritable`
 */
export async function replaceFile(folder: HeldFolder, name: string, text: string, random: Random): Promise<void> {
  try {
    await rename(await writePartial(folder, Buffer.from(text), random), folder.at(name));
  } catch (error) {
    throw fileProblem(error, PLACE);
  }
}

/** Deletes what a crash left half-written in this folder. */
export function sweepPartials(folder: HeldFolder, clock: Clock): Promise<void> {
  return deleteLeftovers(folder.at('.'), PARTIAL, clock);
}

/** A name that only this process has, for a file that is not to be seen yet. */
export function partialName(random: Random): string {
  return `.firefly-${Buffer.from(random.bytes(8)).toString('hex')}.part`;
}

async function writePartial(
  folder: HeldFolder,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  random: Random,
): Promise<string> {
  const path = folder.at(partialName(random));
  const handle = await open(path, 'wx');
  try {
    await folder.confirm();
    await handle.writeFile(content);
    await handle.sync();
    await handle.close();
    return path;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** Gives the partial file its name; false where the name is taken. */
async function takeName(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path).catch(async (error: unknown) => {
      if (!NO_LINKS.has(errorCode(error))) throw error;
      await copyFile(partial, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * What has a name: nothing, a file of equal content, or something else: other content, a link, a pipe, a device. Only a
 * regular file of the right size is read.
 */
async function contentOf(path: string, { sha256, bytes }: FileContent): Promise<'none' | 'equal' | 'other'> {
  try {
    const hash = await withPlainFile(path, async (file, size) => {
      if (size !== bytes) return undefined;
      const digest = createHash('sha256');
      // The end is fixed, since a file may grow while it is read.
      const pieces = file.createReadStream({ start: 0, end: bytes, highWaterMark: 256 * 1024, autoClose: false });
      for await (const piece of pieces) digest.update(piece as Uint8Array);
      return digest.digest('hex');
    });
    return hash === sha256 ? 'equal' : 'other';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'none' : 'other';
  }
}
