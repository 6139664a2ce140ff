import { DAY_WINDOW_MS, permitTime, type Ledger } from '../quota.ts';

/** A limit for a day: how much of it is used, and when it has room again where it has none. */
export interface DayLimit {
  readonly limit: number;
  readonly used: number;
  readonly freeAt: number | undefined;
}

/** What the end of a batch depends on. */
export interface EstimateFacts {
  readonly ledger: Ledger;
  /** Limits for the day: the quota's, and the budget's where there is one. */
  readonly days: readonly DayLimit[];
  /** Jobs that go before the last item, its own batch's included. */
  readonly ahead: number;
  /** How long a submit takes, and a job after it. */
  readonly latencyMs: number;
  readonly durationMs: number;
}

/**
 * When the last item of a batch will have ended; undefined where it never will. The minute's quota exactly as
 * `permitTime` has it; days beyond the first as often as their limit goes into what is ahead.
 */
export function batchEnd({ ledger, days, ahead, latencyMs, durationMs }: EstimateFacts): number | undefined {
  const starts = [minutesOnly(ledger, ahead, latencyMs), ...days.map((day) => dayStart(ledger, day, ahead, latencyMs))];
  const start = starts.reduce((a, b) => Math.max(a, b));
  return Number.isFinite(start) ? start + latencyMs + durationMs : undefined;
}

function dayStart(ledger: Ledger, { limit, used, freeAt }: DayLimit, ahead: number, latencyMs: number): number {
  if (limit <= 0) return Infinity;
  const beyond = used + ahead - limit;
  if (beyond < 0) return minutesOnly(ledger, ahead, latencyMs);
  const free = freeAt ?? ledger.now + DAY_WINDOW_MS;
  const intoTheDay = minutesOnly({ ...ledger, recent: [] }, beyond % limit, latencyMs) - ledger.now;
  return free + Math.floor(beyond / limit) * DAY_WINDOW_MS + Math.max(0, intoTheDay);
}

function minutesOnly(ledger: Ledger, ahead: number, latencyMs: number): number {
  const { perMinute } = ledger.quota;
  return permitTime({ ...ledger, quota: { perMinute, perDay: Infinity } }, ahead, latencyMs);
}
