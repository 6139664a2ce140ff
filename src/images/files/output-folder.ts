import { resolve } from 'node:path';
import { Problem } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/files/folders.ts';
import type { Random } from '../../shared/random.ts';
import { fileProblem } from '../problems.ts';
import { HeldFolder } from './held-folder.ts';
import { namesBelow, requireSubfolder } from './subfolder-names.ts';
import { requireWritable } from './writable-place.ts';

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
  /** Finds out whether files could be made there, and makes nothing. @throws Problem as `requireWritable` */
  readonly check: (random: Random) => Promise<void>;
  /** Makes it. @returns its real path @throws Problem as `openSubfolder` */
  make(): Promise<string>;
}

/** A folder below `root`. @throws Problem `invalid_argument` */
export function plannedFolder(root: string, below: string | undefined): PlannedFolder {
  requireSubfolder(root, below);
  return {
    path: resolve(root, below ?? ''),
    check: (random) => requireWritable(root, below, random),
    make: () => openSubfolder(root, below),
  };
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

function moved(): Problem {
  return new Problem('outside_output_folder', 'A link has taken the place of the folder of this batch.', {
    next: 'Put the folder back where it was.',
  });
}
