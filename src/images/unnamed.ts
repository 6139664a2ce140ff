import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { Database, Transaction } from '../store/database.ts';
import { contentOf, isOriginal, NOTHING, ORPHAN_AGE_MS, sum, type Discard, type Freed } from './discard.ts';
import { ENDINGS } from './originals.ts';

const ROUND = 200;

/** Notes contents that nothing names yet, or that may have lost their last name in this transaction. */
export async function noteUnnamed(tx: Transaction, contents: readonly string[]): Promise<void> {
  for (const content of new Set(contents)) {
    await tx.run(
      `INSERT INTO discarded (content, since) VALUES (?, ?) ON CONFLICT (content) DO UPDATE SET since = excluded.since`,
      [content, tx.now],
    );
  }
}

/** Files that nothing names, and how they go. */
export interface Unnamed {
  /** Takes the files of these contents, where nothing names them and they are older than `age`; else they stay noted. */
  settle(contents: readonly string[], age: number): Promise<Freed>;
  /** Takes away the files of noted contents that nothing names, and settles what a crash has left aside. */
  collect(): Promise<Freed>;
  /** Takes away every file that nothing names; with `dryRun` only counts them. For people who know that they want it. */
  sweepOrphans(options: { readonly dryRun: boolean }): Promise<Freed>;
}

interface Parts {
  readonly db: Database;
  readonly files: Discard;
  readonly needed: (contents: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly clock: Clock;
}

/** Takes away files that nothing names. */
export function createUnnamed({ db, files, needed, clock }: Parts): Unnamed {
  const settleOne = async (content: string, age: number): Promise<Freed> => {
    const youngest = clock.now() - age;
    const names = Object.values(ENDINGS).map((ending) => `${content}.${ending}`);
    const found = await Promise.all(names.map((name) => stat(files.pathOf(name)).catch(() => undefined)));
    const there = names.filter((_, place) => found[place] !== undefined);
    // A note outlives its file for a while: somebody may be about to write the same content once more.
    if (there.length === 0) {
      await db.run('DELETE FROM discarded WHERE content = ? AND since <= ?', [
        content,
        (await db.now()) - ORPHAN_AGE_MS,
      ]);
    }
    if (found.some((file) => file !== undefined && file.mtimeMs > youngest)) return NOTHING;
    let freed = NOTHING;
    for (const name of there) freed = sum(freed, await files.take(name, youngest));
    return freed;
  };

  const settle: Unnamed['settle'] = async (contents, age) => {
    let freed = NOTHING;
    const stay = await needed(contents);
    for (const content of contents) if (!stay.has(content)) freed = sum(freed, await settleOne(content, age));
    return freed;
  };

  return {
    settle,
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
