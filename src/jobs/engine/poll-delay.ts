import { jitter, type Random } from '../../shared/random.ts';

const FLOOR_MS = 300;
const FIRST_MS = 1_000;
const CEILING_MS = 10_000;
/** Longest wait that Adobe can impose on a poll. */
const RETRY_AFTER_CEILING_MS = 15 * 60_000;

/** What the next poll is decided by. */
export interface PollFacts {
  /** Milliseconds since Adobe accepted the job. */
  readonly elapsedMs: number;
  /** Polls made so far by this process. */
  readonly polls: number;
  /** Median duration of such jobs so far; undefined before the first one. */
  readonly typicalMs: number | undefined;
  readonly retryAfterMs: number | undefined;
}

/**
 * How long to wait before the next status request. Jobs whose usual duration is known are asked at half of it, shortly
 * before they should be done, then often; others at growing distances. Always at least 300 ms, whatever Adobe answers.
 */
export function pollDelay(facts: PollFacts, random: Random): number {
  if (facts.retryAfterMs !== undefined) return Math.max(FLOOR_MS, Math.min(facts.retryAfterMs, RETRY_AFTER_CEILING_MS));
  const delay = facts.typicalMs === undefined ? growing(facts.polls) : expecting(facts, facts.typicalMs);
  return Math.max(FLOOR_MS, jitter(Math.min(delay, CEILING_MS), 0.2, random));
}

function growing(polls: number): number {
  return FIRST_MS * 1.5 ** Math.min(polls, 10);
}

/** The first look is at half time: who never looks early never learns that jobs have become quicker. */
function expecting({ elapsedMs, polls }: PollFacts, typicalMs: number): number {
  const half = typicalMs * 0.5 - elapsedMs;
  if (polls === 0 && half > 0) return half;
  const early = typicalMs * 0.9 - elapsedMs;
  return early > 0 ? early : typicalMs * 0.15 + (elapsedMs - typicalMs * 0.9) * 0.3;
}
