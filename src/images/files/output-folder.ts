import { mkdir, open, realpath, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { makeFolder, syncFolder } from '../../shared/folders.ts';
import type { FileName } from './name-template.ts';
import { safeName } from './names.ts';
import { fileProblem } from '../problems.ts';

const PLACE = 'the output folder';
const MOST_DEPTH = 8;
const MOST_NAMES = 1000;

/**
 * Makes `subfolder` below `root` and gives its real path. Nothing outside the root can be reached: no absolute path, no
 * "..", no link that leads out.
 * @throws Problem `invalid_argument`, `outside_output_folder`, `folder_unwritable`, `disk_full`
 */
export async function openSubfolder(root: string, subfolder: string | undefined): Promise<string> {
  const names = folderNames(subfolder ?? '');
  try {
    await makeFolder(root, 0o777);
    const realRoot = await realpath(root);
    let folder = realRoot;
    for (const name of names) {
      // Step by step: a link on the way would otherwise be followed before anybody has looked at it.
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
 * Writes bytes under a name that nobody has: "-2", "-3" … is added where it is taken, also when two processes write at
 * once. A file that could not be written whole is removed again.
 * @returns the absolute path
 * @throws Problem `disk_full`, `folder_unwritable`
 */
export async function writeNew(folder: string, { stem, ending }: FileName, bytes: Uint8Array): Promise<string> {
  for (let number = 1; number <= MOST_NAMES; number++) {
    const path = resolve(folder, `${stem}${number === 1 ? '' : `-${number}`}${ending}`);
    try {
      // `wx` creates or fails, and never follows a link that lies there.
      const handle = await open(path, 'wx');
      await fill(path, handle, bytes);
      return path;
    } catch (error) {
      if (!isExisting(error)) throw fileProblem(error, PLACE);
    }
  }
  throw new Problem('name_taken', `There are already ${MOST_NAMES} files of this name.`, {
    actor: 'caller',
    next: 'Choose another name, for example with {id} in it.',
  });
}

async function fill(path: string, handle: Awaited<ReturnType<typeof open>>, bytes: Uint8Array): Promise<void> {
  try {
    await handle.writeFile(bytes);
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
  throw new Problem('invalid_argument', 'folder is no relative path inside the output folder.', {
    actor: 'caller',
    next: `Use something like "summer/banners", at most ${MOST_DEPTH} levels, without ".." and drive letters.`,
  });
}

function outside(): Problem {
  return new Problem('outside_output_folder', 'That folder leads out of the output folder through a link.', {
    actor: 'caller',
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
