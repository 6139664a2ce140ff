import type { Cost } from '../../../firefly/pricing.ts';
import type { ImageRecord } from '../../../images/types.ts';
import type { StoredProblem } from '../../../shared/errors.ts';
import type { JobState } from '../../model/states.ts';
import type { BudgetOwner } from '../../model/spending-views.ts';
import type { PaidRequest } from '../../model/types.ts';
import type { CallSignal } from '../../model/requests/call-options.ts';
import type { Caller } from '../../../shared/caller.ts';
import type { Retryable, RetryOptions } from './retry-options.ts';

/** States of a batch. `finished` follows from its items; the others are what its owner has asked for. */
export const BATCH_STATES = ['active', 'paused', 'cancelled', 'finished'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** Items by group of states. `unknown` may have been charged; `failed` includes results that could not be fetched. */
export interface BatchCounts {
  readonly waiting: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly unknown: number;
}

/** One item of a batch before it is stored. */
export interface PlannedItem {
  /** Unique within the batch (`itemKeys`). */
  readonly key: string;
  /** Name of the item for people: its id, the name of its picture, or its line. */
  readonly label: string;
  /** Name of the file of its picture, else its prompt; undefined without either. */
  readonly source?: string | undefined;
  /** Template of its file names (`fileNameFor`). */
  readonly name: string;
  readonly request: PaidRequest;
}

/** A batch of which every item has been checked. */
export interface BatchPlan {
  readonly tool: string;
  /** Name of the source for people, such as that of its file. */
  readonly source: string;
  /** Hash of the whole source: equal for two submissions of one batch. */
  readonly digest: string;
  /** In the order in which they are sent. */
  readonly items: readonly PlannedItem[];
  /** Identical items that were left out. */
  readonly duplicates: number;
  /** Absolute path of the folder for pictures and manifest; undefined where no files are wanted. */
  readonly folder: string | undefined;
}

/** An item without pictures, and the reason. */
export interface BatchFailure {
  readonly label: string;
  readonly job: string;
  readonly state: JobState;
  readonly problem: StoredProblem | undefined;
}

/** A batch as its owner may see it. */
export interface BatchView {
  readonly id: string;
  readonly tool: string;
  readonly source: string;
  readonly state: BatchState;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly items: number;
  /** Items that are stored. Fewer than `items` after a crash during `submit`. */
  readonly written: number;
  /** Identical items that were left out. */
  readonly duplicates: number;
  readonly counts: BatchCounts;
  /** What may have been charged so far. */
  readonly cost: Cost;
  /** Estimated end of the last item (epoch ms); undefined where no item is waiting or running, or none ever ends. */
  readonly endsAt: number | undefined;
  readonly folder: string | undefined;
  /** Absolute paths of the manifest (CSV and JSON), once written. */
  readonly manifests: readonly string[];
  /** Every item has ended, and its files are written. */
  readonly settled: boolean;
  /** Whether any process works on jobs of this account; without one no item is sent. */
  readonly isDriven: boolean;
  /** The problem that keeps waiting items from being sent; undefined where that is only the quota. */
  readonly waitsFor: StoredProblem | undefined;
  /** The first items that failed or have an unknown outcome. */
  readonly failures: readonly BatchFailure[];
}

/** One item of a batch as answers and the manifest show it. */
export interface BatchItemView {
  readonly item: string;
  /** Number of the item in the batch, from 1. */
  readonly place: number;
  readonly label: string;
  /** Name of the file that its picture came from, else the beginning of its prompt; undefined without either. */
  readonly source: string | undefined;
  readonly job: string;
  readonly state: JobState;
  readonly images: readonly ImageRecord[];
  /** Files that were written, by handle; paths are absolute. */
  readonly files: Readonly<Record<string, string>>;
  readonly problem: StoredProblem | undefined;
  /** Why it is shown as Adobe made it, and the way on; undefined where no composite is missing. */
  readonly remark?: string | undefined;
  /** What may have been charged for its current job. */
  readonly cost: Cost;
}

/** What a daily budget has left for a batch, in operations. */
export interface BudgetOutlook {
  readonly owner: BudgetOwner;
  readonly limit: number;
  readonly left: number;
  /** Items that cost more than the whole budget, and so are never sent. */
  readonly tooLarge: number;
}

/** Cost, time and budgets of a batch before it is submitted. */
export interface BatchOutlook {
  /** What all its items will cost. */
  readonly cost: Cost;
  /** Estimated end of its last item (epoch ms), if it were submitted now; undefined where it would never end. */
  readonly endsAt: number | undefined;
  /** The daily budgets that hold for its caller: none, one or two. */
  readonly budgets: readonly BudgetOutlook[];
}

/** Options of `Batches.submit`. */
export interface SubmitOptions {
  /** Stores a new batch even if its digest is known. */
  readonly newJob?: boolean | undefined;
  /** Called after each transaction with the number of items stored so far. */
  readonly onWritten?: (written: number) => void;
}

/**
 * The batch queue as tools and commands use it. The id of a batch of another principal gives `unknown_batch`, as one that
 * does not exist does.
 */
export interface Batches {
  /** The newest batch of this digest, cancelled or not. */
  find(digest: string, caller: Caller): Promise<BatchView | undefined>;
  /**
   * Stores a batch in several transactions, all of them durable before this resolves. A digest that is known completes
   * the earlier batch, unless that was cancelled, or with `newJob`.
   * @throws Problem `batch_cancelled` when it is cancelled meanwhile, `credentials_missing` and others of the token, store
   *   problems
   */
  submit(plan: BatchPlan, caller: Caller, options?: SubmitOptions): Promise<BatchView>;
  /** Cost, time and budgets of a batch before it is submitted. Writes nothing. */
  outlook(plan: BatchPlan, caller: Caller): Promise<BatchOutlook>;
  /**
   * Keys of items whose requests an earlier batch from a source of this name has made, is making, or may have paid for.
   * A request that was made twice covers two items.
   */
  alreadyMade(plan: BatchPlan, caller: Caller): Promise<ReadonlySet<string>>;
  /** Id of the newest batch from a source of this name, cancelled or not. */
  newestFrom(plan: Pick<BatchPlan, 'source' | 'tool'>, caller: Caller): Promise<string | undefined>;
  /** Ids of the jobs of a batch, in the order of its source. @throws Problem `unknown_batch` */
  jobsOf(id: string, caller: Caller): Promise<readonly string[]>;
  /**
   * The items of a batch that have ended, in the order of its source; where it has more than `limit`, those whose pictures
   * came last.
   * @throws Problem `unknown_batch`
   */
  endedItems(id: string, caller: Caller, options: { limit: number }): Promise<readonly BatchItemView[]>;
  /** @throws Problem `unknown_batch` */
  get(id: string, caller: Caller): Promise<BatchView>;
  /** Unfinished ones first, then the newest. */
  list(query: { limit: number }, caller: Caller): Promise<readonly BatchView[]>;
  /** Keeps waiting items from being sent; items in flight continue. @throws Problem `unknown_batch`, `batch_ended` */
  pause(id: string, caller: Caller): Promise<BatchView>;
  /** @throws Problem `unknown_batch`, `batch_ended` */
  resume(id: string, caller: Caller): Promise<BatchView>;
  /** Ends waiting items, for free, and asks Adobe to end those in flight. @throws Problem `unknown_batch`, `batch_ended` */
  cancel(id: string, caller: Caller): Promise<BatchView>;
  /** What `retry` would make again now, and spend. @throws Problem `unknown_batch` */
  retryable(id: string, caller: Caller, options: RetryOptions): Promise<Retryable>;
  /**
   * Enqueues new jobs for items that failed or expired; for those with an unknown outcome only where a second charge is
   * accepted. A cancelled batch becomes active again.
   * @throws Problem `unknown_batch`, `credentials_missing` and others of the token
   */
  retry(id: string, caller: Caller, options: RetryOptions): Promise<{ readonly retried: number }>;
  /**
   * Makes composites of a batch that could not be made before, free; their files are written anew. Begins none after
   * `withinMs`.
   * @throws Problem `unknown_batch`; the reason of the signal
   */
  finishEdits(id: string, caller: Caller, options: CallSignal & { readonly withinMs: number }): Promise<void>;
  /**
   * Writes the files of items that have ended, deleted files anew, and the current manifest; composites that are missing
   * are made before, as by `finishEdits`, until the signal aborts. Writes nothing for a batch without folder.
   * @throws Problem `unknown_batch`, `disk_full`, `folder_unwritable` …
   */
  writeOutput(id: string, caller: Caller, options?: CallSignal): Promise<BatchView>;
}
