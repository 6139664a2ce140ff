import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Freed } from './discard.ts';

/** What the files of the pictures take, orphans included. */
export async function diskUse(folder: string): Promise<Freed> {
  const originals = join(folder, 'originals');
  let files = 0;
  let bytes = 0;
  for (const part of await readdir(originals).catch(() => [])) {
    const names = await readdir(join(originals, part)).catch(() => []);
    const sizes = await Promise.all(names.map((name) => sizeOf(join(originals, part, name))));
    files += names.length;
    bytes += sizes.reduce((total, size) => total + size, 0);
  }
  return { files, bytes };
}

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
