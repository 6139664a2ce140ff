import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { ENDINGS } from './blob-store.ts';
import { NOTHING, sum, Trash, type Freed } from './trash.ts';

/** What keeps images and contents from being deleted, gathered in one go: the mark of mark and sweep. */
export interface References {
  /** SHA-256 of contents that jobs or uploads need. */
  readonly contents: ReadonlySet<string>;
  /** Images that unfinished jobs were given. */
  readonly images: ReadonlySet<string>;
  /** Jobs whose images stay: unfinished ones, and items of batches that are not settled. */
  readonly jobs: ReadonlySet<string>;
}

/** What the garbage collector needs. */
export interface GarbageCollectorOptions {
  readonly db: Database;
  /** Folder of the images, absolute. */
  readonly folder: string;
  readonly clock: Clock;
  /** What references images and contents from outside of the tables of images, at a moment (epoch ms). */
  readonly references: (from: Queryable, now: number) => Promise<References>;
  /** Tests only; see `Trash`. */
  readonly onTrashed?: (() => Promise<void>) | undefined;
}

/**
 * How long ago a file must have been written or touched before it may be deleted: the record of a saved image follows its
 * file by a moment, and a copy for Adobe is referenced once its job is stored.
 */
export const GRACE_MS = 3_600_000;
const ROUND = 200;

/** Notes contents that are not referenced yet, or may have lost their last reference in this transaction. */
export async function noteUnreferenced(tx: Transaction, contents: readonly string[]): Promise<void> {
  for (const content of new Set(contents)) {
    await tx.run(
      `INSERT INTO unreferenced_contents (content, since) VALUES (?, ?)
       ON CONFLICT (content) DO UPDATE SET since = excluded.since`,
      [content, tx.now],
    );
  }
}

/**
 * The sweep of mark and sweep: deletes files whose content is not referenced. Only what is noted goes by itself: a database
 * that was replaced or restored from a backup must not cost the files that it does not know.
 */
export class UnreferencedFiles {
  readonly #options: GarbageCollectorOptions;
  readonly #originals: string;
  readonly #trash: Trash;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
    this.#originals = join(options.folder, 'originals');
    this.#trash = new Trash(join(options.folder, 'trash'), (name) => this.#pathOf(name), options.onTrashed);
  }

  /** Sweeps these contents. */
  async sweep(
    contents: readonly string[],
    { graceMs = GRACE_MS, dryRun = false }: { readonly graceMs?: number; readonly dryRun?: boolean } = {},
  ): Promise<Freed> {
    const youngest = this.#options.clock.now() - graceMs;
    const stays = await this.#referenced(contents);
    let freed = NOTHING;
    for (const content of new Set(contents.filter((each) => !stays.has(each)))) {
      const files = await this.#filesOf(content);
      if (files.length === 0) await this.#forgetNote(content);
      if (files.some(({ touchedAt }) => touchedAt > youngest)) continue;
      for (const { name, bytes } of files) {
        freed = sum(freed, dryRun ? { files: 1, bytes } : await this.#trash.discard(name, youngest));
      }
    }
    return freed;
  }

  /** Sweeps the contents that were noted. */
  async sweepNoted(): Promise<Freed> {
    const page = `SELECT content FROM unreferenced_contents WHERE content > ? ORDER BY content LIMIT ${ROUND}`;
    await this.restoreTrash();
    let freed = NOTHING;
    for (let after = ''; ;) {
      const contents = (await this.#options.db.all(page, [after])).map((row) => String(row['content']));
      if (contents.length === 0) return freed;
      freed = sum(freed, await this.sweep(contents));
      after = contents.at(-1) ?? after;
    }
  }

  /** Sweeps all files, also those of contents that were never noted. */
  async sweepAll(dryRun: boolean): Promise<Freed> {
    let freed = NOTHING;
    for (const part of await readdir(this.#originals).catch(() => [])) {
      const contents = (await readdir(join(this.#originals, part))).map(contentOf).filter((content) => content !== '');
      for (let at = 0; at < contents.length; at += ROUND) {
        freed = sum(freed, await this.sweep(contents.slice(at, at + ROUND), { dryRun }));
      }
    }
    return freed;
  }

  /** Restores what a crash left in the trash. */
  restoreTrash(): Promise<void> {
    return this.#trash.restoreAll();
  }

  async #referenced(contents: readonly string[]): Promise<ReadonlySet<string>> {
    if (contents.length === 0) return new Set();
    const { db, references } = this.#options;
    const sql = `SELECT DISTINCT sha256 FROM images WHERE sha256 IN (${contents.map(() => '?').join(', ')})`;
    const recorded = (await db.all(sql, contents)).map((row) => String(row['sha256']));
    return new Set([...recorded, ...(await references(db, await db.now())).contents]);
  }

  /** A note outlives its file by the grace period: the content may be about to be written once more. */
  async #forgetNote(content: string): Promise<void> {
    const { db } = this.#options;
    const lapsed = (await db.now()) - GRACE_MS;
    await db.run('DELETE FROM unreferenced_contents WHERE content = ? AND since <= ?', [content, lapsed]);
  }

  async #filesOf(content: string) {
    const files = Object.values(ENDINGS).map(async (ending) => {
      const name = `${content}.${ending}`;
      const found = await stat(this.#pathOf(name)).catch(() => undefined);
      return found && { name, bytes: found.size, touchedAt: found.mtimeMs };
    });
    return (await Promise.all(files)).filter((file) => file !== undefined);
  }

  #pathOf(name: string): string {
    return join(this.#originals, name.slice(0, 2), name);
  }
}

/** The content (SHA-256) of an original of this name; empty for any other file. */
export function contentOf(name: string): string {
  return /^([0-9a-f]{64})\.(?:jpg|png|webp)$/.exec(name)?.[1] ?? '';
}
