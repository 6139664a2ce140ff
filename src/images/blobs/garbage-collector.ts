import type { Clock } from '../../shared/time/clock.ts';
import { HOUR_MS } from '../../shared/time/durations.ts';
import { groupsOfStream } from '../../shared/groups.ts';
import type { Database, Queryable } from '../../store/database.ts';
import { VALUES_AT_ONCE } from '../../store/placeholders.ts';
import { readCount, readTexts } from '../../store/rows.ts';
import type { BlobStore } from './blob-store.ts';
import { freeRowsOf, madeFromThese, masksOfTheseOnly, namedRows } from './by-handle.ts';
import { NOTHING, NOTHING_REMOVED, sum, type Deleted, type Freed, type Removed } from './freed.ts';
import { contentIn, deleteRecords } from './delete-records.ts';
import { FIRST, paintedFor, pickOldest, usedBy, type Cursor, type Use } from './oldest.ts';
import { forgetLapsed, marked } from './references.ts';

/**
 * Time since a content was put before it may be deleted. The record of a saved image is committed after its content, and
 * an upload copy is referenced once its job is stored.
 */
export const GRACE_MS = HOUR_MS;
/** Grace period of images that a person deletes by their ids or owner; shorter, as the person waits for it. */
const BY_ID_GRACE_MS = 60_000;

/** How the oldest images are deleted, in rounds. */
export interface OldestOptions {
  /** Images made at this moment (epoch milliseconds) or later stay. */
  readonly before: number;
  readonly limit?: number | undefined;
  /** Only drafts of masks that no picture was made with. */
  readonly onlyDrafts?: boolean | undefined;
  /** Only count what would be deleted. */
  readonly dryRun?: boolean | undefined;
  /** Ends between two rounds. */
  readonly signal?: AbortSignal | undefined;
}

/** Dependencies of the garbage collector. */
export interface GarbageCollectorOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

/**
 * Deletes images (docs/pictures-and-masks.md#retention-and-garbage-collection): the record first, with a note of its
 * content, and the content afterwards, so that a crash between the two leaves work for the next sweep and no lost bytes.
 * The automatic sweep deletes only contents on the list `unreferenced_contents`; those unknown to a replaced or restored
 * database are deleted only on an explicit command.
 */
export class GarbageCollector {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;

  constructor({ db, blobs, clock }: GarbageCollectorOptions) {
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
  }

  /**
   * Deletes these images, or none if one of them is unknown; with a composite, what Adobe painted for it. An image that
   * an unfinished job, batch or edit needs stays, and so does a content that another image shares. The only deletion by handle:
   * of the tool and of the command line.
   */
  async remove(ids: readonly string[], dryRun = false): Promise<Removed> {
    const { doomed, ...told } = await this.#db.transaction(async (tx) => {
      const rows = await namedRows(tx, ids);
      const known = new Set(rows.map(({ id }) => id));
      const missing = ids.filter((id) => !known.has(id));
      if (missing.length > 0) return { ...NOTHING_REMOVED, unknown: missing };
      const kept = rows.filter(({ needed_by: owner }) => owner !== undefined);
      const free = rows.filter(({ needed_by: owner }) => owner === undefined);
      const painted = (await paintedFor(tx, free)).filter(({ id }) => !known.has(id));
      const all = [...free, ...painted];
      const going = all.map(({ id }) => id);
      // Told before a person agrees, and not again after it.
      const derived = dryRun ? await madeFromThese(tx, going) : [];
      const masksLeft = await masksOfTheseOnly(tx, going);
      if (!dryRun) await deleteRecords(tx, all);
      const neededBy = [...new Set(kept.flatMap(({ needed_by: owner }) => owner ?? []))];
      const stay = { kept: kept.map(({ id }) => id), neededBy, derived, masksLeft };
      return { doomed: all, painted: painted.length, ...stay, unknown: [] };
    });
    const freed = dryRun ? NOTHING : await this.sweep(doomed.map(contentIn), BY_ID_GRACE_MS);
    const files = dryRun ? 0 : new Set(doomed.map(contentIn)).size;
    return { pictures: doomed.length, freed, filesLeft: files - freed.files, ...told };
  }

  /** Deletes every image of a principal that nothing needs, in rounds. */
  async removeOf(principal: string): Promise<Deleted> {
    let [pictures, freed] = [0, NOTHING];
    for (;;) {
      const doomed = await this.#db.transaction(async (tx) => {
        const rows = await freeRowsOf(tx, principal);
        await deleteRecords(tx, rows);
        return rows;
      });
      if (doomed.length === 0) return { pictures, freed };
      pictures += doomed.length;
      freed = sum(freed, await this.sweep(doomed.map(contentIn), BY_ID_GRACE_MS));
    }
  }

  /** Number of images of a principal. */
  countOf(principal: string): Promise<number> {
    return readCount(this.#db, 'SELECT COUNT(*) AS images FROM images WHERE principal = ?', [principal]);
  }

  /**
   * Deletes the oldest images that nothing needs: all of them, or with a `limit` as many as it takes until the others
   * have at most so many bytes, each content counted once.
   */
  async deleteOldest({
    before,
    limit,
    onlyDrafts = false,
    dryRun = false,
    signal,
  }: OldestOptions): Promise<Deleted & { readonly use: Use }> {
    let [pictures, use, freed] = [0, { pictures: 0, bytes: 0 }, NOTHING];
    const excessOf = async (from: Queryable) =>
      limit === undefined ? undefined : (await usedBy(from)).bytes - limit - (dryRun ? use.bytes : 0);
    // The images usually fit, and finding that out needs no lock.
    let next: Cursor | undefined = ((await excessOf(this.#db)) ?? 1) > 0 ? FIRST : undefined;
    while (next !== undefined && !signal?.aborted) {
      const after: Cursor = next;
      const round = await this.#db.transaction(async (tx) => {
        // Two processes that evict side by side would each delete the excess.
        await tx.lock('eviction');
        const picked = await pickOldest(tx, { before, excess: await excessOf(tx), onlyDrafts, after });
        if (!dryRun) await deleteRecords(tx, picked.doomed);
        return picked;
      });
      const contents = new Set(round.doomed.map(contentIn));
      if (!dryRun) freed = sum(freed, await this.sweep([...contents]));
      pictures += round.doomed.length;
      use = { pictures: use.pictures + contents.size, bytes: use.bytes + round.bytes };
      ({ next } = round);
    }
    return { pictures, use, freed };
  }

  /** Deletes those of the contents that nothing needs and that were not put within the grace period. */
  async sweep(contents: readonly string[], graceMs: number = GRACE_MS): Promise<Freed> {
    const since = this.#clock.now() - graceMs;
    let freed = NOTHING;
    for (const content of await this.#unreferenced(contents)) {
      const deletion = await this.#blobs.deleteUnlessUsedSince(content, since);
      if (deletion.outcome === 'absent') await this.#forgetNote(content);
      if (deletion.outcome === 'deleted') freed = sum(freed, deletion);
    }
    return freed;
  }

  /** Repairs what crashes left behind, forgets references that have lapsed, then sweeps the contents on the list. */
  async sweepNoted(): Promise<Freed> {
    const page = `SELECT content FROM unreferenced_contents WHERE content > ? ORDER BY content LIMIT ${VALUES_AT_ONCE}`;
    await this.#blobs.repair();
    await forgetLapsed(this.#db, await this.#db.now());
    let freed = NOTHING;
    for (let after = ''; ;) {
      const contents = await readTexts(this.#db, page, [after]);
      if (contents.length === 0) return freed;
      freed = sum(freed, await this.sweep(contents));
      after = contents.at(-1) ?? after;
    }
  }

  /** Sweeps all contents, also those that were never on the list. */
  async sweepAll(dryRun: boolean): Promise<Freed> {
    const since = this.#clock.now() - GRACE_MS;
    let freed = NOTHING;
    for await (const blobs of groupsOfStream(this.#blobs.list(), VALUES_AT_ONCE)) {
      const unreferenced = await this.#unreferenced(blobs.map(({ sha256 }) => sha256));
      if (!dryRun) freed = sum(freed, await this.sweep(unreferenced));
      if (!dryRun) continue;
      const doomed = blobs.filter(({ sha256, usedAt }) => unreferenced.includes(sha256) && usedAt <= since);
      for (const { bytes } of doomed) freed = sum(freed, { files: 1, bytes });
    }
    return freed;
  }

  async #unreferenced(contents: readonly string[]): Promise<readonly string[]> {
    const needed = await marked(this.#db, contents, await this.#db.now());
    return [...new Set(contents)].filter((content) => !needed.has(content));
  }

  /** Takes a content that is not there off the list, after the grace period: a copy is listed before it is put. */
  async #forgetNote(content: string): Promise<void> {
    const before = (await this.#db.now()) - GRACE_MS;
    await this.#db.run('DELETE FROM unreferenced_contents WHERE content = ? AND since <= ?', [content, before]);
  }
}
