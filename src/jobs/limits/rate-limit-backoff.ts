import { constantSteps, type Limit } from './sliding-window.ts';

/** Time since the last 429 for which the pace stays reduced. */
const QUIET_MS = 10 * 60_000;
/** Interval at which the pace then rises by one request a minute. */
const STEP_MS = 60_000;
/** Hits that are remembered; each halves the pace once more. */
const MAX_HITS = 6;

/** Recent 429s of an account. */
export interface RateLimitHits {
  readonly count: number;
  /** Time of the last one, epoch milliseconds. */
  readonly lastAt: number;
}

/**
 * Counts one more 429. One that comes during a cooldown belongs to a request that was in flight, and does not count.
 */
export function afterRateLimit(before: RateLimitHits | undefined, now: number, isCoolingDown: boolean): RateLimitHits {
  if (before && isCoolingDown) return before;
  const recent = before !== undefined && now - before.lastAt < QUIET_MS;
  return { count: Math.min(recent ? before.count + 1 : 1, MAX_HITS), lastAt: now };
}

/**
 * Steps of the limit per minute after repeated 429s, since others in the organisation share the quota: the second 429
 * within ten minutes halves the pace, each further one halves it again, and after ten quiet minutes it rises by one a
 * minute (docs/quota-and-money.md#backoff-after-429).
 */
export function pacesAfterHits(hits: RateLimitHits | undefined, perMinute: number): Limit['steps'] {
  if (hits === undefined || hits.count < 2) return constantSteps(perMinute);
  const slowed = Math.max(1, Math.floor(perMinute / 2 ** (hits.count - 1)));
  const rising = Array.from({ length: Math.max(0, perMinute - slowed) }, (_, n) => ({
    from: hits.lastAt + QUIET_MS + (n + 1) * STEP_MS,
    most: slowed + n + 1,
  }));
  return [...constantSteps(Math.min(slowed, perMinute)), ...rising];
}

/** Limit per minute in force at `now` (epoch ms). */
export function currentPace(hits: RateLimitHits | undefined, perMinute: number, now: number): number {
  return pacesAfterHits(hits, perMinute).findLast(({ from }) => from <= now)?.most ?? perMinute;
}
