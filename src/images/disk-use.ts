import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../store/database.ts';
import type { CollectionOptions } from './collection.ts';
import { contentOf, NOTHING, sum, type Freed } from './discard.ts';

/** What files of pictures take, by what they are for. */
export interface DiskUse {
  /** Originals: pictures, masks and imports that have a record. */
  readonly originals: Freed;
  /** Copies without a record that were sent, or are to be sent, to Adobe. */
  readonly copies: Freed;
  /** Files that nothing names (any more), and what a crash left half-written. */
  readonly others: Freed;
}

interface Parts extends Pick<CollectionOptions, 'folder' | 'inUse'> {
  readonly db: Database;
}

/** What lies in the folder of the pictures. */
export async function diskUse({ db, folder, inUse }: Parts): Promise<DiskUse> {
  const use = { originals: NOTHING, copies: NOTHING, others: NOTHING };
  const originals = join(folder, 'originals');
  for (const part of await readdir(originals).catch(() => [])) {
    const names = await readdir(join(originals, part)).catch(() => []);
    if (names.length === 0) continue;
    const contents = names.map(contentOf);
    const rows = await db.all('SELECT DISTINCT sha256 FROM images WHERE sha256 >= ? AND sha256 < ?', [
      part,
      `${part}g`,
    ]);
    const recorded = new Set(rows.map((row) => String(row['sha256'])));
    const used = await inUse(contents, db, await db.now());
    for (const [place, content] of contents.entries()) {
      const kind = recorded.has(content) ? 'originals' : used.has(content) ? 'copies' : 'others';
      use[kind] = sum(use[kind], { files: 1, bytes: await sizeOf(join(originals, part, names[place] ?? '')) });
    }
  }
  for (const leftover of ['incoming', 'discarded']) {
    for (const name of await readdir(join(folder, leftover)).catch(() => [])) {
      use.others = sum(use.others, { files: 1, bytes: await sizeOf(join(folder, leftover, name)) });
    }
  }
  return use;
}

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
