import { mkdir, open, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { makeFolder, syncFolder } from '../../shared/folders.ts';
import type { FileName } from './name-template.ts';
import { safeName } from './names.ts';
import { nameTaken, numberedPaths } from './numbered-name.ts';
import { fileProblem } from '../problems.ts';

const PLACE = 'the output folder';
const MOST_DEPTH = 8;

/**
 * Makes `subfolder` below `root`. Nothing outside the root can be reached: no absolute path, no "..", no link that leads
 * out (docs/pictures-and-masks.md#guards).
 * @returns the real path, without links
 * @throws Problem `invalid_argument`, `outside_output_folder`, `folder_unwritable`, `disk_full`
 */
export async function openSubfolder(root: string, subfolder: string | undefined): Promise<string> {
  const names = folderNames(subfolder ?? '');
  try {
    await makeFolder(root, 0o777);
    const realRoot = await realpath(root);
    let folder = realRoot;
    for (const name of names) {
      // One level at a time: making several at once would follow a link before it is checked.
      await mkdir(join(folder, name)).catch(ignoreExisting);
      await syncFolder(folder);
      folder = await realpath(join(folder, name));
      if (!isInside(folder, realRoot)) throw outside();
    }
    return folder;
  } catch (error) {
    throw fileProblem(error, PLACE);
  }
}

/**
 * Writes the pieces of a content under a free name: "-2", "-3" … is added where it is taken, also when two processes
 * write at once. A file that could not be written whole is deleted again.
 * @returns the absolute path
 * @throws Problem `disk_full`, `folder_unwritable`, `name_taken`, and what the pieces throw
 */
export async function writeNew(folder: string, name: FileName, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  for (const path of numberedPaths(folder, name)) {
    try {
      // `wx` creates or fails, and never follows a link of that name.
      const handle = await open(path, 'wx');
      await fill(path, handle, pieces);
      return path;
    } catch (error) {
      if (!isExisting(error)) throw fileProblem(error, PLACE);
    }
  }
  throw nameTaken();
}

async function fill(
  path: string,
  handle: Awaited<ReturnType<typeof open>>,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    await handle.writeFile(pieces);
    await handle.sync();
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

function folderNames(subfolder: string): readonly string[] {
  if (subfolder.trim() === '') return [];
  const names = subfolder
    .replace(/[\\/]$/, '')
    .split(/[\\/]/)
    .filter((name) => name !== '.');
  const fits = names.length <= MOST_DEPTH && names.every((name) => name !== '' && name !== '..' && !name.includes(':'));
  const safe = names.map((name) => safeName(name));
  if (fits && safe.every((name) => name !== '')) return safe;
  throw new Problem('invalid_argument', 'folder is not a relative path inside the output folder.', {
    next: `Use something like "summer/banners", at most ${MOST_DEPTH} levels, without ".." and drive letters.`,
  });
}

function outside(): Problem {
  return new Problem('outside_output_folder', 'That folder leads out of the output folder through a link.', {
    next: 'Use another folder; pictures are only written inside the configured output folder.',
  });
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function ignoreExisting(error: unknown): void {
  if (!isExisting(error)) throw error;
}

function isExisting(error: unknown): boolean {
  return errorCode(error) === 'EEXIST';
}
