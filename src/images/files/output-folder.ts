import { open, rm } from 'node:fs/promises';
import { isAbsolute, normalize, relative, resolve } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/files/folders.ts';
import { fileProblem } from '../problems.ts';
import { HeldFolder, isInside } from './held-folder.ts';
import type { FileName } from './name-template.ts';
import { safeName } from './names.ts';
import { nameTaken, numberedNames } from './numbered-name.ts';
import { unquoted } from '../import/path-spellings.ts';

/** Where a picture goes within the output folder, unless a folder is named. "." names the output folder itself. */
export const USUAL_FOLDER = 'firefly';

const MOST_DEPTH = 8;

/**
 * Makes `subfolder` below `root`. Nothing outside the root can be reached: no absolute path elsewhere, no "..", no link that leads
 * out (docs/pictures-and-masks.md#guards).
 * @returns the real path, without links
 * @throws Problem `invalid_argument`, `outside_output_folder`, `folder_unwritable`, `disk_full`
 */
export function openSubfolder(root: string, subfolder: string | undefined): Promise<string> {
  return inSubfolder(root, subfolder, async ({ path }) => path);
}

/**
 * Makes `subfolder` below `root` as `openSubfolder` does, and holds it open while `use` writes to it.
 * @throws Problem as `openSubfolder`, and what `use` throws
 */
export async function inSubfolder<T>(
  root: string,
  subfolder: string | undefined,
  use: (folder: HeldFolder) => Promise<T>,
): Promise<T> {
  const names = namesBelow(root, subfolder);
  const held: HeldFolder[] = [];
  try {
    await makeFolder(root, 0o777);
    let folder = await HeldFolder.root(root);
    held.push(folder);
    // One level at a time: making several at once would follow a link before it is checked.
    for (const name of names) held.push((folder = await folder.child(name)));
    return await use(folder);
  } catch (error) {
    throw fileProblem(error, `the output folder ${root}`, [root]);
  } finally {
    for (const folder of held) await folder.close();
  }
}

/** A folder for the pictures of a batch that is yet to be checked: a refused batch leaves none. */
export interface PlannedFolder {
  /** Absolute. */
  readonly path: string;
  /** Makes it. @returns its real path @throws Problem as `openSubfolder` */
  make(): Promise<string>;
}

/** A folder below `root`. @throws Problem `invalid_argument` */
export function plannedFolder(root: string, below: string | undefined): PlannedFolder {
  requireSubfolder(root, below);
  return { path: resolve(root, below ?? ''), make: () => openSubfolder(root, below) };
}

/**
 * As `inSubfolder`, for a folder that was recorded by its real path earlier.
 * @throws Problem `outside_output_folder` where a link has taken its place since
 */
export function inRecordedFolder<T>(path: string, use: (folder: HeldFolder) => Promise<T>): Promise<T> {
  return inSubfolder(path, undefined, async (folder) => {
    if (folder.path !== path) throw moved();
    return use(folder);
  });
}

/**
 * Writes the pieces of a content under a free name: "-2", "-3" … is added where it is taken, also when two processes
 * write at once. A file that could not be written whole is deleted again.
 * @returns the absolute path
 * @throws Problem `disk_full`, `folder_unwritable`, `name_taken`, `outside_output_folder`, and what the pieces throw
 */
export async function writeNew(folder: HeldFolder, name: FileName, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  for (const file of numberedNames(name)) {
    const address = folder.at(file);
    try {
      // `wx` creates or fails, and never follows a link of that name.
      const handle = await open(address, 'wx');
      await fill(address, handle, pieces, folder);
      return folder.pathOf(file);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw fileProblem(error, `the output folder ${folder.path}`, [folder.path]);
    }
  }
  throw nameTaken();
}

async function fill(
  address: string,
  handle: Awaited<ReturnType<typeof open>>,
  pieces: AsyncIterable<Uint8Array>,
  folder: HeldFolder,
): Promise<void> {
  try {
    await folder.confirm();
    await handle.writeFile(pieces);
    await handle.sync();
    await handle.close();
    await folder.confirm();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(address, { force: true });
    throw error;
  }
}

/**
 * Checks by its name that a subfolder is inside of `root`. Links are only known once the folder is opened.
 * @throws Problem `invalid_argument`
 */
export function requireSubfolder(root: string, subfolder: string | undefined): void {
  namesBelow(root, subfolder);
}

function namesBelow(root: string, subfolder: string | undefined): readonly string[] {
  return folderNames(below(root, unquoted(subfolder ?? '')));
}

/** A path from the root, where the path of a folder inside the root was given whole. */
function below(root: string, folder: string): string {
  return isAbsolute(folder) && isInside(normalize(folder), root) ? relative(root, folder) : folder;
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
  throw new Problem('invalid_argument', 'The place to save to is not a relative path inside the output folder.', {
    next: `Use something like "summer/banners", at most ${MOST_DEPTH} levels, without ".." and drive letters.`,
  });
}

function moved(): Problem {
  return new Problem('outside_output_folder', 'A link has taken the place of the folder of this batch.', {
    next: 'Put the folder back where it was.',
  });
}
