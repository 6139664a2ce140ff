import type { Collection, InParts, Shrunk } from '../../images/collection.ts';
import { sum, type Freed } from '../../images/discard.ts';
import type { Database } from '../../store/database.ts';
import { UPLOAD_HOLDS_MS } from '../uploads.ts';

export const DAY_MS = 24 * 3_600_000;
/** Permits are what budget, quota and record count by: they stay at least so long, whatever the retention. */
const PERMITS_STAY_MS = 40 * DAY_MS;
/** Nobody may have looked at a result that is younger, and a client may be about to name it. */
export const LOOKED_AT_MS = 3_600_000;
const ROUND = 200;

/** What was deleted, or would be. */
export interface Removed {
  readonly pictures: number;
  readonly jobs: number;
  readonly freed: Freed;
}

/** Deletes what is older than it has to be kept, in rounds, so that nobody waits long for the store. */
export class Retention {
  readonly #db: Database;
  readonly #collection: Collection;

  constructor(options: { db: Database; collection: Collection }) {
    this.#db = options.db;
    this.#collection = options.collection;
  }

  /**
   * Deletes pictures and finished jobs older than so many days, and then the files that nothing names any more. Of a
   * batch everything stays until all of it is done. Ends early when the signal aborts.
   */
  async expire(days: number, signal?: AbortSignal): Promise<Removed> {
    const before = (await this.#db.now()) - days * DAY_MS;
    const { pictures, freed } = await this.#collection.removeOlder(before, { signal });
    await rounds(() => this.#removeBatches(before), signal);
    const jobs = await rounds(() => this.#removeJobs(before), signal);
    await this.#removePermits(before);
    return { pictures, jobs, freed: sum(freed, await this.collect()) };
  }

  /** What `expire` would delete; files are told by `collect` alone, since pictures share them. */
  async wouldExpire(days: number): Promise<Pick<Removed, 'pictures' | 'jobs'>> {
    const before = (await this.#db.now()) - days * DAY_MS;
    const row = await this.#db.first(`SELECT COUNT(*) AS jobs FROM jobs WHERE ${EXPIRED_JOBS}`, [before, before]);
    const { pictures } = await this.#collection.removeOlder(before, { dryRun: true });
    return { pictures, jobs: Number(row?.['jobs'] ?? 0) };
  }

  /**
   * Deletes the oldest pictures while all of them take more than so many bytes, each content once. Pictures of the last
   * hour stay, and so does what belongs to work that is not done. Jobs stay: they take next to nothing.
   */
  async fit(bytes: number, options: InParts = {}): Promise<Shrunk> {
    const before = (await this.#db.now()) - LOOKED_AT_MS;
    return this.#collection.shrink({ limit: bytes, before, ...options });
  }

  /** Takes away upload ids that have lapsed, and files that nothing names any more. */
  async collect(): Promise<Freed> {
    const lapsed = (await this.#db.now()) - UPLOAD_HOLDS_MS;
    await this.#db.run('DELETE FROM uploads WHERE uploaded_at <= ?', [lapsed]);
    return this.#collection.collect();
  }

  #removeJobs(before: number): Promise<number> {
    return this.#db.transaction(async (tx) => {
      const rows = await tx.all(`SELECT id FROM jobs WHERE ${EXPIRED_JOBS} ORDER BY finished_at LIMIT ${ROUND}`, [
        before,
        before,
      ]);
      for (const row of rows) await tx.run('DELETE FROM jobs WHERE id = ?', [String(row['id'])]);
      return rows.length;
    });
  }

  #removeBatches(before: number): Promise<number> {
    return this.#db.transaction(async (tx) => {
      const rows = await tx.all('SELECT id FROM batches WHERE settled_at < ? ORDER BY settled_at LIMIT 5', [before]);
      for (const { id } of rows) {
        await tx.run('DELETE FROM batch_items WHERE batch = ?', [String(id)]);
        await tx.run('DELETE FROM batches WHERE id = ?', [String(id)]);
      }
      return rows.length;
    });
  }

  async #removePermits(before: number): Promise<void> {
    const edge = Math.min(before, (await this.#db.now()) - PERMITS_STAY_MS);
    await this.#db.run('DELETE FROM permits WHERE audited_at IS NOT NULL AND ended_at < ?', [edge]);
  }
}

/** Goes on until a round finds nothing, and gives what all of them found. */
async function rounds(round: () => Promise<number>, signal: AbortSignal | undefined): Promise<number> {
  let all = 0;
  while (!signal?.aborted) {
    const count = await round();
    if (count === 0) break;
    all += count;
  }
  return all;
}

/** Finished before a moment, and no item of a batch that is not done or finished later; two parameters, the same. */
const EXPIRED_JOBS = `finished_at < ? AND NOT EXISTS (
  SELECT 1 FROM batch_items JOIN batches ON batches.id = batch_items.batch
  WHERE batch_items.job = jobs.id AND (batches.settled_at IS NULL OR batches.settled_at >= ?))`;
