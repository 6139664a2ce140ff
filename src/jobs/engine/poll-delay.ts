import { jitter, type Random } from '../../shared/random.ts';

const MIN_DELAY_MS = 300;
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 10_000;
/** Longest wait that Adobe can impose on a poll. */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

/** Input of `pollDelay`. */
export interface PollFacts {
  /** Milliseconds since Adobe accepted the job. */
  readonly elapsedMs: number;
  /** Polls made so far by this process. */
  readonly polls: number;
  /** Median duration of jobs of this kind; undefined before the first one has ended. */
  readonly typicalMs: number | undefined;
  /** `Retry-After` of the last answer. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Milliseconds before the next status request, at least 300. A job whose usual duration is known is polled at half of
 * it, at nine tenths, then in small steps; any other job at growing intervals (docs/jobs.md#polling).
 */
export function pollDelay(facts: PollFacts, random: Random): number {
  if (facts.retryAfterMs !== undefined) return Math.max(MIN_DELAY_MS, Math.min(facts.retryAfterMs, MAX_RETRY_AFTER_MS));
  const delay = facts.typicalMs === undefined ? growingDelay(facts.polls) : expectedDelay(facts, facts.typicalMs);
  return Math.max(MIN_DELAY_MS, jitter(Math.min(delay, MAX_DELAY_MS), 0.2, random));
}

function growingDelay(polls: number): number {
  return FIRST_DELAY_MS * 1.5 ** Math.min(polls, 10);
}

/** Polls first at half the median: polling only later would never observe shorter durations. */
function expectedDelay({ elapsedMs, polls }: PollFacts, typicalMs: number): number {
  const untilHalf = typicalMs * 0.5 - elapsedMs;
  if (polls === 0 && untilHalf > 0) return untilHalf;
  const untilNearEnd = typicalMs * 0.9 - elapsedMs;
  return untilNearEnd > 0 ? untilNearEnd : typicalMs * 0.15 + (elapsedMs - typicalMs * 0.9) * 0.3;
}
