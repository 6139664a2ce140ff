import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { nearestNames } from '../../shared/text/nearest-names.ts';

/** Names that a refusal lists. */
const MOST_NAMES = 4;
/** Entries that are looked at below all folders, and how deep. */
const MOST_ENTRIES = 2_000;
const DEEPEST = 4;
/** Shortest name, without its ending, that may be a part of another one. */
const SHORTEST_PART = 3;

/** Endings of pictures, those included that are named and not read. */
const PICTURES = /\.(?:jpe?g|png|webp|heic|heif|gif|tiff?|bmp|avif)$/i;
/** Folders of programs, which hold no pictures of people. */
const PROGRAMS: ReadonlySet<string> = new Set(['node_modules', 'dist', 'target', '__pycache__']);

/**
 * Pictures below the folders whose names are like the last name of `path`: equal but for the ending, holding it, or nearly
 * so. Relative to their folder, the likest first. Hidden folders and links are passed over. Never throws.
 * @param folders absolute, without links
 */
export async function nearFiles(path: string, folders: readonly string[]): Promise<readonly string[]> {
  const wanted = folded(parse(path).name);
  if (wanted === '') return [];
  const pictures = await picturesBelow(folders);
  const named = pictures.map((picture) => ({ picture, name: folded(parse(picture).name) }));
  const equal = named.filter(({ name }) => name === wanted);
  const holding = named.filter(
    ({ name }) =>
      (wanted.length >= SHORTEST_PART && name.includes(wanted)) ||
      (name.length >= SHORTEST_PART && wanted.includes(name)),
  );
  const near = nearestNames(wanted, [...new Set(named.map(({ name }) => name))], MOST_NAMES, 0.35);
  const alike = named.filter(({ name }) => near.includes(name));
  const all = new Set([...equal, ...holding, ...alike].map(({ picture }) => picture));
  return [...all].slice(0, MOST_NAMES);
}

/** In breadth, so that what is near is found before what is deep. */
async function picturesBelow(folders: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  let left = MOST_ENTRIES;
  let level = folders.map((root) => ({ root, below: '' }));
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const deeper: typeof level = [];
    for (const { root, below } of level) {
      const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
      for (const entry of entries.slice(0, left)) {
        if (entry.name.startsWith('.')) continue;
        const path = join(below, entry.name);
        if (entry.isDirectory() && !PROGRAMS.has(entry.name)) deeper.push({ root, below: path });
        else if (entry.isFile() && PICTURES.test(entry.name)) found.push(path);
      }
      left -= Math.min(left, entries.length);
    }
    level = deeper;
  }
  return found;
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
