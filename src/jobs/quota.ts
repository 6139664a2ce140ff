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

/** What the ledger says at one moment. */
export interface Ledger {
  readonly now: number;
  readonly quota: Quota;
  /** Moments that permits count from, within the minute window, ascending. */
  readonly recent: readonly number[];
  /** How many permits count within the day window. */
  readonly today: number;
  /** When the day has room again, where it has none now. */
  readonly dayFreeAt: number | undefined;
  /** Adobe's wish to be left alone until then (429). */
  readonly heldUntil: number | undefined;
}

/**
 * When a request gets its permit that has `ahead` others before it. `latencyMs` is how long a submit takes. A result of
 * `ledger.now` or less means: now. Exact for the minute; beyond the day's end it is the first moment of the next day.
 */
export function permitTime(ledger: Ledger, ahead: number, latencyMs: number): number {
  const { quota, now } = ledger;
  const start = Math.max(now, ledger.heldUntil ?? 0);
  if (ledger.today + ahead >= quota.perDay) return Math.max(start, ledger.dayFreeAt ?? now + DAY_WINDOW_MS);
  const times = [...ledger.recent];
  let grant = start;
  for (let place = 0; place <= ahead; place += 1) {
    const blocking = times.length < quota.perMinute ? undefined : times[times.length - quota.perMinute];
    if (blocking !== undefined) grant = Math.max(grant, blocking + MINUTE_WINDOW_MS);
    times.push(grant + latencyMs);
  }
  return grant;
}
