import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readPattern } from '../../images/folders/file-pattern.ts';
import type { ImageImport } from '../../images/import/image-import.ts';
import { pathSpellings } from '../../images/import/path-spellings.ts';
import type { Caller } from '../../shared/caller.ts';
import { errorCode } from '../../shared/errors.ts';
import type { SourceFiles } from '../../tools/batches/batch-source.ts';
import { MOST_ITEMS } from '../../tools/batches/item-input.ts';
import { UsageError } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readPlainFile } from './plain-file.ts';

/** What a path of the command line depends on. */
type Place = Pick<Terminal, 'home' | 'platform'> & { readonly cwd: string };

/**
 * How the command line reads the source of a batch: the file that was typed from anywhere, since a person typed it; the
 * pictures of a folder as tools do.
 */
export function typedSource(place: Place, imageImport: ImageImport, caller: Caller, typed?: string): SourceFiles {
  return {
    read: async (path) =>
      path === typed
        ? readOrExplain(() => readPlainFile(existingPath(path, place)), path)
        : imageImport.readFile(path, caller),
    folder: (path) => imageImport.folder(path, caller, { most: MOST_ITEMS }),
  };
}

/** The folder that `--folder` names: that of a pattern is what comes before its wildcards, that of a picture holds it. */
export function typedFolder(text: string, place: Place): string {
  const separator = place.platform === 'win32' ? /[\\/]/ : /\//;
  for (const path of spellings(text, place)) {
    const folder = existsSync(path) ? path : readPattern(path, separator)?.folder;
    if (folder !== undefined && existsSync(folder)) return statSync(folder).isFile() ? dirname(folder) : folder;
  }
  return resolve(place.cwd, text);
}

/** The path that a text of the command line means: shells leave `~` and quotes in `--folder=~/x`. */
function existingPath(text: string, place: Place): string {
  return spellings(text, place).find((path) => existsSync(path)) ?? resolve(place.cwd, text);
}

function spellings(text: string, { cwd, home, platform }: Place): readonly string[] {
  return pathSpellings(text, { home, windows: platform === 'win32' }).map((path) => resolve(cwd, path));
}

function readOrExplain<T>(read: () => T, name: string): T {
  try {
    return read();
  } catch (error) {
    const code = errorCode(error) ?? 'error';
    if (code === 'ENOENT' && name.startsWith('batch_')) {
      throw new UsageError(`${name} is neither the id of a batch nor a file.`);
    }
    if (code === 'ENOENT') throw new UsageError(`${name} does not exist.`);
    if (code === 'EISDIR') throw new UsageError(`${name} is a folder; use --folder ${name} for its pictures.`);
    if (code === 'EFTYPE') throw new UsageError(`${name} is no regular file: pipes and devices are not read.`);
    if (code === 'EFBIG') throw new UsageError(`${name} has more than 64 MiB.`);
    throw new UsageError(`${name} cannot be read (${code}).`);
  }
}
