import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files and folders that are looked at; a search takes less than a second. */
const MOST_ENTRIES = 20_000;

/**
 * Whether all names of a file (its hard links) are below these folders, so that reading it under one name shows nothing
 * from outside of them. False where the folders hold more than can be searched.
 * @param folders real paths
 */
export async function hasAllNamesBelow(folders: readonly string[], file: Stats): Promise<boolean> {
  const names = new Set<string>();
  const open = [...folders];
  for (let entries = 0; open.length > 0 && names.size < file.nlink;) {
    const folder = open.pop() ?? '';
    // A folder that cannot be read may hold any name.
    const listing = await opendir(folder).catch(() => undefined);
    if (listing === undefined) return false;
    for await (const entry of listing) {
      entries += 1;
      if (entries > MOST_ENTRIES) return false;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() && (await isName(path, file))) names.add(path);
    }
  }
  if (names.size < file.nlink) return false;
  // A file that was renamed during the search may have been counted under two names.
  const still = await Promise.all([...names].map((path) => isName(path, file)));
  return still.every(Boolean);
}

/** Whether a path is a name of this file, which has as many names as before. */
async function isName(path: string, { dev, ino, nlink }: Stats): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.dev === dev && found.ino === ino && found.nlink === nlink;
}
