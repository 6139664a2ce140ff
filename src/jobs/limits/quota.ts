import { SlidingWindow, type Limit } from './sliding-window.ts';
import { DAY_MS } from '../../shared/time/durations.ts';

/** Window of the limit per minute. The margin is for the network, which can press requests together. */
export const MINUTE_WINDOW_MS = 60_000 + 2_000;
/** Window of the limit per day, with the margin of the minute. */
export const DAY_WINDOW_MS = DAY_MS + 2_000;

/** Requests that the organisation may send. Adobe's default is 4 a minute and 9000 a day. */
export interface Quota {
  readonly perMinute: number;
  readonly perDay: number;
  /** Most operations of this installation in 24 hours; undefined for no limit. */
  readonly dailyBudget?: number | undefined;
}

/** Everything that decides when a request may start. Times are epoch milliseconds. */
export interface Constraints {
  readonly now: number;
  /** End of the last cooldown, which may be in the past. */
  readonly cooldownUntil: number | undefined;
  readonly limits: readonly Limit[];
}

/** Use of the quota at one moment. */
export interface Ledger extends Constraints {
  /** The quota in force. After 429s its `perMinute` is below the configured one. */
  readonly quota: Quota;
  /** Permits in the window of the minute. */
  readonly thisMinute: number;
  /** Permits in the window of the day. */
  readonly today: number;
}

/**
 * The time (epoch ms) at which a request gets its permit that has `ahead` others before it, by simulating the grants of
 * those. Infinity means never. A job ahead that never gets one, since it takes more than a whole limit, keeps no other
 * waiting. Every grant and every estimate is made by this one rule.
 * @param latencyMs how long a submit takes
 */
export function permitTime({ now, cooldownUntil, limits }: Constraints, ahead: number, latencyMs: number): number {
  const windows = limits.map((limit) => new SlidingWindow(limit));
  let earliest = Math.max(now, cooldownUntil ?? 0);
  for (let place = 0; ; place += 1) {
    // A limit that has room at one time has it until the next grant, so one pass over the limits is enough.
    const at = windows.reduce((time, window) => window.roomAt(time, place), earliest);
    if (place >= ahead) return at;
    if (!Number.isFinite(at)) continue;
    for (const window of windows) window.grant(at, place, latencyMs);
    earliest = at;
  }
}
