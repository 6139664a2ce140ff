import type { Freed } from '../../images/blobs/freed.ts';
import type { PersonDay } from './spending-views.ts';

/** An unfinished job as an administrator sees it: whose it is and what it costs, and nothing of what it shows. */
export interface UnfinishedJob {
  readonly id: string;
  readonly principal: string;
  readonly tool: string;
  readonly state: string;
  readonly cancelling: boolean;
  readonly operations: number;
  readonly batch: string | undefined;
  /** Percent, where Adobe reports it. */
  readonly progress: number | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Unfinished jobs of one principal without and with a permit. */
export interface PersonQueue {
  readonly principal: string;
  readonly queued: number;
  readonly running: number;
}

/** What an administrator's deletion has deleted, or would delete. */
export interface Forgotten {
  readonly jobs: number;
  readonly batches: number;
  readonly pictures: number;
  /** Upload ids that were kept for reuse. */
  readonly uploads: number;
  readonly freed: Freed;
  /** Jobs that are at Adobe or with a process: their cancel is requested, and they go with a later deletion. */
  readonly unfinished: number;
}

/** Administration of what all principals have. Its callers have checked that an administrator asks. */
export interface Administration {
  /** What each principal may have been charged for on each of the last `days` days, today included, newest first. */
  spending(options: { readonly days: number }): Promise<readonly PersonDay[]>;
  /** Unfinished jobs of all principals: those with a permit first, then in the order of the queue. */
  unfinished(options: {
    readonly limit: number;
  }): Promise<{ readonly jobs: readonly UnfinishedJob[]; readonly people: readonly PersonQueue[] }>;
  /**
   * Cancels a job or a batch of any principal, as its owner could.
   * @throws Problem `unknown_job`, `job_finished`, `batch_ended`
   */
  cancel(id: string): Promise<{ readonly id: string; readonly principal: string; readonly state: string }>;
  /**
   * Deletes everything of a principal, under every account: jobs, batches, pictures, uploads, contents that no other
   * principal has. Cancels what is unfinished first. The record of spending stays, and so do files that were saved outside of the
   * data folder.
   * @param options `dryRun` only counts
   */
  forget(principal: string, options?: { readonly dryRun?: boolean }): Promise<Forgotten>;
}
