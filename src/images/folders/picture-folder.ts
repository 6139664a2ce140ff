import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { findFile } from '../import/find-file.ts';
import { isWithin, noRoots, notFound, outside, realRoots, type Roots } from '../import/local-file.ts';
import { pathSpellings } from '../import/path-spellings.ts';
import { type FilePattern, fits, readPattern } from './file-pattern.ts';
import { inHeldFolder } from './hold-folder.ts';
import { type LeftOut, leftOutSentences } from './left-out.ts';

/** One picture of a folder. */
export interface FolderPicture {
  /** Path below the folder, with slashes between levels. */
  readonly name: string;
  readonly path: string;
}

/** The pictures of a folder, or those that a pattern names. */
export interface PictureFolder {
  /** Name of the folder, for people. */
  readonly name: string;
  /** In the order of their names. */
  readonly pictures: readonly FolderPicture[];
  /** Sentences about what was looked at and is none of them. */
  readonly leftOut: readonly string[];
}

const ENDINGS: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);
/** Entries that are looked at, over all levels of a pattern. */
const MOST_ENTRIES = 50_000;
const MOST_LEVELS = 12;

/**
 * The pictures in a folder below the roots, or those that a pattern such as `people/*.jpg` names. Only names are read, and of
 * other files their beginning; what opens a picture checks it again (`readLocalFile`). No link is followed below the folder,
 * and a folder below it that cannot be read is left out, by name.
 * @param text a path as people and hosts write it (`pathSpellings`), of a folder or one picture, or a pattern
 * @param most pictures that are taken
 * @throws Problem `outside_roots`, `file_not_found`, `invalid_argument` without pictures and for too many
 */
export async function readPictureFolder(text: string, roots: Roots, most: number): Promise<PictureFolder> {
  if (roots.folders.length === 0) throw noRoots();
  if (text.includes('\0')) throw notFound(roots, text);
  const { folder, alternatives } = await findPlace(text, roots);
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) throw notFound(roots, text);
  if (!(await realRoots(roots)).some((root) => isSameOrWithin(real, root))) throw outside(roots);
  const walk = new Walk({ roots, text });
  for (const levels of alternatives) await walk.into(real, '', levels);
  const pictures = [...walk.pictures.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const shown = quoteUntrusted(text, 100);
  if (pictures.length > most) {
    throw new Problem('invalid_argument', `${shown} has ${pictures.length} pictures, more than ${most}.`, {
      next: 'Name fewer by a pattern, such as people/a*.jpg.',
    });
  }
  const leftOut = await leftOutSentences([...walk.leftOut.values()]);
  if (pictures.length === 0) {
    throw new Problem('invalid_argument', [`${shown} has no JPEG, PNG or WebP pictures.`, ...leftOut].join(' '), {
      next: 'Give a folder with pictures, or a pattern such as people/*.jpg.',
    });
  }
  return { name: basename(real), pictures, leftOut };
}

/** The folder that a text names, and what is taken of it. */
async function findPlace(text: string, roots: Roots): Promise<FilePattern> {
  const folderOf = (path: string) => roots.folders.find((root) => isSameOrWithin(path, root));
  const paths = pathSpellings(text, roots).map((spelling) => resolve(roots.base, spelling));
  const below = paths.filter((path) => folderOf(path) !== undefined);
  if (below.length === 0) throw outside(roots);
  for (const path of below) {
    const place = await placeAt(path);
    if (place !== undefined) return place;
  }
  const separator = roots.windows ? /[\\/]/ : /\//;
  for (const path of below) {
    const pattern = readPattern(path, separator);
    if (pattern === undefined || folderOf(pattern.folder) === undefined) continue;
    const folder = (await isFolder(pattern.folder)) ? pattern.folder : await findFile([pattern.folder], folderOf);
    if (folder !== undefined) return { ...pattern, folder };
  }
  const alike = await findFile(below, folderOf);
  const place = alike === undefined ? undefined : await placeAt(alike);
  if (place === undefined) throw notFound(roots, text);
  return place;
}

/** A folder with all that is in it, or the folder of a file with that file. */
async function placeAt(path: string): Promise<FilePattern | undefined> {
  if (await isFolder(path)) return { folder: path, alternatives: [['*']] };
  const isFile = await stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
  // The name of a file that is there is no pattern, whatever characters it has.
  return isFile ? { folder: dirname(path), alternatives: [[basename(path).replace(/[*{}]/g, '?')]] } : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

function isSameOrWithin(path: string, folder: string): boolean {
  return path === folder || isWithin(path, folder);
}

/** Looks through folders, and keeps what it finds by name: two ways of a pattern may lead to one file. */
class Walk {
  readonly pictures = new Map<string, FolderPicture>();
  readonly leftOut = new Map<string, LeftOut>();
  #entries = 0;
  /** Whether folders below are looked through too, so that none of them is left out. */
  #isDeep = false;
  readonly #asked: { readonly roots: Roots; readonly text: string };

  constructor(asked: { readonly roots: Roots; readonly text: string }) {
    this.#asked = asked;
  }

  /** Takes what fits the levels of a pattern below a folder. `prefix` is the way to it, with a slash at its end. */
  async into(folder: string, prefix: string, levels: readonly string[]): Promise<void> {
    const [level = '*', ...rest] = levels;
    const isAnyDepth = level === '**';
    this.#isDeep ||= isAnyDepth;
    if (isAnyDepth) await this.into(folder, prefix, rest);
    const subfolders: string[] = [];
    await inHeldFolder(folder, this.#asked, async (address) => {
      for await (const entry of await opendir(address)) {
        if ((this.#entries += 1) > MOST_ENTRIES) throw tooManyEntries();
        const { name } = entry;
        const isHidden = name.startsWith('.');
        if (isAnyDepth || rest.length > 0) {
          const isWanted = isAnyDepth ? !isHidden : fits(name, level) && (!isHidden || level.startsWith('.'));
          if (entry.isDirectory() && isWanted) subfolders.push(name);
          continue;
        }
        if (fits(name, level)) this.#take(entry, { name: prefix + name, path: join(folder, name) });
      }
    });
    if (prefix.split('/').length > MOST_LEVELS) return;
    const next = isAnyDepth ? levels : rest;
    for (const name of subfolders) {
      const [path, place] = [join(folder, name), `${prefix}${name}`];
      await this.into(path, `${place}/`, next).catch((error: unknown) => {
        if (!(error instanceof Problem) || error.code !== 'file_unreadable') throw error;
        // One folder that is closed to this user hides no picture of the others, and is named.
        this.leftOut.set(place, { name: place, path, reason: 'locked' });
      });
    }
  }

  #take(
    entry: { readonly name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean },
    found: FolderPicture,
  ): void {
    const isHidden = entry.name.startsWith('.');
    if (entry.isDirectory() && !isHidden && this.#isDeep) return;
    if (entry.isFile() && !isHidden && ENDINGS.has(extname(entry.name).toLowerCase())) {
      this.pictures.set(found.name, found);
      return;
    }
    const reason = isHidden ? 'hidden' : entry.isDirectory() ? 'subfolder' : entry.isSymbolicLink() ? 'link' : 'other';
    this.leftOut.set(found.name, { ...found, reason });
  }
}

function tooManyEntries(): Problem {
  return new Problem('invalid_argument', `There are more than ${MOST_ENTRIES} files and folders to look through.`, {
    next: 'Name a folder nearer to the pictures.',
  });
}
