import { JobRow } from '../model/job-row.ts';
import { isUnsent, isWaiting, JOB_STATES, type JobState } from '../model/states.ts';

/** States as the right side of `IN`. Safe to splice in, since only constants of this program are of the type. */
export function stateList(states: readonly JobState[]): string {
  return `(${states.map((state) => `'${state}'`).join(', ')})`;
}

/**
 * Condition for jobs that this version can work on. A later version may have added operations: their jobs are left to
 * its processes, and must not keep others from their turn where there is none.
 */
export const IS_KNOWN = `operation IN (${JobRow.shape.operation.options.map((id) => `'${id}'`).join(', ')})`;

const statesThat = (predicate: (state: JobState) => boolean) => stateList(JOB_STATES.filter(predicate));

/** Jobs that wait for their permit. */
export const WAITING = statesThat(isWaiting);
/** Jobs of which nothing can have been sent. */
export const UNSENT = statesThat(isUnsent);
/** Condition for unfinished jobs outside of batches that have a permit, as the index on them has it. */
export const IS_BEGUN = `finished_at IS NULL AND batch IS NULL AND state NOT IN ${WAITING}`;
/** Condition for jobs that a process holds, or has held when it died, as the index on them has it. */
export const IS_HELD = 'finished_at IS NULL AND lease_owner IS NOT NULL';
/** Condition for begun jobs that no process holds, as the index on them has it. */
export const IS_LEFT = `finished_at IS NULL AND lease_owner IS NULL AND state <> 'queued'`;
/** Final states without a picture. After `submit_unknown` Adobe may have made some. */
export const ENDS_WITHOUT_PICTURE = stateList(['failed', 'expired', 'cancelled']);
/** Final states that a person is shown and may repeat. */
export const FAILURES = stateList(['failed', 'expired', 'submit_unknown']);

/** Order of the queue: kind, then turn, then age. Claims, permits and estimates all use it. */
export const QUEUE_ORDER = 'priority, turn, created_at';
export const QUEUE_ORDER_REVERSED = 'priority DESC, turn DESC, created_at DESC';
/** Condition for jobs that go before another one, with `placeInQueue` of that one as parameters. */
export const GOES_BEFORE = '(priority, turn, created_at) < (?, ?, ?)';

/** Parameters of `GOES_BEFORE`. */
export function placeInQueue(job: Pick<JobRow, 'priority' | 'turn' | 'createdAt'>): readonly number[] {
  return [job.priority, job.turn, job.createdAt];
}

/** End of a permit, far in the future while it is in flight, so that one index finds ended and unended ones. */
export const PERMIT_END = 'COALESCE(ended_at, 9007199254740991)';
/** Permits that have not ended, as the index on their end finds them. */
export const IN_FLIGHT = `${PERMIT_END} = 9007199254740991`;
/**
 * Permits that count as spent: accepted, unknown and in flight (docs/quota-and-money.md#what-counts-as-spent). A
 * refusal (400, 401, 429 …) is not known to cost anything, and an unsent request cannot.
 */
export const MAY_HAVE_COST = `COALESCE(outcome, 'unknown') IN ('accepted', 'unknown')`;

/** Channel on which the watchers of an account's jobs are woken. */
export function jobChannel(account: string): string {
  return `jobs:${account}`;
}

export { placeholders, VALUES_AT_ONCE } from '../../store/placeholders.ts';
