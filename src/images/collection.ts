import type { Clock } from '../shared/clock.ts';
import type { Database, Queryable, Transaction } from '../store/database.ts';
import { createDiscard, NOTHING, ORPHAN_AGE_MS, sum, type Discard, type Freed } from './discard.ts';
import { both, bytesTaken, markOf, NONE, OLDEST, pickOldest, toStored, youngerThan } from './shrink.ts';
import type { Mark, ShrinkOptions, Stay, StoredPicture } from './shrink.ts';
import { createUnnamed, noteUnnamed, type Unnamed } from './unnamed.ts';

/** How old the file of a picture must be that somebody deletes by name; see `ORPHAN_AGE_MS`. */
const DELETED_AGE_MS = 60_000;
const ROUND = 200;

/** Records that were deleted, or would be, and what their files took. */
export interface Forgotten {
  readonly pictures: number;
  readonly freed: Freed;
}

/** How a store was made smaller, or would be. */
export interface Shrunk extends Forgotten {
  /** What the contents of the deleted records took. Files that were touched lately go with a later clean-up. */
  readonly bytes: number;
  /** What pictures still take, each content once. */
  readonly left: number;
  /** Where that is too much: what is too young to go, and what somebody still needs. */
  readonly young: Stay;
  readonly held: Stay;
}

/** How records are deleted in parts. */
export interface InParts {
  /** Only say what would go. */
  readonly dryRun?: boolean;
  /** Ends between two parts. */
  readonly signal?: AbortSignal | undefined;
}

/** Which of these pictures or contents somebody needs; asked within a transaction, by the time given. */
type Needs<T> = (asked: readonly T[], from: Queryable, now: number) => Promise<ReadonlySet<string>>;

/** What collecting needs. */
export interface CollectionOptions {
  readonly db: Database;
  /** Folder of the pictures, absolute. */
  readonly folder: string;
  readonly clock: Clock;
  /** Which of these contents somebody still needs who keeps no record of them here. */
  readonly inUse: Needs<string>;
  /** Which of these pictures (their ids) belong to work that is not done. Age and size do not take them. */
  readonly held: Needs<StoredPicture>;
  /** Tests only: called when a file has been put aside, before it is judged for the last time. */
  readonly putAside?: (() => Promise<void>) | undefined;
}

/**
 * Takes away pictures, always the record first and its file afterwards. What lost its last name is noted in the same
 * transaction, and only what is noted is taken by itself: a store that was replaced, or brought back from a backup, must
 * not cost the files that it does not know.
 */
export interface Collection extends Pick<Unnamed, 'collect' | 'sweepOrphans'>, Pick<Discard, 'settleLeftovers'> {
  /** Which of these handles exist, whoever they belong to. */
  known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deletes these pictures. A file that another picture shares, or that was saved this minute, stays for now. */
  remove(ids: readonly string[]): Promise<Forgotten>;
  /** Deletes pictures made before this moment. */
  removeOlder(than: number, options?: InParts): Promise<Forgotten>;
  /** Deletes the oldest pictures until what is left is small enough, or may not go. */
  shrink(options: ShrinkOptions & InParts): Promise<Shrunk>;
}

/** The collection of one installation. */
export function createCollection(options: CollectionOptions): Collection {
  const { db, clock, inUse, held } = options;

  const needed = async (contents: readonly string[]): Promise<ReadonlySet<string>> => {
    if (contents.length === 0) return new Set();
    const marks = contents.map(() => '?').join(', ');
    const rows = await db.all(`SELECT DISTINCT sha256 FROM images WHERE sha256 IN (${marks})`, contents);
    const used = await inUse(contents, db, await db.now());
    return new Set([...rows.map((row) => String(row['sha256'])), ...used]);
  };
  const files = createDiscard({ folder: options.folder, needed, clock, putAside: options.putAside });
  const unnamed = createUnnamed({ db, files, needed, clock });

  const settle = (pictures: readonly StoredPicture[], age: number) =>
    unnamed.settle([...new Set(pictures.map(({ sha256 }) => sha256))], age);

  /** Those that may not go before work that is not done, and those whose file would stay anyway. */
  const staying = async (pictures: readonly StoredPicture[], tx: Transaction): Promise<ReadonlySet<string>> => {
    const contents = [...new Set(pictures.map(({ sha256 }) => sha256))];
    const used = contents.length === 0 ? new Set() : await inUse(contents, tx, tx.now);
    const ofUsed = pictures.filter(({ sha256 }) => used.has(sha256)).map(({ id }) => id);
    return new Set([...(await held(pictures, tx, tx.now)), ...ofUsed]);
  };

  return {
    ...unnamed,
    settleLeftovers: () => files.settleLeftovers(),
    known: async (ids) => {
      const rows = await db.all(`SELECT id FROM images WHERE id IN (${marksFor(ids)})`, ids);
      return new Set(rows.map((row) => String(row['id'])));
    },
    remove: async (ids) => {
      const doomed = await db.transaction(async (tx) => {
        const rows = await tx.all(`SELECT id, job, sha256 FROM images WHERE id IN (${marksFor(ids)})`, ids);
        return forget(tx, rows.map(toStored));
      });
      return { pictures: doomed.length, freed: await settle(doomed, DELETED_AGE_MS) };
    },
    removeOlder: async (than, { dryRun = false, signal } = {}) => {
      let gone: Forgotten = { pictures: 0, freed: NOTHING };
      for (let after = OLDEST; !signal?.aborted;) {
        const part = await db.transaction(async (tx) => {
          const rows = await tx.all(
            `SELECT id, job, sha256, created_at FROM images
             WHERE created_at < ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ${ROUND}`,
            [than, after.createdAt, after.id],
          );
          const pictures = rows.map(toStored);
          const stay = await held(pictures, tx, tx.now);
          const doomed = pictures.filter(({ id }) => !stay.has(id));
          if (!dryRun) await forget(tx, doomed);
          return { doomed, last: rows.at(-1) };
        });
        const freed = dryRun ? NOTHING : await settle(part.doomed, ORPHAN_AGE_MS);
        gone = { pictures: gone.pictures + part.doomed.length, freed: sum(gone.freed, freed) };
        if (part.last === undefined) break;
        after = markOf(part.last);
      }
      return gone;
    },
    shrink: async ({ limit, before, dryRun = false, signal }) => {
      let gone = { pictures: 0, bytes: 0, freed: NOTHING, held: NONE };
      // Mostly there is nothing to do, and nobody has to wait for that.
      const fits = (await bytesTaken(db)) <= limit;
      for (let after: Mark | undefined = fits ? undefined : OLDEST; after !== undefined && !signal?.aborted;) {
        const from: Mark = after;
        const pick = await db.transaction(async (tx) => {
          // Whoever else does the same at this moment would take as much again.
          await tx.lock('shrink');
          const excess = (await bytesTaken(tx)) - limit - (dryRun ? gone.bytes : 0);
          const picked = await pickOldest(tx, { before, excess, after: from }, (pictures) => staying(pictures, tx));
          if (!dryRun) await forget(tx, picked.doomed);
          return picked;
        });
        const freed = dryRun ? NOTHING : await settle(pick.doomed, ORPHAN_AGE_MS);
        gone = {
          pictures: gone.pictures + pick.doomed.length,
          bytes: gone.bytes + pick.bytes,
          freed: sum(gone.freed, freed),
          held: both(gone.held, pick.held),
        };
        after = pick.next;
      }
      const left = (await bytesTaken(db)) - (dryRun ? gone.bytes : 0);
      return { ...gone, left, young: left <= limit ? NONE : await youngerThan(db, before) };
    },
  };
}

function marksFor(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

/** Deletes records with their lineage, and notes their contents. */
async function forget(tx: Transaction, pictures: readonly StoredPicture[]): Promise<readonly StoredPicture[]> {
  for (const { id } of pictures) {
    await tx.run('DELETE FROM image_sources WHERE image = ? OR source = ?', [id, id]);
    await tx.run('DELETE FROM images WHERE id = ?', [id]);
  }
  await noteUnnamed(
    tx,
    pictures.map(({ sha256 }) => sha256),
  );
  return pictures;
}
