import { GarbageCollector, type Evicted, type OldestOptions } from '../images/blobs/garbage-collector.ts';
import { sum, type Freed } from '../images/blobs/trash.ts';
import type { GarbageCollectorOptions, References } from '../images/blobs/unreferenced.ts';
import { contentReferences } from '../jobs/store/maintenance/content-references.ts';
import {
  countExpiredJobs,
  deleteExpiredBatches,
  deleteExpiredJobs,
  deletePermits,
  deleteUploads,
} from '../jobs/store/maintenance/retention-queries.ts';
import { UPLOAD_HOLDS_MS } from '../jobs/engine/uploads.ts';
import { DAY_MS } from '../shared/durations.ts';
import type { Database, Queryable, Transaction } from '../store/database.ts';

/** Budget, quota and usage are counted from permits, which stay at least this long whatever the retention. */
const PERMITS_STAY_MS = 40 * DAY_MS;
/** A younger result may not have been looked at, and a client may be about to name it. */
const FRESH_MS = 3_600_000;

/** What jobs, batches and uploads reference at a moment (epoch ms). */
export function findReferences(from: Queryable, now: number): Promise<References> {
  return contentReferences(from, now - UPLOAD_HOLDS_MS);
}

/** Deletes what is older than it has to be kept, in rounds, so that no other process waits long for the database. */
export class Retention {
  readonly collector: GarbageCollector;
  readonly #db: Database;

  constructor(options: Omit<GarbageCollectorOptions, 'references'>) {
    this.#db = options.db;
    this.collector = new GarbageCollector({ ...options, references: findReferences });
  }

  /**
   * Deletes images and finished jobs older than so many days, and then the files that are not referenced any more. Of a
   * batch everything stays until it is settled. Ends early when the signal aborts. Of a dry run `freed` is not known, as
   * images share files.
   */
  async expire(
    days: number,
    { dryRun = false, signal }: Omit<OldestOptions, 'before'> = {},
  ): Promise<{ readonly pictures: number; readonly jobs: number; readonly freed: Freed }> {
    const now = await this.#db.now();
    const before = now - days * DAY_MS;
    const { pictures, freed } = await this.collector.removeOlder({ before, dryRun, signal });
    if (dryRun) return { pictures, jobs: await countExpiredJobs(this.#db, before), freed };
    await this.#inRounds((tx) => deleteExpiredBatches(tx, before), signal);
    const jobs = await this.#inRounds((tx) => deleteExpiredJobs(tx, before), signal);
    await deletePermits(this.#db, Math.min(before, now - PERMITS_STAY_MS));
    return { pictures, jobs, freed: sum(freed, await this.collect()) };
  }

  /**
   * Deletes the oldest images while all of them take more than so many bytes, each content once. Images of the last hour
   * stay, and so does what belongs to unfinished work. Jobs stay: they take next to nothing.
   */
  async fit(limit: number, options: Omit<OldestOptions, 'before'> = {}): Promise<Evicted> {
    return this.collector.evictOldest({ limit, before: (await this.#db.now()) - FRESH_MS, ...options });
  }

  /** Deletes upload ids that have lapsed, and files that are not referenced any more. */
  async collect(): Promise<Freed> {
    await deleteUploads(this.#db, (await this.#db.now()) - UPLOAD_HOLDS_MS);
    return this.collector.files.sweepNoted();
  }

  /** Goes on until a round deletes nothing, and gives how much all of them did. */
  async #inRounds(round: (tx: Transaction) => Promise<number>, signal: AbortSignal | undefined): Promise<number> {
    let all = 0;
    for (let count = 1; count > 0 && !signal?.aborted; all += count) count = await this.#db.transaction(round);
    return all;
  }
}
