import { newId } from '../shared/ids.ts';
import type { Transaction } from '../store/database.ts';
import type { Attendance } from './attendance.ts';
import { awaitEarlier, findEarlier } from './earlier.ts';
import { newJob } from './new-job.ts';
import type { EngineParts } from './parts.ts';
import { newestJobs, overviewOf } from './overview.ts';
import { jobFinished, notResubmittable, unknownJob } from './problems.ts';
import { refuseLongQueue } from './queue-limit.ts';
import type { JobRecord } from './record.ts';
import { fingerprint } from './repeats.ts';
import { lastSuccessor, mayHaveBrought } from './replacements.ts';
import { isFinal } from './states.ts';
import { replaceItemJob } from './store/batches/batch-items.ts';
import { usageOf } from './store/usage.ts';
import type {
  Caller,
  EnqueueOptions,
  Jobs,
  JobView,
  Overview,
  PaidRequest,
  WaitOptions,
  CallSignals,
  Usage,
} from './types.ts';
import { rowView, viewOf, type ViewParts } from './view.ts';
import { attend, settleAnswer } from './waiting.ts';

type DeskParts = EngineParts & ViewParts & { readonly attendance: Attendance };

/** The job desk over the engine's tables. */
export class Desk implements Jobs {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  async repeated(
    request: PaidRequest | undefined,
    caller: Caller,
    options: EnqueueOptions,
  ): Promise<JobView | undefined> {
    const job = await awaitEarlier({ ...options, caller, request }, this.#parts);
    return job && rowView(job);
  }

  async enqueue(
    request: PaidRequest,
    caller: Caller,
    options: EnqueueOptions & CallSignals = {},
  ): Promise<{ job: JobView; attached: boolean }> {
    const { firefly, reached, permits, attendance } = this.#parts;
    // A job that cannot be paid for is not written down at all.
    await firefly.prepare();
    await reached('before-enqueue');
    const id = newId('job', this.#parts.random);
    const enqueueOnce = async (tx: Transaction) => {
      await tx.lock(`queue:${firefly.account}`);
      const written = await this.#parts.journal.load(id, tx);
      if (written) return { job: written, attached: false };
      const earlier = await findEarlier({ ...options, caller, request }, this.#parts, tx);
      if (earlier) return { job: earlier, attached: true };
      await permits.budget.admit(tx);
      await refuseLongQueue(tx, this.#parts);
      const { idempotencyKey, call } = options;
      const marks = { account: firefly.account, fingerprint: fingerprint(request), idempotencyKey, callMark: call };
      const fresh = newJob(request, marks, this.#context(id, tx.now, caller));
      return { job: await this.#parts.journal.insert(tx, fresh), attached: false };
    };
    const written = await this.#write(id, enqueueOnce, options);
    if (written.attached) await attendance.end(id);
    await reached('after-enqueue');
    return written;
  }

  async wait(id: string, caller: Caller, options: WaitOptions): Promise<JobView> {
    return attend(id, options, { ...this.#parts, find: () => this.#find(id, caller) });
  }

  settle(job: Pick<JobView, 'id' | 'state'>, { delivered }: { delivered: boolean }): Promise<void> {
    return settleAnswer(job, { delivered, ...this.#parts });
  }

  async probe(): Promise<void> {
    await this.#parts.db.first('SELECT 1 AS answer');
  }

  leave(): Promise<void> {
    return this.#parts.attendance.leave();
  }

  async get(id: string, caller: Caller): Promise<JobView> {
    return viewOf(await this.#find(id, caller), this.#parts);
  }

  async list(query: { limit: number; before?: string | undefined }, caller: Caller): Promise<readonly JobView[]> {
    const edge = query.before === undefined ? undefined : await this.#find(query.before, caller);
    return newestJobs(caller, { limit: query.limit, before: edge?.createdAt }, this.#parts);
  }

  async cancel(id: string, caller: Caller): Promise<JobView> {
    const { db, journal } = this.#parts;
    await db.transaction(async (tx) => {
      const job = await this.#find(id, caller, tx);
      if (isFinal(job.state)) throw jobFinished(job.state);
      if (job.cancel !== 'none') return;
      if (job.state !== 'queued') return journal.requestCancel(tx, id);
      await journal.applyIn(tx, job, { state: 'cancelled', cancel: 'requested', finishedAt: tx.now, leaseUntil: 0 });
    });
    return this.get(id, caller);
  }

  async resubmit(id: string, caller: Caller, signals: CallSignals = {}): Promise<JobView> {
    const { firefly, journal, permits } = this.#parts;
    await this.#find(id, caller);
    await firefly.prepare();
    const freshId = newId('job', this.#parts.random);
    const resubmitOnce = async (tx: Transaction) => {
      await tx.lock(`queue:${firefly.account}`);
      const written = await journal.load(freshId, tx);
      if (written) return written;
      const earlier = await this.#find(id, caller, tx);
      if (!isFinal(earlier.state) || earlier.state === 'succeeded') throw notResubmittable(earlier.state);
      const successor = await lastSuccessor(tx, id);
      if (successor && mayHaveBrought(successor)) return successor;
      await permits.budget.admit(tx);
      const { account, fingerprint: mark, model, body, size } = earlier;
      const marks = { account, fingerprint: mark, replaces: id };
      const fresh = newJob({ ...earlier, model, body, size }, marks, this.#context(freshId, tx.now, caller));
      await replaceItemJob(tx, id, freshId);
      return journal.insert(tx, fresh);
    };
    const resubmit = async (tx: Transaction) => ({ job: await resubmitOnce(tx), attached: false });
    const { job } = await this.#write(freshId, resubmit, signals);
    return job;
  }

  overview(caller: Caller, { limit }: { limit: number }): Promise<Overview> {
    return overviewOf(caller, limit, this.#parts);
  }

  usage({ principal }: Caller): Promise<Usage> {
    return usageOf(this.#parts.db, this.#parts.account, principal);
  }

  #context(id: string, now: number, caller: Caller) {
    return { id, caller, now, owner: this.#parts.attendance.by };
  }

  /** Writes a job down for a call that is open from then on; after a failure, what was written is found by a repeat. */
  async #write(
    id: string,
    work: (tx: Transaction) => Promise<{ job: JobRecord; attached: boolean }>,
    { signal, ending }: CallSignals,
  ): Promise<{ job: JobView; attached: boolean }> {
    const { db, attendance } = this.#parts;
    signal?.throwIfAborted();
    attendance.begin(
      id,
      [signal, ending].filter((one) => one !== undefined),
    );
    try {
      // An unanswered commit must not become a second job when the caller repeats the call.
      const { job, attached } = await db.transaction(work, { repeatable: true });
      await attendance.written(id);
      return { job: rowView(job), attached };
    } catch (error) {
      await attendance.end(id);
      throw error;
    }
  }

  async #find(id: string, caller: Caller, tx?: Transaction): Promise<JobRecord> {
    const job = await this.#parts.journal.load(id, tx);
    if (!job || job.principal !== caller.principal) throw unknownJob();
    return job;
  }
}
