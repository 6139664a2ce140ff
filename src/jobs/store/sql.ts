import type { JobRow } from '../model/job-row.ts';
import { isFinal, isWaiting, JOB_STATES, type JobState } from '../model/states.ts';

/** States as the right side of `IN`. Only constants of this program come in, never a value from outside. */
export function stateList(states: readonly JobState[]): string {
  return `(${states.map((state) => `'${state}'`).join(', ')})`;
}

const statesThat = (belong: (state: JobState) => boolean) => stateList(JOB_STATES.filter(belong));

/** Jobs that have no permit yet. */
export const WAITING = statesThat(isWaiting);
/** Unfinished jobs that have a permit. */
export const BEYOND_QUEUE = statesThat((state) => !isFinal(state) && !isWaiting(state));
/**
 * Unfinished jobs that a process has taken. The states are named one by one, so that an index on them is used: most
 * unfinished jobs are queued.
 */
export const TAKEN = statesThat((state) => !isFinal(state) && state !== 'queued');
/** Ends that surely left no picture; with `submit_unknown`, Adobe may have made some. */
export const ENDS_WITHOUT_PICTURE = stateList(['failed', 'expired', 'cancelled']);
/** Ends that a person may want to know of or to repeat. */
export const FAILURES = stateList(['failed', 'expired', 'submit_unknown']);

/** The order of the queue: kind, then turns, then age. Claims, permits and estimates all use it. */
export const QUEUE_ORDER = 'priority, turn, created_at';
export const QUEUE_ORDER_REVERSED = 'priority DESC, turn DESC, created_at DESC';
/** Condition for jobs that go before another one; its parameters are `placeInQueue` of that one. */
export const GOES_BEFORE = '(priority, turn, created_at) < (?, ?, ?)';

/** Parameters of `GOES_BEFORE`. */
export function placeInQueue(job: Pick<JobRow, 'priority' | 'turn' | 'createdAt'>): readonly number[] {
  return [job.priority, job.turn, job.createdAt];
}

/** The end of a permit, far off while it is in flight: one condition finds both, so that an index can serve it. */
export const PERMIT_END = 'COALESCE(ended_at, 9007199254740991)';
/**
 * Permits that count as spent: those whose request Adobe accepted, those whose outcome is unknown, and those in flight.
 * A refusal (400, 401, 429 …) is not known to cost anything, and an unsent request cannot.
 */
export const MAY_HAVE_COST = `COALESCE(outcome, 'unknown') IN ('accepted', 'unknown')`;

export { placeholders } from '../../store/placeholders.ts';
