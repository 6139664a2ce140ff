import type { ImageRecord } from '../../images/types.ts';
import { newId } from '../../shared/ids.ts';
import type { Transaction } from '../../store/database.ts';
import { newJob } from '../new-job.ts';
import type { EngineParts } from '../parts.ts';
import type { JobState } from '../states.ts';
import { PRIORITY } from '../turns.ts';
import type { Caller } from '../types.ts';
import { madeBefore, outlookOf } from './beforehand.ts';
import { deliver } from './delivery.ts';
import { itemsWithJobs, pauseBatch } from './items.ts';
import { batchEnded, unknownBatch } from './problems.ts';
import { toBatch, type BatchRecord } from './record.ts';
import type { Batches, BatchOutlook, BatchPlan, BatchView } from './types.ts';
import { viewBatch } from './view.ts';
import { findBatch, writeBatch, type WritingParts } from './writing.ts';

/** Jobs of one transaction when failed items are tried again. */
const CHUNK = 50;
/** Ends that have no picture and are known to be ends. */
const WITHOUT_PICTURES: readonly JobState[] = ['failed', 'expired'];

/** Batches over the engine's tables. */
export class BatchDesk implements Batches {
  readonly #parts: EngineParts & WritingParts;

  constructor(parts: EngineParts & WritingParts) {
    this.#parts = parts;
  }

  async find(digest: string, { principal }: Caller): Promise<BatchView | undefined> {
    const found = await findBatch(this.#parts.db, { account: this.#parts.account, principal, digest });
    return found && viewBatch(found, this.#parts);
  }

  async submit(
    plan: BatchPlan,
    caller: Caller,
    options: { again?: boolean | undefined; onWritten?: (written: number) => void } = {},
  ): Promise<BatchView> {
    // A batch that cannot be paid for is not written down at all.
    await this.#parts.firefly.prepare();
    const batch = await writeBatch(plan, caller, this.#parts, options);
    return viewBatch(batch, this.#parts);
  }

  outlook(plan: BatchPlan): Promise<BatchOutlook> {
    return outlookOf(plan, this.#parts);
  }

  madeBefore(plan: BatchPlan, caller: Caller): Promise<ReadonlySet<string>> {
    return madeBefore(plan, caller, this.#parts);
  }

  async pictures(id: string, caller: Caller, { limit }: { limit: number }): Promise<readonly ImageRecord[]> {
    const { db, images } = this.#parts;
    await this.#find(id, caller, db);
    const rows = await db.all(
      `SELECT j.id FROM batch_items i JOIN jobs j ON j.id = i.job
       WHERE i.batch = ? AND j.state = 'succeeded' ORDER BY j.finished_at DESC LIMIT ?`,
      [id, limit],
    );
    const pictures: ImageRecord[] = [];
    for (const row of rows) pictures.push(...(await images.ofJob(String(row['id']))));
    return pictures.slice(0, limit);
  }

  async get(id: string, caller: Caller): Promise<BatchView> {
    return viewBatch(await this.#find(id, caller, this.#parts.db), this.#parts);
  }

  async list({ limit }: { limit: number }, { principal }: Caller): Promise<readonly BatchView[]> {
    const rows = await this.#parts.db.all(
      `SELECT * FROM batches WHERE account = ? AND principal = ?
       ORDER BY CASE WHEN settled_at IS NULL AND wish <> 'cancelled' THEN 0 ELSE 1 END, created_at DESC LIMIT ?`,
      [this.#parts.account, principal, limit],
    );
    return Promise.all(rows.map((row) => viewBatch(toBatch(row), this.#parts)));
  }

  async pause(id: string, caller: Caller): Promise<BatchView> {
    return this.#wish(id, caller, (tx) => pauseBatch(tx, id, this.#parts.account));
  }

  async resume(id: string, caller: Caller): Promise<BatchView> {
    return this.#wish(id, caller, async (tx) => {
      await tx.run('UPDATE jobs SET priority = ? WHERE batch = ? AND finished_at IS NULL', [PRIORITY.batch, id]);
      await tx.run(`UPDATE batches SET wish = 'active' WHERE id = ?`, [id]);
    });
  }

  async cancel(id: string, caller: Caller): Promise<BatchView> {
    return this.#wish(id, caller, async (tx) => {
      await tx.run(
        `UPDATE jobs SET state = 'cancelled', cancel = 'requested', finished_at = ?, updated_at = ?
         WHERE batch = ? AND finished_at IS NULL AND state = 'queued'`,
        [tx.now, tx.now, id],
      );
      await tx.run(`UPDATE jobs SET cancel = 'requested' WHERE batch = ? AND finished_at IS NULL AND cancel = 'none'`, [
        id,
      ]);
      await tx.run(`UPDATE batches SET wish = 'cancelled' WHERE id = ?`, [id]);
    });
  }

  async retry(
    id: string,
    caller: Caller,
    { acceptPossibleCharge }: { acceptPossibleCharge: boolean },
  ): Promise<{ retried: number }> {
    const { db, firefly } = this.#parts;
    await this.#find(id, caller, db);
    await firefly.prepare();
    const states = acceptPossibleCharge ? [...WITHOUT_PICTURES, 'submit_unknown'] : WITHOUT_PICTURES;
    const where = `j.state IN (${states.map((state) => `'${state}'`).join(', ')})`;
    const jobs = (await itemsWithJobs(db, id, { where })).map(({ job }) => job.id);
    for (let start = 0; start < jobs.length; start += CHUNK) {
      const chunk = jobs.slice(start, start + CHUNK).map((job) => ({ job, fresh: newId('job', this.#parts.random) }));
      await db.transaction((tx) => this.#retryChunk(tx, id, chunk, caller), { repeatable: true });
    }
    return { retried: jobs.length };
  }

  async deliver(id: string, caller: Caller): Promise<BatchView> {
    await deliver(await this.#find(id, caller, this.#parts.db), this.#parts);
    return this.get(id, caller);
  }

  async #retryChunk(
    tx: Transaction,
    id: string,
    chunk: readonly { job: string; fresh: string }[],
    caller: Caller,
  ): Promise<void> {
    const { account, journal } = this.#parts;
    await tx.lock(`queue:${account}`);
    const batch = await this.#find(id, caller, tx);
    const wish = batch.wish === 'cancelled' ? 'active' : batch.wish;
    for (const { job, fresh } of chunk) {
      // Somebody else, or an earlier run of this, has put another job in its place.
      const item = await tx.first('SELECT item FROM batch_items WHERE batch = ? AND job = ?', [id, job]);
      const earlier = item && (await journal.load(job, tx));
      if (!earlier) continue;
      const { fingerprint, model, body, size, item: key } = earlier;
      const marks = { account, fingerprint, batch: id, item: key, replaces: job };
      const next = newJob({ ...earlier, model, body, size }, marks, { id: fresh, caller, now: tx.now });
      await journal.insert(tx, next);
      if (wish === 'paused') await tx.run('UPDATE jobs SET priority = ? WHERE id = ?', [PRIORITY.paused, fresh]);
      await tx.run('UPDATE batch_items SET job = ?, files = NULL WHERE batch = ? AND job = ?', [fresh, id, job]);
    }
    await tx.run('UPDATE batches SET wish = ?, settled_at = NULL WHERE id = ?', [wish, id]);
  }

  async #wish(id: string, caller: Caller, change: (tx: Transaction) => Promise<void>): Promise<BatchView> {
    const { db, account, journal } = this.#parts;
    const { state } = await this.get(id, caller);
    if (state === 'finished' || state === 'cancelled') throw batchEnded(state);
    await db.transaction(async (tx) => {
      await tx.lock(`queue:${account}`);
      await this.#find(id, caller, tx);
      await change(tx);
      journal.wake(tx);
    });
    return this.get(id, caller);
  }

  async #find(id: string, { principal }: Caller, from: Pick<Transaction, 'first'>): Promise<BatchRecord> {
    const row = await from.first('SELECT * FROM batches WHERE id = ? AND account = ? AND principal = ?', [
      id,
      this.#parts.account,
      principal,
    ]);
    if (row === undefined) throw unknownBatch();
    return toBatch(row);
  }
}
