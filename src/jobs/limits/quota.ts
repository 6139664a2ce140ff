/** Window of the limit per minute. The margin is for the network, which can press requests together. */
export const MINUTE_WINDOW_MS = 60_000 + 2_000;
/** Window of the limit per day, with the margin of the minute. */
export const DAY_WINDOW_MS = 24 * 3_600_000 + 2_000;

/** Requests that the organisation may send. Adobe's default is 4 a minute and 9000 a day. */
export interface Quota {
  readonly perMinute: number;
  readonly perDay: number;
  /** Most paid requests of this installation in 24 hours; undefined for no limit. */
  readonly dailyBudget?: number | undefined;
}

/** A limit over a sliding window: that of the minute, that of the day, or the budget. */
export interface Limit {
  readonly windowMs: number;
  /** Allowed requests (`most`, never falling) from a time on (epoch ms, ascending; the first is -Infinity). */
  readonly steps: readonly { readonly from: number; readonly most: number }[];
  /** Requests in the window now. */
  readonly used: number;
  /** Times from which the oldest of these count, ascending; as many as can decide when there is room. */
  readonly oldest: readonly number[];
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
  /** Times from which the permits of the minute window count, ascending. */
  readonly recent: readonly number[];
  /** Permits in the window of the day. */
  readonly today: number;
}

/** Steps of a limit that does not change with time. */
export function constantSteps(most: number): Limit['steps'] {
  return [{ from: -Infinity, most }];
}

/**
 * The time (epoch ms) at which a request gets its permit that has `ahead` others before it, by simulating the grants of
 * those. Infinity means never. Every grant and every estimate is made by this one rule.
 * @param latencyMs how long a submit takes
 */
export function permitTime({ now, cooldownUntil, limits }: Constraints, ahead: number, latencyMs: number): number {
  const granted: number[] = [];
  let at = Math.max(now, cooldownUntil ?? 0);
  for (let place = 0; place <= ahead && Number.isFinite(at); place += 1) {
    // A limit that has room at one time has it until the next grant, so one pass over the limits is enough.
    for (const limit of limits) at = roomAt(limit, at, granted);
    granted.push(at + latencyMs);
  }
  return at;
}

/** The first time, `start` or later, at which a limit has room beside the grants that were simulated so far. */
function roomAt({ windowMs, steps, used, oldest }: Limit, start: number, granted: readonly number[]): number {
  const count = used + granted.length;
  const countsFrom = (index: number) =>
    index < used ? (oldest[index] ?? oldest.at(-1) ?? start) : (granted[index - used] ?? start);
  for (const [index, { from, most }] of steps.entries()) {
    const until = steps[index + 1]?.from ?? Infinity;
    if (until <= start || most <= 0) continue;
    const free = count < most ? start : countsFrom(count - most) + windowMs;
    const at = Math.max(start, from, free);
    if (at < until) return at;
  }
  return Infinity;
}
