import type { Database, Queryable, SqlRow, Transaction } from '../../store/database.ts';
import { placeholders } from '../../store/placeholders.ts';
import { pickOldest, usedBy, type Cursor, type Use } from './evict-oldest.ts';
import { NOTHING, sum, type Freed } from './trash.ts';
import { noteUnreferenced, UnreferencedFiles, type GarbageCollectorOptions } from './unreferenced.ts';

/** Grace period of images that a person deletes by their ids; shorter than `GRACE_MS`, as the person waits for it. */
const BY_ID_GRACE_MS = 60_000;

/** Records that were deleted, or would be by a dry run, and their files. */
export interface Deleted {
  readonly pictures: number;
  readonly freed: Freed;
}

/** The outcome of a deletion by size. */
export interface Evicted extends Deleted {
  /** Bytes of the deleted contents. Files that were touched lately go with a later sweep. */
  readonly bytes: number;
  /** Bytes of the images that are left, each content once. */
  readonly left: number;
  /** Images that are too young to be deleted. */
  readonly young: Use;
  /** Older images that stay because jobs, batches or uploads reference them. */
  readonly held: Use;
}

/** How the oldest images are deleted, in rounds. */
export interface OldestOptions {
  /** Images made at this moment (epoch milliseconds) or later stay. */
  readonly before: number;
  /** Only count what would be deleted. */
  readonly dryRun?: boolean | undefined;
  /** Ends between two rounds. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Deletes images (docs/pictures-and-masks.md#retention-and-garbage-collection): the record first, with a note of its
 * content, and the file afterwards, so that a crash between the two leaves work for the next sweep and no lost file.
 */
export class GarbageCollector {
  readonly files: UnreferencedFiles;
  readonly #db: Database;
  readonly #references: GarbageCollectorOptions['references'];

  constructor(options: GarbageCollectorOptions) {
    this.files = new UnreferencedFiles(options);
    this.#db = options.db;
    this.#references = options.references;
  }

  /** Deletes these images, or none if one of them is unknown. A file that another image shares stays. */
  async remove(ids: readonly string[], dryRun = false): Promise<Deleted & { readonly unknown: readonly string[] }> {
    const { doomed, unknown } = await this.#db.transaction(async (tx) => {
      const rows = await tx.all(`SELECT id, sha256 FROM images WHERE id IN ${placeholders(ids)}`, ids);
      const missing = ids.filter((id) => !rows.some((row) => row['id'] === id));
      if (missing.length > 0) return { doomed: [], unknown: missing };
      if (!dryRun) await deleteRecords(tx, rows);
      return { doomed: rows, unknown: [] };
    });
    const freed = dryRun ? NOTHING : await this.files.sweep(doomed.map(contentIn), { graceMs: BY_ID_GRACE_MS });
    return { pictures: doomed.length, freed, unknown };
  }

  /** Deletes the images made before a moment. */
  async removeOlder(options: OldestOptions): Promise<Deleted> {
    const { pictures, freed } = await this.#deleteOldest(options);
    return { pictures, freed };
  }

  /** Deletes the oldest images until the others take at most `limit` bytes, or none of them may be deleted. */
  async evictOldest(options: OldestOptions & { readonly limit: number }): Promise<Evicted> {
    const { pictures, freed, use } = await this.#deleteOldest(options);
    const [all, young] = [await usedBy(this.#db), await usedBy(this.#db, options.before)];
    const left = options.dryRun === true ? minus(all, use) : all;
    return { pictures, freed, bytes: use.bytes, left: left.bytes, young, held: minus(left, young) };
  }

  async #deleteOldest({ before, limit, dryRun = false, signal }: OldestOptions & { readonly limit?: number }) {
    let [pictures, use, freed] = [0, { pictures: 0, bytes: 0 }, NOTHING];
    const excessOf = async (from: Queryable) =>
      limit === undefined ? undefined : (await usedBy(from)).bytes - limit - (dryRun ? use.bytes : 0);
    // The images usually fit, and finding that out needs no lock.
    let next: Cursor | undefined = ((await excessOf(this.#db)) ?? 1) > 0 ? [-1, ''] : undefined;
    while (next !== undefined && !signal?.aborted) {
      const after: Cursor = next;
      const round = await this.#db.transaction(async (tx) => {
        // Two processes that evict side by side would each delete the excess.
        await tx.lock('eviction');
        const rule = { before, excess: await excessOf(tx), after };
        const picked = await pickOldest(tx, rule, await this.#references(tx, tx.now));
        if (!dryRun) await deleteRecords(tx, picked.doomed);
        return picked;
      });
      if (!dryRun) freed = sum(freed, await this.files.sweep(round.doomed.map(contentIn)));
      pictures += round.doomed.length;
      use = { pictures: use.pictures + round.use.pictures, bytes: use.bytes + round.use.bytes };
      ({ next } = round);
    }
    return { pictures, use, freed };
  }
}

/** Deletes records with their lineage, and notes their contents for the sweep. */
async function deleteRecords(tx: Transaction, rows: readonly SqlRow[]): Promise<void> {
  for (const { id } of rows) {
    await tx.run('DELETE FROM image_sources WHERE image = ? OR source = ?', [String(id), String(id)]);
    await tx.run('DELETE FROM images WHERE id = ?', [String(id)]);
  }
  await noteUnreferenced(tx, rows.map(contentIn));
}

function contentIn(row: SqlRow): string {
  return String(row['sha256']);
}

function minus(a: Use, b: Use): Use {
  return { pictures: a.pictures - b.pictures, bytes: a.bytes - b.bytes };
}
