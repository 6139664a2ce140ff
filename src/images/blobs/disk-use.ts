import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NOTHING, sum, type Freed } from './trash.ts';
import { contentOf, type GarbageCollectorOptions } from './unreferenced.ts';

/** What files of images take, by what they are for. */
export interface DiskUse {
  /** Originals: images, masks and imports that have a record. */
  readonly originals: Freed;
  /** Copies without a record that were sent, or are to be sent, to Adobe. */
  readonly copies: Freed;
  /** Files that are not referenced (any more), and what a crash left half-written. */
  readonly others: Freed;
}

/** What the folder of the images holds. */
export async function diskUse({ db, folder, references }: Omit<GarbageCollectorOptions, 'clock'>): Promise<DiskUse> {
  const use = { originals: NOTHING, copies: NOTHING, others: NOTHING };
  const add = async (kind: keyof DiskUse, path: string) =>
    void (use[kind] = sum(use[kind], { files: 1, bytes: await sizeOf(path) }));
  const namesIn = (path: string) => readdir(join(folder, path)).catch(() => []);
  const { contents } = await references(db, await db.now());
  for (const part of await namesIn('originals')) {
    const sql = 'SELECT DISTINCT sha256 FROM images WHERE sha256 >= ? AND sha256 < ?';
    const recorded = new Set((await db.all(sql, [part, `${part}g`])).map((row) => String(row['sha256'])));
    for (const name of await namesIn(join('originals', part))) {
      const content = contentOf(name);
      const kind = recorded.has(content) ? 'originals' : contents.has(content) ? 'copies' : 'others';
      await add(kind, join(folder, 'originals', part, name));
    }
  }
  for (const leftover of ['incoming', 'trash']) {
    for (const name of await namesIn(leftover)) await add('others', join(folder, leftover, name));
  }
  return use;
}

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
