import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NOTHING, sum, type Freed } from './trash.ts';
import { contentOf, type GarbageCollectorOptions } from './unreferenced.ts';

/** Files of the pictures folder, by purpose. */
export interface DiskUse {
  /** Contents with a record: generated pictures, masks and imports. */
  readonly originals: Freed;
  /** Upload copies that a job or an upload id references. */
  readonly copies: Freed;
  /** Files without a reference, and those that a crash left half-written. */
  readonly others: Freed;
}

/** Counts the files of the pictures folder. */
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

/** Length of a file in bytes; 0 without a file. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
