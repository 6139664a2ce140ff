/** How far back a permit counts: Adobe's minute, and a margin because the network can press requests together. */
export const MINUTE_WINDOW_MS = 60_000 + 2_000;
/** The same for the day. */
export const DAY_WINDOW_MS = 24 * 3_600_000 + 2_000;

/** Requests that the organisation may send (Adobe's default: 4 a minute, 9000 a day). */
export interface Quota {
  readonly perMinute: number;
  readonly perDay: number;
  /** Most paid requests of this installation in 24 hours; no limit where undefined. */
  readonly dailyBudget?: number | undefined;
}

/** So many requests in any stretch of time: the minute's quota, the day's, or the budget. */
export interface Limit {
  readonly windowMs: number;
  /** How many are allowed from when on (ascending, the first from the beginning of time; never falling). */
  readonly steps: readonly { readonly from: number; readonly most: number }[];
  /** How many requests count now. */
  readonly used: number;
  /** Since when they count, ascending; as many of the oldest as can decide when there is room. */
  readonly oldest: readonly number[];
}

/** Everything that decides when a request may start. */
export interface Outlook {
  readonly now: number;
  /** Adobe's wish to be left alone until then (429). */
  readonly cooldownUntil: number | undefined;
  readonly limits: readonly Limit[];
}

/** What the ledger says at one moment. */
export interface Ledger extends Outlook {
  /** The quota as it is kept now: slower than Adobe's after repeated 429s. */
  readonly quota: Quota;
  /** Since when permits of the minute window count, ascending, and how many count within the day window. */
  readonly recent: readonly number[];
  readonly today: number;
}

/** The steps of a limit that does not change. */
export function always(most: number): Limit['steps'] {
  return [{ from: -Infinity, most }];
}

/**
 * When a request gets its permit that has `ahead` others before it. `latencyMs` is how long a submit takes. A result of
 * `now` or less means: now; Infinity means never. Every grant and every estimate is made by this one rule, which plays
 * through what the queue will do.
 */
export function permitTime({ now, cooldownUntil, limits }: Outlook, ahead: number, latencyMs: number): number {
  const granted: number[] = [];
  let at = Math.max(now, cooldownUntil ?? 0);
  for (let place = 0; place <= ahead && Number.isFinite(at); place += 1) {
    // A limit that has room keeps it until the next grant, so each is asked once.
    for (const limit of limits) at = roomAt(limit, at, granted);
    granted.push(at + latencyMs);
  }
  return at;
}

/** From when on, `start` or later, a limit has room, with those that were granted since. */
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
