import { sum, type Deleted, type Freed } from '../images/blobs/freed.ts';
import {
  GarbageCollector,
  type GarbageCollectorOptions,
  type OldestOptions,
} from '../images/blobs/garbage-collector.ts';
import { usedBy, type Use } from '../images/blobs/oldest.ts';
import {
  countExpiredJobs,
  deleteExpiredBatches,
  deleteExpiredJobs,
  deletePermits,
  deleteUploads,
} from '../jobs/store/maintenance/retention-queries.ts';
import { UPLOAD_LIFE_MS } from '../jobs/engine/uploads.ts';
import { DAY_MS, HOUR_MS } from '../shared/time/durations.ts';
import type { Database, Transaction } from '../store/database.ts';

/** Shortest life of permits, whatever the retention: budget, quota and usage are counted from them. */
export const MIN_PERMIT_AGE_MS = 40 * DAY_MS;
/** Shortest life of an image under a size limit: a client may be about to use it. */
const MIN_IMAGE_AGE_MS = HOUR_MS;

/** The outcome of a deletion by size. */
export interface Evicted extends Deleted {
  /** Bytes of the deleted contents. Files that were used lately go with a later sweep. */
  readonly bytes: number;
  /** Bytes of the images that are left, each content once. */
  readonly left: number;
  /** Images that are too young to be deleted. */
  readonly young: Use;
  /** Older images that stay because jobs, batches or uploads need them. */
  readonly held: Use;
}

/** How a deletion runs. */
type Running = Pick<OldestOptions, 'dryRun' | 'signal'>;

/**
 * Deletes images and jobs by age and by size, in short transactions that other processes need not wait for
 * (docs/pictures-and-masks.md#retention-and-garbage-collection).
 */
export class Retention {
  readonly collector: GarbageCollector;
  readonly #db: Database;

  constructor(options: GarbageCollectorOptions) {
    this.#db = options.db;
    this.collector = new GarbageCollector(options);
  }

  /**
   * Deletes images and finished jobs older than `days`, then the files that are no longer referenced. Everything of a
   * batch stays until it is settled. Ends early when `signal` aborts. A dry run gives `freed` as zero, since images share
   * files.
   */
  async expire(
    days: number,
    { dryRun = false, signal }: Running = {},
  ): Promise<{ readonly pictures: number; readonly jobs: number; readonly freed: Freed }> {
    const now = await this.#db.now();
    const before = now - days * DAY_MS;
    const { pictures, freed } = await this.collector.deleteOldest({ before, dryRun, signal });
    if (dryRun) return { pictures, jobs: await countExpiredJobs(this.#db, before), freed };
    await this.#inRounds((tx) => deleteExpiredBatches(tx, before), signal);
    const jobs = await this.#inRounds((tx) => deleteExpiredJobs(tx, before), signal);
    await deletePermits(this.#db, Math.min(before, now - MIN_PERMIT_AGE_MS));
    return { pictures, jobs, freed: sum(freed, await this.collect()) };
  }

  /**
   * Deletes the oldest images while all images take more than `limit` bytes, each content counted once. Images of the last
   * hour and those of unfinished jobs and batches stay. Jobs stay, since they take next to no space.
   */
  async fit(limit: number, options: Running = {}): Promise<Evicted> {
    const before = (await this.#db.now()) - MIN_IMAGE_AGE_MS;
    const { pictures, freed, use } = await this.collector.deleteOldest({ limit, before, ...options });
    const [all, young] = [await usedBy(this.#db), await usedBy(this.#db, before)];
    const left = options.dryRun === true ? minus(all, use) : all;
    return { pictures, freed, bytes: use.bytes, left: left.bytes, young, held: minus(left, young) };
  }

  /** Deletes drafts of masks that are a day old, and that no picture was made with. */
  async expireDrafts({ signal }: Running = {}): Promise<Deleted> {
    return this.collector.deleteOldest({ before: (await this.#db.now()) - DAY_MS, onlyDrafts: true, signal });
  }

  /** Deletes upload ids that have lapsed, and files that are no longer referenced. */
  async collect(): Promise<Freed> {
    await deleteUploads(this.#db, (await this.#db.now()) - UPLOAD_LIFE_MS);
    return this.collector.sweepNoted();
  }

  /** Repeats `round` until it deletes nothing. Gives the number of all deleted rows. */
  async #inRounds(round: (tx: Transaction) => Promise<number>, signal: AbortSignal | undefined): Promise<number> {
    let all = 0;
    for (let count = 1; count > 0 && !signal?.aborted; all += count) count = await this.#db.transaction(round);
    return all;
  }
}

function minus(a: Use, b: Use): Use {
  return { pictures: a.pictures - b.pictures, bytes: a.bytes - b.bytes };
}
