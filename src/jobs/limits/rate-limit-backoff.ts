import { always, type Limit } from './quota.ts';

/** How long repeated 429s slow everybody down, before the pace rises again. */
const SLOW_MS = 10 * 60_000;
/** After that, one more request a minute in each of these. */
const STEP_MS = 60_000;
const MOST_HITS = 6;

/** How often Adobe has said 429 lately. */
export interface RateLimitHits {
  readonly count: number;
  /** Epoch milliseconds of the last one. */
  readonly lastAt: number;
}

/**
 * One more 429. Those that come while the gate is already closed belong to requests that were under way, and say
 * nothing new.
 */
export function afterRateLimit(before: RateLimitHits | undefined, now: number, gateIsClosed: boolean): RateLimitHits {
  if (before && gateIsClosed) return before;
  const recent = before !== undefined && now - before.lastAt < SLOW_MS;
  return { count: Math.min(recent ? before.count + 1 : 1, MOST_HITS), lastAt: now };
}

/**
 * Requests a minute that are wise, and from when on: others in the organisation share the quota, so the second 429
 * within ten minutes halves the pace, each further one halves it again, and after ten quiet minutes it rises by one a
 * minute (`reliability.md` §4c).
 */
export function pacesAfterHits(strikes: RateLimitHits | undefined, perMinute: number): Limit['steps'] {
  if (strikes === undefined || strikes.count < 2) return always(perMinute);
  const slowed = Math.max(1, Math.floor(perMinute / 2 ** (strikes.count - 1)));
  const rising = Array.from({ length: Math.max(0, perMinute - slowed) }, (_, n) => ({
    from: strikes.lastAt + SLOW_MS + (n + 1) * STEP_MS,
    most: slowed + n + 1,
  }));
  return [...always(Math.min(slowed, perMinute)), ...rising];
}

/** Requests a minute that are wise now. */
export function currentPace(strikes: RateLimitHits | undefined, perMinute: number, now: number): number {
  return pacesAfterHits(strikes, perMinute).findLast(({ from }) => from <= now)?.most ?? perMinute;
}
