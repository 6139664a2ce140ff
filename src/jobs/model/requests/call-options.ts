import type { Cost } from '../../../firefly/pricing.ts';

/** How a call is told apart from earlier identical ones (docs/jobs.md#deduplication). */
export interface EnqueueOptions {
  /** Decides in place of the fingerprint: for 24 hours one key and one request give one job. */
  readonly idempotencyKey?: string | undefined;
  /** Forces a new job. */
  readonly newJob?: boolean | undefined;
}

/** Cancellation of a call before its job is stored. */
export interface CallSignal {
  /** Aborts when the answer cannot reach its client any more: then no job is stored. */
  readonly signal?: AbortSignal | undefined;
}

/** What a call would do, if it were made now. */
export interface JobOutlook {
  /** The job of an identical call, which it would attach to. */
  readonly attachesTo: string | undefined;
  readonly cost: Cost;
  /** Estimated time (epoch ms) of the submit, where one is ever permitted, and of the end, where jobs of its kind have ended. */
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
}

/** A resubmission that a person may have to agree to. */
export interface Resubmission {
  readonly cost: Cost;
  readonly prompt: string | undefined;
  /** The job may have been charged: its outcome is unknown, or Adobe had taken it before it failed. */
  readonly mayChargeTwice: boolean;
}
