import { isAbsolute, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../shared/errors.ts';
import { unquoted } from '../import/path-spellings.ts';
import { isInside } from './held-folder.ts';
import { safeName } from './names.ts';

const MOST_DEPTH = 8;
/** What shells make a folder of: as the name of one it would be another place than was meant. */
const OF_SHELLS = /^(~|\$\w+|\$\{\w+\}|%\w+%)$/;

/**
 * Checks by its name that a subfolder is inside of `root`. Links are only known once the folder is opened.
 * @throws Problem `invalid_argument`
 */
export function requireSubfolder(root: string, subfolder: string | undefined): void {
  namesBelow(root, subfolder);
}

/**
 * The folders below `root` that a caller's text names, from the outermost; none for the root itself.
 * @throws Problem `invalid_argument` for a path that leaves the root
 */
export function namesBelow(root: string, subfolder: string | undefined): readonly string[] {
  return folderNames(below(root, unquoted(subfolder ?? '')));
}

/** A path from the root, where the path of a folder inside the root was given whole, also as a file URL. */
function below(root: string, text: string): string {
  const folder = /^file:\/\/\//i.test(text) ? pathOf(text) : text;
  return isAbsolute(folder) && isInside(normalize(folder), root) ? relative(root, folder) : folder;
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
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
  if (fits && !OF_SHELLS.test(names[0] ?? '') && safe.every((name) => name !== '')) return safe;
  throw new Problem('invalid_argument', 'The place to save to is not a relative path inside the output folder.', {
    next: `Use something like "summer/banners", at most ${MOST_DEPTH} levels, without "..", "~" and drive letters.`,
  });
}
