import type { Cost } from '../../firefly/pricing.ts';
import type { MediaKind } from '../../images/media.ts';
import type { ImageFacts, ImageRecord } from '../../images/types.ts';
import type { Caller } from '../../shared/caller.ts';
import type { StoredProblem } from '../../shared/errors.ts';
import type { BudgetView, PictureCost, QuotaView, Usage } from './spending-views.ts';
import type { CallSignal, EnqueueOptions, JobOutlook, Resubmission } from './requests/call-options.ts';
import type { SaveOrder } from './saves/save-order.ts';
import type { JobState } from './states.ts';
import type { PaidRequest } from './requests/paid-request.ts';

export type { Consents } from './consents.ts';
export type { PaidRequest, StoredRequest } from './requests/paid-request.ts';

/** A job as its principal may see it. */
export interface JobView {
  readonly id: string;
  readonly tool: string;
  readonly state: JobState;
  /** A cancel was requested, and the job has not ended yet. */
  readonly cancelling: boolean;
  /** The cancel was refused, and Adobe finished the job. */
  readonly cancelRefused?: boolean | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt: number | undefined;
  /** Percent, where Adobe reports it. */
  readonly progress: number | undefined;
  /** Place in the queue, counted from 1, and estimated time of the submit (epoch ms), until the job has its permit. */
  readonly position: number | undefined;
  readonly startsAt: number | undefined;
  /** Estimated end (epoch ms) once Adobe has accepted the job; undefined before any job of its kind has ended. */
  readonly endsAt: number | undefined;
  /** What its operation makes. */
  readonly media: MediaKind;
  readonly count: number;
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly model: string | undefined;
  readonly facts: ImageFacts;
  /** Arguments of its call; undefined for a job of an older version. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  /** Seeds of its pictures, as Adobe told or was told them; undefined where they are not known. */
  readonly seeds?: readonly number[] | undefined;
  /** The files that its pictures are to become, or have become. */
  readonly saves?: readonly SaveOrder[] | undefined;
  /** Composites of an edit; what Adobe painted where one is missing. */
  readonly images: readonly ImageRecord[];
  /** A composite could not be made; `finishEdit` makes it again. */
  readonly missesComposite?: boolean | undefined;
  readonly problem: StoredProblem | undefined;
  readonly warnings: readonly string[];
  /** Made with an idempotency key: a repetition of the call needs a new key to make another job. */
  readonly hasKey: boolean;
  /** An answer that showed this job was lost, and no repeat of its call has been answered since. */
  readonly answerLost: boolean;
  /** The job that this one replaces after a resubmission. */
  readonly replaces: string | undefined;
  /** What may have been charged for this job so far. */
  readonly cost: Cost;
  /** Adobe's signed URLs and their expiry (epoch ms); shown in the job resource alone. */
  readonly results: readonly { readonly url: string; readonly expiresAt: number }[];
}

/** The newest jobs of a principal with the state of queue, quota and budget. */
export interface Overview {
  readonly queued: number;
  readonly running: number;
  /** Newest first. */
  readonly jobs: readonly JobView[];
  /** Whether jobs outside of batches are not among these. */
  readonly hasOlder: boolean;
  readonly quota: QuotaView;
  /** The installation's; undefined where no daily budget is set. */
  readonly budget: BudgetView | undefined;
  /** The caller's own; undefined where its principal has none. */
  readonly ownBudget: BudgetView | undefined;
}

/** How long a caller waits, and what it hears meanwhile. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called on each change of state or progress, and at intervals in between, until the wait ends. */
  readonly onUpdate?: (update: { readonly job: JobView }) => void;
}

/**
 * The job queue, as tools, resources and commands use it. Every method sees the jobs of the caller's principal alone.
 */
export interface Jobs {
  /**
   * Stores the job (durable before this resolves), or attaches to the job of an identical call
   * (docs/jobs.md#deduplication). The view has what its row holds; `wait` and `get` add place, estimates and pictures.
   * @throws Problem `idempotency_conflict`, `budget_exhausted`, `queue_full`, store problems; the reason of `signal`
   */
  enqueue(
    request: PaidRequest,
    caller: Caller,
    options?: EnqueueOptions & CallSignal,
  ): Promise<{ readonly job: JobView; readonly attached: boolean }>;
  /**
   * Attaches to the job of an identical call, where there is one: spending needs no confirmation then. `enqueue` does so
   * too, so nothing else has a reason to ask.
   * @throws Problem `idempotency_conflict`
   */
  attach(request: PaidRequest, caller: Caller, options: EnqueueOptions): Promise<JobView | undefined>;
  /** What `enqueue` would do with this call now. Stores nothing and spends nothing. @throws Problem as `enqueue` */
  outlook(request: PaidRequest, caller: Caller, options: EnqueueOptions): Promise<JobOutlook>;
  /**
   * Resolves when the job is final, after `waitMs`, or when the signal aborts, which ends the waiting and never the
   * job. Calls `onUpdate` at every change and at least every 5 s.
   * @throws Problem `unknown_job`
   */
  wait(id: string, caller: Caller, options: WaitOptions): Promise<JobView>;
  /**
   * Records that an answer which showed this job in this state was written to the caller's connection. Without that
   * record an identical call attaches to the job for two minutes after its end instead of paying again.
   */
  markDelivered(job: Pick<JobView, 'id' | 'state'>, options?: { readonly settlesLoss?: boolean }): Promise<void>;
  /**
   * Records that the answer of a paid call with this job was lost: a repeat of that call attaches to the job until two
   * minutes after its end, whatever answers other calls have got. A delivered answer that `settlesLoss` ends this.
   */
  markLost(job: Pick<JobView, 'id'>): Promise<void>;
  /** What the row of a job holds, without place, estimates, pictures and cost. @throws Problem `unknown_job` */
  find(id: string, caller: Caller): Promise<JobView>;
  /** @throws Problem `unknown_job` */
  get(id: string, caller: Caller): Promise<JobView>;
  /** Newest first, older than the job `before`. @throws Problem `unknown_job` */
  list(query: { limit: number; before?: string | undefined }, caller: Caller): Promise<readonly JobView[]>;
  /**
   * By id, newest first, a text that changes whenever the job does: of the newest jobs outside of batches, or of the named
   * ones of this caller.
   */
  versions(
    of: { readonly newest: number } | { readonly ids: readonly string[] },
    caller: Caller,
  ): Promise<ReadonlyMap<string, string>>;
  /**
   * Requests the cancel of a job: free before the submit, a PUT at Adobe after it. A second request changes nothing.
   * @throws Problem `unknown_job`, `job_finished`
   */
  cancel(id: string, caller: Caller): Promise<JobView>;
  /**
   * Ends a job for the caller who has taken the call back that made it: free, and only while nothing was sent and no
   * other call has attached to the job.
   * @returns whether the job ends so
   * @throws Problem `unknown_job`
   */
  takeBack(id: string, caller: Caller): Promise<boolean>;
  /**
   * What `resubmit` would spend; undefined where it answers with the job of an earlier resubmission.
   * @throws Problem as `resubmit`, without the budget
   */
  resubmissionOf(id: string, caller: Caller): Promise<Resubmission | undefined>;
  /**
   * A new job in place of one that ended without pictures, or the one that an earlier resubmission made. The caller has
   * accepted a second charge.
   * @throws Problem `unknown_job`, `not_resubmittable`, `already_resubmitted`, `budget_exhausted`
   */
  resubmit(id: string, caller: Caller, options?: CallSignal): Promise<JobView>;
  /**
   * Makes the composites of a job that are still missing, free. Nothing to do is no error; a composite that cannot be
   * made is told by the view.
   * @throws Problem `unknown_job`
   */
  finishEdit(id: string, caller: Caller, options?: CallSignal): Promise<void>;
  /**
   * Asks Adobe once more, free, for a job that was given up within the last day though its pictures may exist, and lets it
   * go on where they do.
   * @throws Problem `unknown_job`
   */
  askAgain(id: string, caller: Caller, options?: CallSignal): Promise<void>;
  /**
   * Writes the files of a job that are due on this machine, or waits for the process that writes them; a file that cannot
   * be written is told by the view.
   * @throws Problem `unknown_job`
   */
  saveFiles(id: string, caller: Caller): Promise<JobView>;
  overview(caller: Caller, options: { limit: number }): Promise<Overview>;
  usage(caller: Caller): Promise<Usage>;
  /** What one picture of each of these jobs may have cost, by job; also where the job itself is gone. */
  pictureCosts(jobs: readonly string[], caller: Caller): Promise<ReadonlyMap<string, PictureCost>>;
  /**
   * Reads the store once. Resolves with a number that changes with every change of the store, by any process; with
   * undefined where the store has none, so that only a look tells.
   * @throws Problem `store_…` when it does not answer
   */
  probe(): Promise<number | undefined>;
}
