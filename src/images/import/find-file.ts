import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';

/** Names that a refusal lists. */
const MOST_NAMES = 4;

/**
 * The first of these paths that exists: under exactly that name, else under the one name that people write or see equally.
 * Undefined where none exists.
 * @param paths absolute
 * @param folderOf the root that a path is below; undefined for a path that must not be looked at
 * @throws Problem `file_not_found` where several names are written equally
 */
export async function findFile(
  paths: readonly string[],
  folderOf: (path: string) => string | undefined,
): Promise<string | undefined> {
  const below = paths.flatMap((path) => {
    const folder = folderOf(path);
    return folder === undefined ? [] : [{ path, folder }];
  });
  for (const { path } of below) if (await exists(path)) return path;
  for (const { path, folder } of below) {
    const found = await likeNamed(path, folder, folderOf);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Walks down from the folder; a name that does not exist is replaced by the one that reads like it. */
async function likeNamed(
  path: string,
  folder: string,
  folderOf: (path: string) => string | undefined,
): Promise<string | undefined> {
  let current = folder;
  for (const name of relative(folder, path).split(sep)) {
    const exact = join(current, name);
    if (await exists(exact)) {
      current = exact;
      continue;
    }
    // A link may lead out of the roots, and what is there is not listed.
    const real = await realpath(current).catch(() => undefined);
    if (real === undefined || folderOf(join(real, name)) === undefined) return undefined;
    const names = await readdir(real).catch(() => []);
    const read = names.filter((other) => asRead(other) === asRead(name));
    // Names in other capitals come last: where systems tell them apart, a name that is read equally is nearer.
    const alike = read.length > 0 ? read : names.filter((other) => inSmall(other) === inSmall(name));
    if (alike.length > 1) throw several(alike);
    const [only] = alike;
    if (only === undefined) return undefined;
    current = join(current, only);
  }
  return current;
}

/**
 * A name as it is read: in one Unicode form (macOS stores another one than people type), with plain blanks (macOS puts a
 * narrow one into the names of screenshots) and plain apostrophes.
 */
function asRead(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/[‘’ʼ]/g, "'");
}

function inSmall(name: string): string {
  return asRead(name).toLowerCase();
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function several(names: readonly string[]): Problem {
  const shown = names.slice(0, MOST_NAMES).map((name) => `${quoteUntrusted(name, 80)} (${codesOf(name)})`);
  return new Problem(
    'file_not_found',
    `No file has exactly this name, and ${names.length} have one that looks like it.`,
    {
      next: `Rename one of them: ${shown.join(', ')}.`,
    },
  );
}

/** What tells names apart that look alike: the code points beyond ASCII. */
function codesOf(name: string): string {
  const codes = Array.from(name).filter((letter) => letter > '\u007f');
  const shown = codes
    .slice(0, 3)
    .map((letter) => `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  return shown.length === 0 ? 'plain' : shown.join(' ');
}
