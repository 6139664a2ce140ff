import { createHash } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { errorCode } from '../../shared/errors.ts';
import type { Random } from '../../shared/random.ts';
import { fileProblem } from '../problems.ts';
import type { HeldFolder } from './held-folder.ts';
import type { FileName } from './name-template.ts';
import { nameTaken, numberedNames } from './numbered-name.ts';
import { begin, dropPartial, settle, writePartial } from './partial-files.ts';
import { withPlainFile } from './plain-file.ts';

const PLACE = 'the output folder';
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
        if (await takeName(partial, file, folder)) return folder.pathOf(file);
        // Another process has taken the name meanwhile, perhaps for the same content.
        present = await contentOf(address, content);
      }
      if (present === 'equal') return folder.pathOf(file);
    }
  } catch (error) {
    throw fileProblem(error, PLACE);
  } finally {
    if (partial !== undefined) await dropPartial(partial);
  }
  throw nameTaken();
}

/**
 * Writes the pieces of a content under a free name, whole or not at all: "-2", "-3" … is added where it is taken, also when
 * two processes write at once. Nothing is ever overwritten.
 * @returns the absolute path
 * @throws Problem `disk_full`, `folder_unwritable`, `name_taken`, `outside_output_folder`, and what the pieces throw
 */
export async function writeNew(
  folder: HeldFolder,
  name: FileName,
  pieces: AsyncIterable<Uint8Array>,
  random: Random,
): Promise<string> {
  let partial: string | undefined;
  try {
    partial = await writePartial(folder, pieces, random);
    for (const file of numberedNames(name)) {
      if (await takeName(partial, file, folder)) return folder.pathOf(file);
    }
  } catch (error) {
    throw fileProblem(error, `${PLACE} ${folder.path}`, [folder.path]);
  } finally {
    if (partial !== undefined) await dropPartial(partial);
  }
  throw nameTaken();
}

/**
 * Replaces a file that belongs to this program at once: readers see the old one or the new one, whole.
 * @throws Problem `disk_full`, `folder_unwritable`
 */
export async function replaceFile(folder: HeldFolder, name: string, text: string, random: Random): Promise<void> {
  let partial: string | undefined;
  try {
    partial = await writePartial(folder, Buffer.from(text), random);
    await rename(partial, folder.at(name));
  } catch (error) {
    throw fileProblem(error, PLACE);
  } finally {
    if (partial !== undefined) await dropPartial(partial);
  }
}

/** Gives the partial file its name in the folder, durably; false where the name is taken. */
async function takeName(partial: string, file: string, folder: HeldFolder): Promise<boolean> {
  const address = folder.at(file);
  if (!(await linkOrMove(partial, address))) return false;
  await folder.confirm().catch(async (error: unknown) => {
    await rm(address, { force: true });
    throw error;
  });
  // The row that names the file is committed next, and must not outlive the file in a power loss.
  await folder.sync();
  return true;
}

async function linkOrMove(partial: string, address: string): Promise<boolean> {
  try {
    await link(partial, address);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(errorCode(error))) throw error;
    return moveWithoutLinks(partial, address);
  }
}

/**
 * As a link, where a file system has none: an empty file takes the name, since a move alone would overwrite another's file,
 * and the content replaces it at once. A copy would be seen half, and a kill would leave it so.
 */
async function moveWithoutLinks(partial: string, address: string): Promise<boolean> {
  const placeholder = await open(address, 'wx').catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  if (placeholder === undefined) return false;
  begin(address);
  try {
    await placeholder.close();
    await rename(partial, address);
    settle(address);
    return true;
  } catch (error) {
    await dropPartial(address);
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
