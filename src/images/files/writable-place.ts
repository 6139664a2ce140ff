import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../shared/errors.ts';
import type { Random } from '../../shared/random.ts';
import { fileProblem } from '../problems.ts';
import { HeldFolder } from './held-folder.ts';
import { fixedName } from './name-template.ts';
import { nameTaken, numberedNames } from './numbered-name.ts';
import { tryPartial } from './partial-files.ts';
import { placeOf, USUAL_FOLDER } from './save-place.ts';
import { namesBelow } from './subfolder-names.ts';

/**
 * Refuses a name as `save_image` takes it where no file could be made. What fails all the same, once the pictures are paid
 * for, fails no job: they are kept.
 * @throws Problem as `requireWritable`
 */
export function requireSavePlace(name: string, root: string, random: Random): Promise<void> {
  const { template, folder } = placeOf(name, undefined);
  return requireWritable(root, folder ?? USUAL_FOLDER, random, template);
}

/**
 * Finds out, before anything is paid, whether files could be made in `subfolder` below `root`, and leaves nothing there:
 * folders that are missing are not made. Only an attempt tells, since rights are more than the bits of a mode: an empty
 * file is made in the last of the folders that exist, and deleted.
 * @param template a file name as `fileNameFor` takes it; a name without tokens has to have a free number
 * @throws Problem `invalid_argument`, `outside_output_folder`, `folder_unwritable`, `folder_unusable`, `name_taken`,
 *   `disk_full`, `disk_failed`
 */
export async function requireWritable(
  root: string,
  subfolder: string | undefined,
  random: Random,
  template = '',
): Promise<void> {
  const names = namesBelow(root, subfolder);
  const held: HeldFolder[] = [];
  let at = root;
  try {
    at = await nearest(root);
    const isThere = at === root;
    let folder = await HeldFolder.root(at);
    held.push(folder);
    for (const name of isThere ? names : []) {
      at = folder.pathOf(name);
      const next = await folder.existing(name);
      if (next === undefined) break;
      held.push((folder = next));
    }
    at = folder.path;
    await tryPartial(folder, random);
    if (isThere && held.length === names.length + 1) await requireFreeName(folder, template);
  } catch (error) {
    throw fileProblem(error, `the folder ${at}`, [at]);
  } finally {
    for (const folder of held) await folder.close();
  }
}

/** The path itself, or the last part of it that exists, whatever that is. */
async function nearest(path: string): Promise<string> {
  try {
    await lstat(path);
    return path;
  } catch (error) {
    const parent = dirname(path);
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '') || parent === path) throw error;
    return nearest(parent);
  }
}

async function requireFreeName(folder: HeldFolder, template: string): Promise<void> {
  const name = fixedName(template);
  if (name === undefined) return;
  for (const file of numberedNames(name)) {
    const isFree = await lstat(folder.at(file)).then(
      () => false,
      () => true,
    );
    if (isFree) return;
  }
  throw nameTaken();
}
