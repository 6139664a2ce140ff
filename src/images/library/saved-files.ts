import { lstat } from 'node:fs/promises';
import { z } from 'zod';
import { groupsOf } from '../../shared/groups.ts';
import type { Database, Queryable } from '../../store/database.ts';
import { placeholders, VALUES_AT_ONCE } from '../../store/placeholders.ts';
import { readRows } from '../../store/rows.ts';

/** The files that pictures were written to for their owner. */
export interface SavedFiles {
  /** Records that a picture was written to this file (absolute path) of this machine. */
  noteSaved(image: string, path: string): Promise<void>;
  /** Files of this machine that these pictures were written to and that are still there, by picture, oldest first. */
  savedFiles(images: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** A file of a picture, on a machine. */
interface SavedFile {
  readonly image: string;
  /** Name of the machine. */
  readonly host: string;
  /** Absolute. */
  readonly path: string;
}

const Saved = z.object({ image: z.string(), path: z.string() });

/** Records that a picture was written to a file; a repetition changes nothing. */
export async function noteSavedFile(db: Database, { image, host, path }: SavedFile): Promise<void> {
  await db.run('INSERT INTO saved_files (image, host, path, saved_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
    image,
    host,
    path,
    await db.now(),
  ]);
}

/**
 * Files of these pictures on a machine, by picture, oldest first. A file that its owner has deleted or moved since is left
 * out: a list that names it would send people to a place where nothing is.
 */
export async function savedFilesOf(
  from: Queryable,
  images: readonly string[],
  host: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const some of groupsOf(images, VALUES_AT_ONCE)) {
    const sql = `SELECT image, path FROM saved_files WHERE host = ? AND image IN ${placeholders(some)} ORDER BY saved_at, path`;
    const rows = await readRows(from, Saved, sql, [host, ...some]);
    const isThere = await Promise.all(rows.map(({ path }) => exists(path)));
    for (const { image, path } of rows.filter((_, index) => isThere[index])) {
      const others = found.get(image);
      if (others === undefined) found.set(image, [path]);
      else others.push(path);
    }
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
