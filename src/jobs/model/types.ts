import type { OperationId } from '../../firefly/types.ts';
import type { ImageFacts, ImageRecord, StoredBytes } from '../../images/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import type { JobState } from './states.ts';

/** Who asks, and in which conversation (connection), where the protocol has one. */
export interface Caller {
  readonly principal: string;
  readonly conversation: string | undefined;
}

/** One paid request as a tool asks for it. */
export interface PaidRequest {
  /** Name of the tool that asks. */
  readonly tool: string;
  readonly operation: OperationId;
  /** Value of `x-model-version`. */
  readonly model: string | undefined;
  /** JSON body for Adobe; pictures that must be uploaded first are `placeOf` them. */
  readonly body: unknown;
  /** The pictures whose places are in the body; their bytes are in the library. */
  readonly pictures?: readonly StoredBytes[] | undefined;
  /** How many pictures are expected. */
  readonly count: number;
  /** Pixels that were asked for, where the size is known beforehand. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** What will be recorded with each picture. */
  readonly facts: ImageFacts;
  /** Remarks for the caller, such as a value that was adjusted. */
  readonly warnings: readonly string[];
}

/** How a call wants to be told apart from earlier identical ones. */
export interface EnqueueOptions {
  /** Decides where given: same key and same request give the same job, for 24 hours. */
  readonly idempotencyKey?: string | undefined;
  /** Forces a new job. */
  readonly newJob?: boolean | undefined;
}

/** The call that writes a job down. */
export interface CallSignal {
  /** Aborts when the answer cannot reach its client any more: then nothing is written down. */
  readonly signal?: AbortSignal | undefined;
}

/** A job as its owner may see it. */
export interface JobView {
  readonly id: string;
  readonly tool: string;
  readonly state: JobState;
  /** A cancel was asked for and is not settled yet. */
  readonly cancelling: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt: number | undefined;
  /** Percent, where Adobe says it. */
  readonly progress: number | undefined;
  /** Place in the queue from 1, and the estimated time of the submit (epoch ms), while it waits for the quota. */
  readonly position: number | undefined;
  readonly startsAt: number | undefined;
  /** Estimated end (epoch ms), once there are durations to judge by. */
  readonly endsAt: number | undefined;
  readonly count: number;
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly model: string | undefined;
  readonly facts: ImageFacts;
  readonly images: readonly ImageRecord[];
  readonly problem: ProblemRecord | undefined;
  readonly warnings: readonly string[];
  /** The job that this one was made in place of. */
  readonly replaces: string | undefined;
  /** Paid requests that may have reached Adobe for this job. */
  readonly paidRequests: number;
  /** Adobe's own signed URLs and their expiry; for the owner's job resource only. */
  readonly results: readonly { readonly url: string; readonly expiresAt: number }[];
}

/** The quota as it stands now. */
export interface QuotaView {
  readonly perMinute: number;
  readonly usedThisMinute: number;
  readonly perDay: number;
  readonly usedToday: number;
  /** Epoch milliseconds until which Adobe asked us to hold back; undefined when it did not. */
  readonly cooldownUntil: number | undefined;
}

/** The budget as it stands. */
export interface BudgetView {
  /** Most paid requests in 24 hours. */
  readonly limit: number;
  /** Spent in the last 24 hours. */
  readonly spent: number;
  /** Interactive jobs that wait for their permit; a new call finds the budget without what they will spend. */
  readonly committed: number;
  /** When a new call is admitted again (epoch ms); undefined while it is, and where it never will be. */
  readonly freeAt: number | undefined;
}

/** What one principal has spent lately: paid requests that Adobe accepted, or may have. */
export interface Usage {
  /** Days in UTC (`2026-01-31`) on which something was spent, newest first. */
  readonly days: readonly { readonly day: string; readonly paidRequests: number }[];
  /** Over all these days, the most used tool first. */
  readonly tools: readonly { readonly tool: string; readonly paidRequests: number }[];
}

/** Everything at a glance. */
export interface Overview {
  readonly queued: number;
  readonly running: number;
  /** Newest first. */
  readonly jobs: readonly JobView[];
  readonly quota: QuotaView;
  /** Undefined where no daily budget is set. */
  readonly budget: BudgetView | undefined;
}

/** A sign of life while waiting. */
export interface WaitUpdate {
  readonly job: JobView;
}

/** How a caller waits. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onUpdate?: (update: WaitUpdate) => void;
}

/** The job desk: what tools, resources and commands ask of the engine. */
export interface Jobs {
  /**
   * Writes the job down (durable before this resolves), or finds the earlier job that an identical call attaches to
   * (`deduplication/`). The view is that of its row alone; `wait` and `get` tell place, estimates and pictures.
   * @throws Problem `idempotency_conflict`, `budget_exhausted`, `queue_full`, store problems; the reason of `signal`
   */
  enqueue(
    request: PaidRequest,
    caller: Caller,
    options?: EnqueueOptions & CallSignal,
  ): Promise<{ readonly job: JobView; readonly attached: boolean }>;
  /**
   * The job that this call would attach to, so that nobody has to be asked about spending.
   * @throws Problem `idempotency_conflict`
   */
  findDuplicate(request: PaidRequest, caller: Caller, options: EnqueueOptions): Promise<JobView | undefined>;
  /**
   * Waits for a job until it is final, or for `waitMs`, or until the signal aborts (which ends the waiting, never the
   * job). Calls `onUpdate` at every change and at least every 5 s. Resolves with the job as it then is.
   * @throws Problem `unknown_job`
   */
  wait(id: string, caller: Caller, options: WaitOptions): Promise<JobView>;
  /**
   * Says that an answer which showed this job in this state has been written to the caller's connection. Without that an
   * identical call attaches to the job for a while after its end instead of paying again.
   */
  markDelivered(job: Pick<JobView, 'id' | 'state'>): Promise<void>;
  /** @throws Problem `unknown_job` */
  get(id: string, caller: Caller): Promise<JobView>;
  list(query: { limit: number; before?: string | undefined }, caller: Caller): Promise<readonly JobView[]>;
  /**
   * Asks for the end of a job: free before the submit, one PUT at Adobe after it. Asking again changes nothing.
   * @throws Problem `unknown_job`, `job_finished`
   */
  cancel(id: string, caller: Caller): Promise<JobView>;
  /**
   * A new job in place of one that ended `submit_unknown` (or failed, was cancelled, expired). The caller has said that
   * a second charge is acceptable.
   * @throws Problem `unknown_job`, `not_resubmittable`, `budget_exhausted`
   */
  resubmit(id: string, caller: Caller, options?: CallSignal): Promise<JobView>;
  overview(caller: Caller, options: { limit: number }): Promise<Overview>;
  /** What the caller has spent lately. */
  usage(caller: Caller): Promise<Usage>;
  /** Reads the store once. @throws Problem of the store when it does not answer */
  probe(): Promise<void>;
}
