import { newId } from '../shared/ids.ts';
import type { Transaction } from '../store/database.ts';
import { attach, attachTo } from './deduplication/attach.ts';
import { markDelivered, markLost } from './deduplication/duplicates.ts';
import { fingerprint } from './deduplication/fingerprint.ts';
import { replaceJob } from './deduplication/replace-job.ts';
import { resubmissionOf } from './deduplication/resubmissions.ts';
import { newJob } from './model/job-factory.ts';
import type { EngineDeps } from './engine/engine-context.ts';
import { askAgain } from './engine/late-results.ts';
import { finishEdit } from './engine/make-composites.ts';
import { cancelJob, takeBackJob } from './end-job.ts';
import { outlookOf } from './job-outlook.ts';
import { newestJobs, overviewOf } from './views/overview.ts';
import { unknownJob } from './model/problems.ts';
import { refuseLongQueue } from './limits/queue-limit.ts';
import type { JobRow } from './model/job-row.ts';
import { jobVersions, type VersionsOf } from './store/job-lists.ts';
import type { CallSignal, EnqueueOptions, JobOutlook, Resubmission } from './model/requests/call-options.ts';
import type { Jobs, JobView, Overview, PaidRequest, WaitOptions } from './model/types.ts';
import type { Caller } from '../shared/caller.ts';
import type { PictureCost, Usage } from './model/spending-views.ts';
import { costOfPictures } from './store/permits/costs.ts';
import { rowView, viewOf, type ViewDeps } from './views/job-view.ts';
import { SharedRead } from './views/shared-read.ts';
import { SpendingHistory } from './views/spending-history.ts';
import { orderOf } from './model/saves/save-order.ts';
import { requireOrderPlaces, saveFiles } from './saving/save-files.ts';
import type { SavingDeps } from './saving/write-orders.ts';
import { waitForJob, type WaitDeps } from './wait-for-job.ts';

type JobQueueDeps = EngineDeps & ViewDeps & SavingDeps & Pick<WaitDeps, 'watch'>;

/** The job queue over the tables of jobs, permits and batches. */
export class JobQueue implements Jobs {
  readonly #deps: JobQueueDeps;
  readonly #overviews: SharedRead<Overview>;
  readonly #spending: SpendingHistory;

  constructor(deps: JobQueueDeps) {
    this.#deps = deps;
    this.#overviews = new SharedRead(deps);
    this.#spending = new SpendingHistory(deps);
  }

  async attach(request: PaidRequest, caller: Caller, options: EnqueueOptions): Promise<JobView | undefined> {
    const { account, host } = this.#deps;
    const job = await attach({ ...options, request, caller, account }, this.#deps, orderOf(request.saveAs, host));
    return job && rowView(job);
  }

  async enqueue(
    request: PaidRequest,
    caller: Caller,
    options: EnqueueOptions & CallSignal = {},
  ): Promise<{ job: JobView; attached: boolean }> {
    const { account, firefly, failpoint, permits, random } = this.#deps;
    try {
      // Without credentials no job is stored.
      await firefly.prepare();
    } catch (error) {
      // A call that attaches sends nothing, so it needs no token.
      const duplicate = await this.attach(request, caller, options);
      if (duplicate === undefined) throw error;
      return { job: duplicate, attached: true };
    }
    await failpoint('before-enqueue');
    const id = newId('job', random);
    let isRepeated = false;
    const order = orderOf(request.saveAs, this.#deps.host);
    const enqueueOnce = async (tx: Transaction) => {
      await tx.lock(`queue:${account}`);
      // Only an earlier run of this transaction can have stored a job of this id.
      const stored = isRepeated ? await this.#deps.jobStore.load(id, tx) : undefined;
      isRepeated = true;
      if (stored) return { job: stored, attached: false };
      const duplicate = await attachTo(tx, { ...options, request, caller, account }, this.#deps.jobStore, order);
      if (duplicate) return { job: duplicate, attached: true };
      const { idempotencyKey } = options;
      const keys = { account, fingerprint: fingerprint(request), idempotencyKey, saves: order && [order] };
      const fresh = newJob(request, keys, { id, caller, now: tx.now, random });
      await permits.budget.admit(tx, fresh);
      await refuseLongQueue(tx, fresh, this.#deps);
      return { job: await this.#deps.jobStore.insert(tx, fresh), attached: false };
    };
    const { job, attached } = await this.#store(enqueueOnce, options);
    await failpoint('after-enqueue');
    return { job: rowView(job), attached };
  }

  outlook(request: PaidRequest, caller: Caller, options: EnqueueOptions): Promise<JobOutlook> {
    return outlookOf(request, caller, options, this.#deps);
  }

  async wait(id: string, caller: Caller, options: WaitOptions): Promise<JobView> {
    return waitForJob(options, { ...this.#deps, find: () => this.#find(id, caller) });
  }

  markDelivered(job: Pick<JobView, 'id' | 'state'>, options: { readonly settlesLoss?: boolean } = {}): Promise<void> {
    return markDelivered(job, this.#deps.db, options);
  }

  markLost(job: Pick<JobView, 'id'>): Promise<void> {
    return markLost(job, this.#deps.db);
  }

  async probe(): Promise<number | undefined> {
    await this.#deps.db.first('SELECT 1 AS answer');
    return this.#deps.db.version();
  }

  async find(id: string, caller: Caller): Promise<JobView> {
    return rowView(await this.#find(id, caller));
  }

  async get(id: string, caller: Caller): Promise<JobView> {
    return viewOf(await this.#find(id, caller), this.#deps);
  }

  async list(query: { limit: number; before?: string | undefined }, caller: Caller): Promise<readonly JobView[]> {
    const before = query.before === undefined ? undefined : await this.#find(query.before, caller);
    return newestJobs(caller, { limit: query.limit, before: before?.createdAt }, this.#deps);
  }

  versions(of: VersionsOf, { principal }: Caller): Promise<ReadonlyMap<string, string>> {
    const { db, account } = this.#deps;
    return jobVersions(db, { account, principal }, of);
  }

  async cancel(id: string, caller: Caller): Promise<JobView> {
    await cancelJob((tx) => this.#find(id, caller, tx), this.#deps);
    return this.get(id, caller);
  }

  takeBack(id: string, caller: Caller): Promise<boolean> {
    return takeBackJob((tx) => this.#find(id, caller, tx), this.#deps);
  }

  async resubmissionOf(id: string, caller: Caller): Promise<Resubmission | undefined> {
    return resubmissionOf(await this.#find(id, caller), this.#deps.db);
  }

  async resubmit(id: string, caller: Caller, options: CallSignal = {}): Promise<JobView> {
    const { account, firefly, jobStore, permits, random } = this.#deps;
    await requireOrderPlaces(await this.#find(id, caller), this.#deps);
    await firefly.prepare();
    const find = (tx: Transaction) => this.#find(id, caller, tx);
    const replacing = { find, freshId: newId('job', random), caller };
    const deps = { account, jobStore, random, admit: permits.budget.admit.bind(permits.budget) };
    return rowView(await this.#store((tx) => replaceJob(tx, replacing, deps), options));
  }

  async finishEdit(id: string, caller: Caller, { signal }: CallSignal = {}): Promise<void> {
    await finishEdit(await this.#find(id, caller), this.#deps, signal);
  }

  async askAgain(id: string, caller: Caller, { signal }: CallSignal = {}): Promise<void> {
    await askAgain(await this.#find(id, caller), this.#deps, signal);
  }

  async saveFiles(id: string, caller: Caller): Promise<JobView> {
    return viewOf(await saveFiles(() => this.#find(id, caller), this.#deps), this.#deps);
  }

  overview(caller: Caller, { limit }: { limit: number }): Promise<Overview> {
    const key = JSON.stringify([caller.principal, caller.can.budget, limit]);
    return this.#overviews.at(key, () => overviewOf(caller, limit, this.#deps));
  }

  usage({ principal }: Caller): Promise<Usage> {
    return this.#spending.usageOf(principal);
  }

  pictureCosts(jobs: readonly string[], { principal }: Caller): Promise<ReadonlyMap<string, PictureCost>> {
    return costOfPictures(this.#deps.db, { principal, jobs });
  }

  /** Runs a transaction that stores a job, again where its commit is not answered: a second job would pay twice. */
  async #store<T>(work: (tx: Transaction) => Promise<T>, { signal }: CallSignal): Promise<T> {
    signal?.throwIfAborted();
    return this.#deps.db.transaction(work, { repeatable: true });
  }

  async #find(id: string, caller: Caller, tx?: Transaction): Promise<JobRow> {
    const job = await this.#deps.jobStore.loadOf(caller.principal, id, tx);
    if (!job) throw unknownJob();
    return job;
  }
}
