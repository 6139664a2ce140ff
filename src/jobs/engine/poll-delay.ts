import { jitter, type Random } from '../../shared/random.ts';

const MIN_DELAY_MS = 300;
const FIRST_DELAY_MS = 1_000;
/** Pause between polls around the usual end: with the spread of delays, a second would make more polls than one a second does. */
const STEP_MS = 1_020;
/** Polls at the first interval, of a job whose usual duration is not known. */
const STEADY_POLLS = 8;
/** Share of the usual duration after which a job is polled first. */
const FIRST_SHARE = 0.3;
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
 * Milliseconds before the next status request, at least 300. A job whose usual duration is known is polled at three tenths
 * of it, then about every second; any other job every second at first, then at growing intervals (docs/jobs.md#polling).
 * Neither takes more polls than one a second would, but for one more of the shortest jobs.
 */
export function pollDelay(facts: PollFacts, random: Random): number {
  if (facts.retryAfterMs !== undefined) return Math.max(MIN_DELAY_MS, Math.min(facts.retryAfterMs, MAX_RETRY_AFTER_MS));
  const delay = facts.typicalMs === undefined ? growingDelay(facts.polls) : expectedDelay(facts, facts.typicalMs);
  return Math.max(MIN_DELAY_MS, jitter(Math.min(delay, MAX_DELAY_MS), 0.2, random));
}

function growingDelay(polls: number): number {
  return FIRST_DELAY_MS * 1.2 ** Math.min(Math.max(0, polls - STEADY_POLLS), 20);
}

/** Polls first well before the usual end: polling only then would never observe shorter durations. */
function expectedDelay({ elapsedMs, polls }: PollFacts, typicalMs: number): number {
  const untilFirst = typicalMs * FIRST_SHARE - elapsedMs;
  if (polls === 0 && untilFirst > 0) return untilFirst;
  // A job that takes minutes is not worth a poll a second, and one that is overdue may take long.
  const overdueMs = Math.max(0, elapsedMs - typicalMs * 1.5);
  return Math.max(STEP_MS, typicalMs * 0.05) + overdueMs * 0.1;
}
