import { costOf, totalCost, type Cost } from '../../firefly/pricing.ts';
import { groupsOf } from '../../shared/groups.ts';
import { newId } from '../../shared/ids.ts';
import type { Transaction } from '../../store/database.ts';
import { finishEdit } from '../engine/make-composites.ts';
import type { CallSignal } from '../model/requests/call-options.ts';
import { jobsWithoutComposite } from '../store/saves/later-composites.ts';
import { newJob } from '../model/job-factory.ts';
import type { EngineDeps } from '../engine/engine-context.ts';
import type { JobRow } from '../model/job-row.ts';
import { FINAL_STATES, type JobState } from '../model/states.ts';
import { batchOfJob, itemsWithJobs, setItemJob, succeededJobs } from '../store/batches/batch-items.ts';
import type { BatchRow } from '../store/batches/batch-row.ts';
import {
  jobsOfBatch,
  cancelBatch,
  findBatch,
  listBatches,
  newestOfDigest,
  pauseBatch,
  pauseJob,
  reopenBatch,
  resumeBatch,
} from '../store/batches/batch-store.ts';
import type { Caller } from '../../shared/caller.ts';
import { alreadyMade, outlookOf } from './create/preflight.ts';
import { writeOutput } from './output/batch-output.ts';
import { batchEnded, unknownBatch } from './model/batch-problems.ts';
import type { Batches, BatchItemView, BatchOutlook, BatchPlan, BatchView, SubmitOptions } from './model/batch-types.ts';
import { SharedRead } from '../views/shared-read.ts';
import { viewBatch, viewItems } from './batch-view.ts';
import { createBatch, type CreateBatchDeps, ITEMS_AT_ONCE } from './create/create-batch.ts';

/** Time for composites that are made again when the files of a batch are written anew. */
const LONGEST_FOR_EDITS_MS = 120_000;
/** Failed states with a known outcome: safe to retry without a second charge. */
const RETRYABLE: readonly JobState[] = ['failed', 'expired'];

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

  async retry(
    id: string,
    caller: Caller,
    { acceptPossibleCharge }: { acceptPossibleCharge: boolean },
  ): Promise<{ retried: number }> {
    const { db, firefly } = this.#deps;
    await this.#find(id, caller, db);
    await firefly.prepare();
    const failed = await this.#retryable(id, acceptPossibleCharge);
    const jobs = failed.map((job) => ({ job: job.id, freshId: newId('job', this.#deps.random) }));
    for (const group of groupsOf(jobs, ITEMS_AT_ONCE))
      await db.transaction((tx) => this.#retryItems(tx, id, group, caller), { repeatable: true });
    return { retried: jobs.length };
  }

  async retryCost(
    id: string,
    caller: Caller,
    { acceptPossibleCharge }: { acceptPossibleCharge: boolean },
  ): Promise<Cost> {
    await this.#find(id, caller, this.#deps.db);
    return totalCost((await this.#retryable(id, acceptPossibleCharge)).map((job) => costOf(job)));
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

  async #retryable(id: string, acceptPossibleCharge: boolean): Promise<readonly JobRow[]> {
    const states = acceptPossibleCharge ? [...RETRYABLE, 'submit_unknown' as const] : RETRYABLE;
    return (await itemsWithJobs(this.#deps.db, id, { states })).map(({ job }) => job);
  }

  async #retryItems(
    tx: Transaction,
    id: string,
    jobs: readonly { job: string; freshId: string }[],
    caller: Caller,
  ): Promise<void> {
    const { account, jobStore, random } = this.#deps;
    await tx.lock(`queue:${account}`);
    const batch = await this.#find(id, caller, tx);
    const desiredState = batch.desiredState === 'cancelled' ? 'active' : batch.desiredState;
    for (const { job, freshId } of jobs) {
      // Undefined where another caller, or an earlier run of this transaction, has replaced the job.
      const earlier = (await batchOfJob(tx, job)) === id ? await jobStore.load(job, tx) : undefined;
      if (!earlier) continue;
      const { fingerprint, model, body, size, item: key } = earlier;
      const keys = { account, fingerprint, batch: id, item: key, replaces: job };
      const fresh = newJob({ ...earlier, model, body, size }, keys, { id: freshId, caller, now: tx.now, random });
      await jobStore.insert(tx, fresh);
      if (desiredState === 'paused') await pauseJob(tx, freshId);
      await setItemJob(tx, job, freshId);
    }
    await reopenBatch(tx, id, desiredState);
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
