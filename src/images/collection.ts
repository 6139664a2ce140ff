import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { Database, Transaction } from '../store/database.ts';
import { contentOf, createDiscard, isOriginal, NOTHING, ORPHAN_AGE_MS, sum, type Freed } from './discard.ts';
import { ENDINGS } from './originals.ts';

/** How old the file of a picture must be that somebody deletes by name; see `ORPHAN_AGE_MS`. */
const DELETED_AGE_MS = 60_000;
const ROUND = 200;

/** Records that were deleted, and what their files took. */
export interface Forgotten {
  readonly pictures: number;
  readonly freed: Freed;
}

/** What collecting needs. */
export interface CollectionOptions {
  readonly db: Database;
  /** Folder of the pictures, absolute. */
  readonly folder: string;
  readonly clock: Clock;
  /** Which of these contents somebody still needs who keeps no record of them here. */
  readonly inUse: (contents: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Tests only: called when a file has been put aside, before it is judged for the last time. */
  readonly putAside?: (() => Promise<void>) | undefined;
}

/**
 * Takes away pictures, always the record first and its file afterwards. What lost its last name is noted in the same
 * transaction, and only what is noted is taken by itself: a store that was replaced, or brought back from a backup, must
 * not cost the files that it does not know.
 */
export interface Collection {
  /** Which of these handles exist, whoever they belong to. */
  known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deletes these pictures. A file that another picture shares, or that was saved this minute, stays for now. */
  remove(ids: readonly string[]): Promise<Forgotten>;
  /** Deletes up to a few hundred pictures made before this moment, the oldest first. */
  removeOlder(than: number): Promise<Forgotten>;
  countOlder(than: number): Promise<number>;
  /** Notes contents that may have lost their last name in this transaction. */
  note(tx: Transaction, contents: readonly string[]): Promise<void>;
  /** Takes away the files of noted contents that nothing names, and settles what a crash has left aside. */
  collect(): Promise<Freed>;
  /** Takes away every file that nothing names; with `dryRun` only counts them. For people who know that they want it. */
  sweepOrphans(options: { readonly dryRun: boolean }): Promise<Freed>;
  /** Puts back, or takes away, what a crash has left aside. */
  settleLeftovers(): Promise<Freed>;
}

/** The collection of one installation. */
export function createCollection(options: CollectionOptions): Collection {
  const { db, clock, inUse } = options;

  const needed = async (contents: readonly string[]): Promise<ReadonlySet<string>> => {
    if (contents.length === 0) return new Set();
    const marks = contents.map(() => '?').join(', ');
    const rows = await db.all(`SELECT DISTINCT sha256 FROM images WHERE sha256 IN (${marks})`, contents);
    return new Set([...rows.map((row) => String(row['sha256'])), ...(await inUse(contents))]);
  };

  const files = createDiscard({ folder: options.folder, needed, clock, putAside: options.putAside });

  /** Takes the files of these contents, where nothing names them and they are old enough; else they stay noted. */
  const settle = async (contents: readonly string[], age: number): Promise<Freed> => {
    let freed = NOTHING;
    const youngest = clock.now() - age;
    const stay = await needed(contents);
    for (const content of contents) {
      const names = Object.values(ENDINGS).map((ending) => `${content}.${ending}`);
      const found = await Promise.all(names.map((name) => stat(files.pathOf(name)).catch(() => undefined)));
      // Still noted, so that it is looked at again.
      if (stay.has(content) || found.some((file) => file !== undefined && file.mtimeMs > youngest)) continue;
      const there = names.filter((_, place) => found[place] !== undefined);
      const taken: Freed[] = [];
      for (const name of there) taken.push(await files.take(name, youngest));
      freed = taken.reduce(sum, freed);
      if (taken.some(({ files: count }) => count === 0)) continue;
      await db.run('DELETE FROM discarded WHERE content = ?', [content]);
    }
    return freed;
  };

  const note: Collection['note'] = async (tx, contents) => {
    for (const content of new Set(contents)) {
      await tx.run('INSERT INTO discarded (content, since) VALUES (?, ?) ON CONFLICT DO NOTHING', [content, tx.now]);
    }
  };

  const forget = async (where: string, params: readonly (string | number)[], age: number): Promise<Forgotten> => {
    const doomed = await db.transaction(async (tx) => {
      const rows = await tx.all(`SELECT id, sha256 FROM images WHERE ${where}`, params);
      for (const { id } of rows) {
        await tx.run('DELETE FROM image_sources WHERE image = ? OR source = ?', [String(id), String(id)]);
        await tx.run('DELETE FROM images WHERE id = ?', [String(id)]);
      }
      const contents = rows.map((row) => String(row['sha256']));
      await note(tx, contents);
      return contents;
    });
    return { pictures: doomed.length, freed: await settle([...new Set(doomed)], age) };
  };

  return {
    note,
    settleLeftovers: () => files.settleLeftovers(),
    known: async (ids) => {
      const rows = await db.all(`SELECT id FROM images WHERE id IN (${ids.map(() => '?').join(', ')})`, ids);
      return new Set(rows.map((row) => String(row['id'])));
    },
    remove: (ids) => forget(`id IN (${ids.map(() => '?').join(', ')})`, ids, DELETED_AGE_MS),
    removeOlder: (than) => {
      const where = `id IN (SELECT id FROM images WHERE created_at < ? ORDER BY created_at LIMIT ${ROUND})`;
      return forget(where, [than], ORPHAN_AGE_MS);
    },
    countOlder: async (than) => {
      const row = await db.first('SELECT COUNT(*) AS pictures FROM images WHERE created_at < ?', [than]);
      return Number(row?.['pictures'] ?? 0);
    },
    collect: async () => {
      let freed = await files.settleLeftovers();
      for (let after = ''; ;) {
        const rows = await db.all(`SELECT content FROM discarded WHERE content > ? ORDER BY content LIMIT ${ROUND}`, [
          after,
        ]);
        const contents = rows.map((row) => String(row['content']));
        if (contents.length === 0) return freed;
        freed = sum(freed, await settle(contents, ORPHAN_AGE_MS));
        after = contents.at(-1) ?? after;
      }
    },
    sweepOrphans: async ({ dryRun }) => {
      let freed = NOTHING;
      const youngest = clock.now() - ORPHAN_AGE_MS;
      for (const part of await readdir(files.originals).catch(() => [])) {
        const names = (await readdir(join(files.originals, part))).filter(isOriginal);
        const stay = new Set<string>();
        for (let at = 0; at < names.length; at += ROUND) {
          for (const content of await needed(names.slice(at, at + ROUND).map(contentOf))) stay.add(content);
        }
        for (const name of names.filter((entry) => !stay.has(contentOf(entry)))) {
          const found = await stat(files.pathOf(name)).catch(() => undefined);
          if (found === undefined || found.mtimeMs > youngest) continue;
          freed = sum(freed, dryRun ? { files: 1, bytes: found.size } : await files.take(name, youngest));
        }
      }
      return freed;
    },
  };
}
