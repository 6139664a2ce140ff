import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import { ENDINGS } from './blob-store.ts';
import { NOTHING, sum, Trash, type Freed } from './trash.ts';

/** Images and contents that must stay, gathered at one moment: the mark of mark and sweep. */
export interface References {
  /** SHA-256 of contents that jobs or upload ids reference. */
  readonly contents: ReadonlySet<string>;
  /** Ids of images that unfinished jobs were given. */
  readonly images: ReadonlySet<string>;
  /** Ids of jobs whose images stay: unfinished ones, and items of batches that are not settled. */
  readonly jobs: ReadonlySet<string>;
}

/** Dependencies of the garbage collector. */
export interface GarbageCollectorOptions {
  readonly db: Database;
  /** Absolute path of the pictures folder. */
  readonly folder: string;
  readonly clock: Clock;
  /** References from outside the tables of images, such as those of jobs, at a moment (epoch milliseconds). */
  readonly references: (from: Queryable, now: number) => Promise<References>;
  /** Tests only; see `Trash`. */
  readonly onTrashed?: (() => Promise<void>) | undefined;
}

/**
 * Time since a file was written or touched before it may be deleted. The record of a saved image is committed after its
 * file, and an upload copy is referenced once its job is stored.
 */
export const GRACE_MS = HOUR_MS;
/** Batch size of one query. */
const BATCH = 200;

/** Puts contents on the list of the automatic sweep: those not referenced yet, and those that lose a reference in this transaction. */
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
 * The sweep of mark and sweep: deletes files whose content is not referenced. An automatic sweep deletes only contents on
 * the list `unreferenced_contents`; files unknown to a replaced or restored database are deleted only on an explicit
 * command.
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

  /** Deletes the files of those contents that are not referenced and were not touched within the grace period. */
  async sweep(
    contents: readonly string[],
    { graceMs = GRACE_MS, dryRun = false }: { readonly graceMs?: number; readonly dryRun?: boolean } = {},
  ): Promise<Freed> {
    const youngest = this.#options.clock.now() - graceMs;
    const referenced = await this.#referenced(contents);
    let freed = NOTHING;
    for (const content of new Set(contents.filter((each) => !referenced.has(each)))) {
      const files = await this.#filesOf(content);
      if (files.length === 0) await this.#forgetNote(content);
      if (files.some(({ touchedAt }) => touchedAt > youngest)) continue;
      for (const { name, bytes } of files) {
        freed = sum(freed, dryRun ? { files: 1, bytes } : await this.#trash.discard(name, youngest));
      }
    }
    return freed;
  }

  /** Restores the trash, then sweeps the contents on the list. */
  async sweepNoted(): Promise<Freed> {
    const page = `SELECT content FROM unreferenced_contents WHERE content > ? ORDER BY content LIMIT ${BATCH}`;
    await this.restoreTrash();
    let freed = NOTHING;
    for (let after = ''; ;) {
      const contents = (await this.#options.db.all(page, [after])).map((row) => String(row['content']));
      if (contents.length === 0) return freed;
      freed = sum(freed, await this.sweep(contents));
      after = contents.at(-1) ?? after;
    }
  }

  /** Sweeps all files, also those whose content was never on the list. */
  async sweepAll(dryRun: boolean): Promise<Freed> {
    let freed = NOTHING;
    for (const part of await readdir(this.#originals).catch(() => [])) {
      const contents = (await readdir(join(this.#originals, part))).map(contentOf).filter((content) => content !== '');
      for (let at = 0; at < contents.length; at += BATCH) {
        freed = sum(freed, await this.sweep(contents.slice(at, at + BATCH), { dryRun }));
      }
    }
    return freed;
  }

  /** Restores files that a crash left in the trash. */
  restoreTrash(): Promise<void> {
    return this.#trash.restoreAll();
  }

  async #referenced(contents: readonly string[]): Promise<ReadonlySet<string>> {
    if (contents.length === 0) return new Set();
    const { db, references } = this.#options;
    const sql = `SELECT DISTINCT sha256 FROM images WHERE sha256 IN ${placeholders(contents)}`;
    const recorded = (await db.all(sql, contents)).map((row) => String(row['sha256']));
    return new Set([...recorded, ...(await references(db, await db.now())).contents]);
  }

  /** Takes a content without a file off the list, after the grace period: a copy is listed before its file is written. */
  async #forgetNote(content: string): Promise<void> {
    const { db } = this.#options;
    const before = (await db.now()) - GRACE_MS;
    await db.run('DELETE FROM unreferenced_contents WHERE content = ? AND since <= ?', [content, before]);
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

/** The SHA-256 in the name of a file of the blob store; empty for any other file. */
export function contentOf(name: string): string {
  return /^([0-9a-f]{64})\.(?:jpg|png|webp)$/.exec(name)?.[1] ?? '';
}
