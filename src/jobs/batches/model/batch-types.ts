import type { ImageRecord } from '../../../images/types.ts';
import type { ProblemRecord } from '../../../shared/errors.ts';
import type { JobState } from '../../model/states.ts';
import type { Caller, PaidRequest } from '../../model/types.ts';

/** How a batch stands. `finished` is seen from its items; the others are what somebody wanted. */
export const BATCH_STATES = ['active', 'paused', 'cancelled', 'finished'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** How many items stand where. `unknown` may have been charged; `failed` includes pictures that could not be had. */
export interface BatchCounts {
  readonly waiting: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly unknown: number;
}

/** One item of a batch that is to be written down. */
export interface PlannedItem {
  /** What tells it apart within the batch (`itemKeys`). */
  readonly key: string;
  /** What a person calls it: its id, the name of its picture, or its line. */
  readonly label: string;
  /** Template of its file names. */
  readonly name: string;
  readonly request: PaidRequest;
}

/** A batch, checked to the last item. */
export interface BatchPlan {
  readonly tool: string;
  /** What a person calls it, such as the name of its file. */
  readonly source: string;
  /** The same for two batches that ask for the same (`find`). */
  readonly digest: string;
  /** In the order in which they are to be made. */
  readonly items: readonly PlannedItem[];
  /** Identical items that were left out. */
  readonly duplicates: number;
  /** Absolute folder that pictures and manifest are written to; nothing is written where undefined. */
  readonly folder: string | undefined;
}

/** Why one item has no picture. */
export interface BatchFailure {
  readonly label: string;
  readonly job: string;
  readonly state: JobState;
  readonly problem: ProblemRecord | undefined;
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
  /** Items that are written down. Fewer than `items` after a crash while it was being written. */
  readonly written: number;
  readonly duplicates: number;
  readonly counts: BatchCounts;
  /** Requests that Adobe may have charged. */
  readonly paidRequests: number;
  /** Estimated end of the last item (epoch ms); undefined where there is nothing to wait for, or no telling. */
  readonly endsAt: number | undefined;
  readonly folder: string | undefined;
  /** Absolute paths of the manifest (CSV and JSON), once written. */
  readonly manifests: readonly string[];
  /** Nothing is left to do: every item has ended, and its files are written. */
  readonly settled: boolean;
  /** Whether some process works on jobs now; without one nothing goes on. */
  readonly isDriven: boolean;
  /** What keeps the next items from being sent, where it is anything but the quota. */
  readonly waitsFor: ProblemRecord | undefined;
  /** Of items that failed or have an unknown outcome: the first ones. */
  readonly failures: readonly BatchFailure[];
}

/** One item of a batch, as the manifest tells it. */
export interface BatchItemView {
  readonly item: string;
  readonly label: string;
  readonly job: string;
  readonly state: JobState;
  readonly images: readonly ImageRecord[];
  /** Files that were written, by handle; paths are absolute. */
  readonly files: Readonly<Record<string, string>>;
  readonly problem: ProblemRecord | undefined;
  readonly paidRequests: number;
}

/** What a batch that is not written down yet would mean. */
export interface BatchOutlook {
  /** When its last item will have ended (epoch ms), if it were submitted now; undefined where it never would. */
  readonly endsAt: number | undefined;
  /** The daily budget, and how much of it is left now; undefined where none is set. */
  readonly budget: { readonly limit: number; readonly left: number } | undefined;
}

/** Batches: what tools and commands ask of the engine. A foreign id answers exactly like an unknown one. */
export interface Batches {
  /** The newest batch of this digest, cancelled or not. */
  find(digest: string, caller: Caller): Promise<BatchView | undefined>;
  /**
   * Writes a batch down, a part at a time; durable before this resolves. The same digest goes on with the batch that is
   * there, unless that was cancelled, or `again`.
   * @throws Problem `batch_cancelled` when somebody cancels it meanwhile, store problems
   */
  submit(
    plan: BatchPlan,
    caller: Caller,
    options?: { readonly again?: boolean | undefined; readonly onWritten?: (written: number) => void },
  ): Promise<BatchView>;
  /** What submitting it would mean. Writes nothing. */
  outlook(plan: BatchPlan): Promise<BatchOutlook>;
  /**
   * Keys of items that an earlier batch from a source of this name has made, is making, or may have paid for: the same
   * requests, as often as they were made.
   */
  alreadyMade(plan: BatchPlan, caller: Caller): Promise<ReadonlySet<string>>;
  /** Newest pictures of a batch. @throws Problem `unknown_batch` */
  pictures(id: string, caller: Caller, options: { limit: number }): Promise<readonly ImageRecord[]>;
  /** @throws Problem `unknown_batch` */
  get(id: string, caller: Caller): Promise<BatchView>;
  /** Unfinished ones first, then the newest. */
  list(query: { limit: number }, caller: Caller): Promise<readonly BatchView[]>;
  /** Lets no further item begin; what has begun goes on. @throws Problem `unknown_batch`, `batch_ended` */
  pause(id: string, caller: Caller): Promise<BatchView>;
  /** @throws Problem `unknown_batch`, `batch_ended` */
  resume(id: string, caller: Caller): Promise<BatchView>;
  /** Ends what waits, for free, and asks Adobe to end what runs. @throws Problem `unknown_batch`, `batch_ended` */
  cancel(id: string, caller: Caller): Promise<BatchView>;
  /**
   * New jobs for items that failed; for those with an unknown outcome only where a second charge is
   * accepted. A cancelled batch becomes active again.
   * @throws Problem `unknown_batch`
   */
  retry(id: string, caller: Caller, options: { acceptPossibleCharge: boolean }): Promise<{ readonly retried: number }>;
  /**
   * Writes the files of items that have ended, those again that somebody has removed since, and the manifest as it then
   * is. Does nothing for a batch without folder.
   * @throws Problem `unknown_batch`, `disk_full`, `folder_unwritable` …
   */
  writeOutput(id: string, caller: Caller): Promise<BatchView>;
}
