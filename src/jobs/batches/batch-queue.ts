import { costOf, totalCost } from '../../firefly/pricing.ts';
import type { Transaction } from '../../store/database.ts';
import { finishEdit } from '../engine/make-composites.ts';
import type { CallSignal } from '../model/requests/call-options.ts';
import { jobsWithoutComposite } from '../store/saves/later-composites.ts';
import type { EngineDeps } from '../engine/engine-context.ts';
import { FINAL_STATES } from '../model/states.ts';
import { succeededJobs } from '../store/batches/batch-items.ts';
import type { BatchRow } from '../store/batches/batch-row.ts';
import { costByItemJob } from '../store/permits/costs.ts';
import {
  jobsOfBatch,
  cancelBatch,
  findBatch,
  listBatches,
  newestOfDigest,
  newestOfSource,
  pauseBatch,
  resumeBatch,
} from '../store/batches/batch-store.ts';
import type { Caller } from '../../shared/caller.ts';
import { alreadyMade, outlookOf } from './create/preflight.ts';
import { requireBatchFolder, writeOutput } from './output/batch-output.ts';
import { batchEnded, unknownBatch } from './model/batch-problems.ts';
import type { Batches, BatchItemView, BatchOutlook, BatchPlan, BatchView, SubmitOptions } from './model/batch-types.ts';
import type { Retryable, RetryOptions } from './model/retry-options.ts';
import { SharedRead } from '../views/shared-read.ts';
import { viewBatch, viewItems } from './batch-view.ts';
import { createBatch, type CreateBatchDeps } from './create/create-batch.ts';
import { retryableJobs, retryJobs } from './create/retry-items.ts';

/** Time for composites that are made again when the files of a batch are written anew. */
const LONGEST_FOR_EDITS_MS = 120_000;

/** The batch queue over the tables of batches and jobs. */
export class BatchQueue implements Batches {
  readonly #deps: EngineDeps & CreateBatchDeps;
  readonly #lists: SharedRead<readonly BatchView[]>;

  constructor(deps: EngineDeps & CreateBatchDeps) {
    this.#deps = deps;
    this.#lists = new SharedRead(deps);
  }

  async find(digest: string, { principal }: Caller): Promise<BatchView | undefined> {
    const found = await newestOfDigest(this.#deps.db, { account: this.#deps.account, principal, digest });
    return found && viewBatch(found, this.#deps);
  }

  async submit(plan: BatchPlan, caller: Caller, options: SubmitOptions = {}): Promise<BatchView> {
    // Without credentials no batch is stored.
    await this.#deps.firefly.prepare();
    const batch = await createBatch(plan, caller, this.#deps, options);
    return viewBatch(batch, this.#deps);
  }

  outlook(plan: BatchPlan, caller: Caller): Promise<BatchOutlook> {
    return outlookOf(plan, caller, this.#deps);
  }

  newestFrom({ source, tool }: Pick<BatchPlan, 'source' | 'tool'>, { principal }: Caller): Promise<string | undefined> {
    const { db, account } = this.#deps;
    return newestOfSource(db, { account, principal, source, tool });
  }

  alreadyMade(plan: BatchPlan, caller: Caller): Promise<ReadonlySet<string>> {
    return alreadyMade(plan, caller, this.#deps);
  }

  async endedItems(id: string, caller: Caller, { limit }: { limit: number }): Promise<readonly BatchItemView[]> {
    const { db, images } = this.#deps;
    const batch = await this.#find(id, caller, db);
    const newest = batch.items > limit ? await succeededJobs(db, id, limit) : undefined;
    return viewItems(db, images, batch, { states: FINAL_STATES, jobs: newest });
  }

  async jobsOf(id: string, caller: Caller): Promise<readonly string[]> {
    await this.#find(id, caller, this.#deps.db);
    return jobsOfBatch(this.#deps.db, id);
  }

  async get(id: string, caller: Caller): Promise<BatchView> {
    return viewBatch(await this.#find(id, caller, this.#deps.db), this.#deps);
  }

  list({ limit }: { limit: number }, { principal }: Caller): Promise<readonly BatchView[]> {
    return this.#lists.at(JSON.stringify([principal, limit]), async () => {
      const batches = await listBatches(this.#deps.db, { account: this.#deps.account, principal, limit });
      return Promise.all(batches.map((batch) => viewBatch(batch, this.#deps)));
    });
  }

  pause(id: string, caller: Caller): Promise<BatchView> {
    return this.#change(id, caller, (tx) => pauseBatch(tx, id, this.#deps.account));
  }

  resume(id: string, caller: Caller): Promise<BatchView> {
    return this.#change(id, caller, (tx) => resumeBatch(tx, id));
  }

  cancel(id: string, caller: Caller): Promise<BatchView> {
    return this.#change(id, caller, (tx) => cancelBatch(tx, id));
  }

  async retry(id: string, caller: Caller, options: RetryOptions): Promise<{ retried: number }> {
    const { db, firefly } = this.#deps;
    const batch = await this.#find(id, caller, db);
    const jobs = await retryableJobs(id, options, this.#deps);
    if (jobs.length === 0) return { retried: 0 };
    await requireBatchFolder(batch, this.#deps);
    await firefly.prepare();
    await retryJobs(jobs, caller, this.#deps, (tx) => this.#find(id, caller, tx));
    return { retried: jobs.length };
  }

  async retryable(id: string, caller: Caller, options: RetryOptions): Promise<Retryable> {
    await this.#find(id, caller, this.#deps.db);
    const jobs = await retryableJobs(id, options, this.#deps);
    const spent = await costByItemJob(this.#deps.db, id);
    return {
      jobs: jobs.map((job) => job.id),
      cost: totalCost(jobs.map((job) => costOf(job))),
      mayChargeTwice: jobs.some((job) => spent.has(job.id)),
    };
  }

  async finishEdits(
    id: string,
    caller: Caller,
    { signal, withinMs }: CallSignal & { readonly withinMs: number },
  ): Promise<void> {
    const { db, clock } = this.#deps;
    await this.#find(id, caller, db);
    const until = clock.monotonic() + withinMs;
    for (const job of await jobsWithoutComposite(db, id)) {
      if (clock.monotonic() >= until) return;
      await finishEdit(job, this.#deps, signal);
    }
  }

  async writeOutput(id: string, caller: Caller, { signal }: CallSignal = {}): Promise<BatchView> {
    // The composites that an abort leaves out are made by a later call; the files that can be written are written now.
    await this.finishEdits(id, caller, { signal, withinMs: LONGEST_FOR_EDITS_MS }).catch((error: unknown) => {
      if (signal?.aborted !== true) throw error;
    });
    await writeOutput(await this.#find(id, caller, this.#deps.db), this.#deps);
    return this.get(id, caller);
  }

  async #change(id: string, caller: Caller, change: (tx: Transaction) => Promise<void>): Promise<BatchView> {
    const { db, account, jobStore } = this.#deps;
    const { state } = await this.get(id, caller);
    if (state === 'finished' || state === 'cancelled') throw batchEnded(state);
    await db.transaction(async (tx) => {
      await tx.lock(`queue:${account}`);
      await this.#find(id, caller, tx);
      await change(tx);
      jobStore.wake(tx);
    });
    return this.get(id, caller);
  }

  async #find(id: string, { principal }: Caller, from: Pick<Transaction, 'first'>): Promise<BatchRow> {
    const batch = await findBatch(from, { id, account: this.#deps.account, principal });
    if (batch === undefined) throw unknownBatch();
    return batch;
  }
}
