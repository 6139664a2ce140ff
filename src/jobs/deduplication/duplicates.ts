import type { Database, Queryable } from '../../store/database.ts';
import { idempotencyConflict } from '../model/problems.ts';
import type { JobRow } from '../model/job-row.ts';
import { isFinal } from '../model/states.ts';
import { findByKey, findIdentical, isUndeliveredSince, recordDelivery, recordLoss } from '../store/duplicates.ts';
import type { EnqueueOptions } from '../model/requests/call-options.ts';
import type { JobView, PaidRequest } from '../model/types.ts';
import type { Caller } from '../../shared/caller.ts';
import { fingerprint } from './fingerprint.ts';
import { DAY_MS } from '../../shared/time/durations.ts';

/** Time after its end for which identical calls attach to a job with an unknown outcome. */
const UNKNOWN_WINDOW_MS = DAY_MS;
/** Time after its end for which they attach to a job without a delivered answer: clients repeat lost calls soon. */
export const UNDELIVERED_WINDOW_MS = 120_000;
/** Time from its creation for which a job is found by its idempotency key. */
const KEY_WINDOW_MS = DAY_MS;

/** A paid call outside of batches that is compared with earlier ones. */
export interface ComparedCall extends Pick<EnqueueOptions, 'idempotencyKey' | 'newJob'> {
  readonly request: PaidRequest;
  readonly caller: Caller;
  readonly account: string;
}

/**
 * The job that a call attaches to instead of making one (docs/jobs.md#deduplication): that of an identical call by its
 * principal which is unfinished, ended a moment ago without a delivered answer, or has an unknown outcome. Whether
 * another call waits for that job plays no part: hosts repeat calls that timed out, start servers twice and dispatch
 * twice. An idempotency key decides in place of the fingerprint. A job that ended with its demo answers none.
 *
 * Two calls at once may both find nothing, unless the query runs in the transaction that inserts the job, under the
 * lock of the queue.
 * @throws Problem `idempotency_conflict`
 */
export async function findDuplicate(
  { request, caller, account, idempotencyKey, newJob }: ComparedCall,
  from: Queryable,
  now: number,
): Promise<JobRow | undefined> {
  const scope = { principal: caller.principal, account };
  if (idempotencyKey !== undefined) {
    const job = await findByKey(from, idempotencyKey, scope, now - KEY_WINDOW_MS);
    if (job && job.fingerprint !== fingerprint(request)) throw idempotencyConflict(job.id);
    return job && endedWithDemo(job) ? undefined : job;
  }
  if (newJob === true) return undefined;
  const cutoffs = { undelivered: now - UNDELIVERED_WINDOW_MS, unknown: now - UNKNOWN_WINDOW_MS };
  const job = await findIdentical(from, fingerprint(request), scope, cutoffs);
  return job && endedWithDemo(job) ? undefined : job;
}

/**
 * Whether a job ended because the demo run that had begun it was stopped: that is no answer to a call which comes later,
 * and nothing was charged.
 */
export function endedWithDemo({ problem }: Pick<JobRow, 'problem'>): boolean {
  return problem?.code === 'demo_ended';
}

/**
 * Records that an answer which showed the job in this state was delivered. Without that record an identical call
 * attaches to the job instead of paying again, so it is written after the answer, never before.
 */
export function markDelivered(
  { id, state }: Pick<JobView, 'id' | 'state'>,
  db: Queryable,
  { settlesLoss = false }: { readonly settlesLoss?: boolean } = {},
): Promise<void> {
  return recordDelivery(db, id, isFinal(state) ? 'final' : 'running', settlesLoss);
}

/** Records that an answer which showed the job was lost on its way, beside any that was delivered. */
export function markLost({ id }: Pick<JobView, 'id'>, db: Queryable): Promise<void> {
  return recordLoss(db, id);
}

/**
 * Whether a client that has not seen the result may still repeat the call that made a job. In such a repeat `last` must
 * name the picture that it named in the call, not one that the call has made
 * (docs/pictures-and-masks.md#the-last-picture).
 */
export async function mayBeRepeated(id: string, db: Database): Promise<boolean> {
  return isUndeliveredSince(db, id, (await db.now()) - UNDELIVERED_WINDOW_MS);
}
