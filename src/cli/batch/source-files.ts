import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readPattern } from '../../images/folders/file-pattern.ts';
import type { ImageImport } from '../../images/import/image-import.ts';
import { pathSpellings } from '../../images/import/path-spellings.ts';
import { LOCAL_CALLER } from '../../shared/caller.ts';
import { errorCode } from '../../shared/errors.ts';
import { isId } from '../../shared/ids.ts';
import {
  readBatchSource,
  type BatchSource,
  type SourceArguments,
  type SourceFiles,
} from '../../tools/batches/batch-source.ts';
import { MOST_ITEMS } from '../../tools/batches/items/item-input.ts';
import { folderFault } from '../composition/check-folders.ts';
import { UsageError } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { requireCwd, type Terminal } from '../terminal/terminal.ts';
import { parseJson } from '../tool-arguments.ts';
import { readPlainFile } from './plain-file.ts';

/** What a path of the command line depends on. */
type Place = Pick<Terminal, 'home' | 'platform'> & { readonly cwd: string };

/** What a batch is made of; undefined where the command line names an earlier batch. @throws UsageError */
export function sourceArguments({ words, strings, lists }: ParsedFlags): SourceArguments | undefined {
  const [word] = words;
  const { folder, tool, common: json } = strings;
  const prompts = lists['prompt'];
  const sources = { [`"${word}"`]: word, '--folder': folder, '--prompt': prompts };
  const [first, second] = Object.entries(sources).flatMap(([name, source]) => (source === undefined ? [] : [name]));
  if (first === undefined) {
    throw new UsageError('Give a file with one item a line, or --folder, or --prompt, or the id of a batch.');
  }
  if (second !== undefined) throw new UsageError(`${first} and ${second} are two sources; a batch has one.`);
  if (word !== undefined && isId('batch', word)) return undefined;
  const common = json === undefined ? {} : parseJson(json, '--common');
  if (typeof common !== 'object' || common === null || Array.isArray(common)) {
    throw new UsageError('--common must be a JSON object with arguments of the tool.');
  }
  return { file: word, folder, prompts, tool, common: { ...common } };
}

/**
 * The items of a source: the file that was typed is read from anywhere, since a person typed it; the pictures of a folder
 * as tools read them.
 * @throws UsageError for a file that cannot be read; Problem as `readBatchSource`
 */
export function readSource(
  given: SourceArguments,
  imageImport: ImageImport,
  terminal: Pick<Terminal, 'cwd' | 'home' | 'platform'>,
): Promise<BatchSource> {
  const place = { ...terminal, cwd: requireCwd(terminal) };
  const files: SourceFiles = {
    read: async (path) =>
      path === given.file
        ? readOrExplain(() => readPlainFile(existingPath(path, place)), path)
        : imageImport.readFile(path, LOCAL_CALLER),
    folder: (path) => imageImport.folder(path, LOCAL_CALLER, { most: MOST_ITEMS }),
  };
  return readBatchSource(given, files);
}

/**
 * The folder that `--folder` names, which may be read as if FIREFLY_ROOTS named it.
 * @throws UsageError for a folder that cannot be read
 */
export function rootOf(
  { strings: { folder } }: ParsedFlags,
  terminal: Pick<Terminal, 'cwd' | 'home' | 'platform'>,
): readonly string[] {
  if (folder === undefined) return [];
  const path = typedFolder(folder, { ...terminal, cwd: requireCwd(terminal) });
  const fault = folderFault(path);
  if (fault !== undefined) throw new UsageError(`--folder names ${path}, which ${fault}.`);
  return [path];
}

/** The folder that `--folder` names: that of a pattern is what comes before its wildcards, that of a picture holds it. */
function typedFolder(text: string, place: Place): string {
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
