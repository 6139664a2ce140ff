import type { Cost } from '../../firefly/pricing.ts';

/** What one picture may have cost: its part of the request that made it. */
export interface PictureCost extends Pick<Cost, 'estimate'> {
  /** A fraction, to two places, where a request is not billed by the picture. */
  readonly operations: number;
}

/** The quota of the account now. */
export interface QuotaView {
  readonly perMinute: number;
  readonly usedThisMinute: number;
  /** When the first request of the minute, and of the day, no longer counts (epoch ms); undefined where none counts. */
  readonly minuteResetsAt: number | undefined;
  readonly dayResetsAt: number | undefined;
  readonly perDay: number;
  readonly usedToday: number;
  /** End of the cooldown (epoch ms); undefined outside of one. */
  readonly cooldownUntil: number | undefined;
}

/** The owner of a budget: this installation with one account, or the principal of a call. */
export type BudgetOwner = 'installation' | 'principal';

/** A daily budget now, in operations. */
export interface BudgetView {
  /** Most in 24 hours. */
  readonly limit: number;
  /** Spent in the last 24 hours. */
  readonly spent: number;
  /** Of interactive jobs that wait for their permit. A new call is admitted only if the budget also covers them. */
  readonly committed: number;
  /** Neither spent nor committed. */
  readonly left: number;
  /**
   * When a call of the cost in question is admitted again (epoch ms); undefined while it is admitted, and where it never
   * will be.
   */
  readonly freeAt: number | undefined;
  /** When the first spending no longer counts (epoch ms). */
  readonly resetsAt?: number | undefined;
}

/** Days that are reported, today included. Permits are kept longer. */
export const USAGE_DAYS = 30;

/** What one principal may have been charged for on one day in UTC (`2026-01-31`). */
export interface PersonDay {
  readonly day: string;
  readonly principal: string;
  readonly cost: Cost;
}

/** What one principal may have been charged for in the last 30 days. */
export interface Usage {
  /** Days in UTC (`2026-01-31`) with a request, newest first. */
  readonly days: readonly { readonly day: string; readonly cost: Cost }[];
  /** Over all these days, most operations first. */
  readonly tools: readonly { readonly tool: string; readonly cost: Cost }[];
}
