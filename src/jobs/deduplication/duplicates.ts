import type { Database, Queryable } from '../../store/database.ts';
import { idempotencyConflict } from '../model/problems.ts';
import type { JobRow } from '../model/job-row.ts';
import { isFinal } from '../model/states.ts';
import { findByKey, findIdentical, isUndeliveredSince, recordDelivery } from '../store/duplicates.ts';
import type { Caller, EnqueueOptions, JobView, PaidRequest } from '../model/types.ts';
import { fingerprint } from './fingerprint.ts';

/** How long an unknown outcome keeps identical calls from being sent again. */
const UNKNOWN_HOLDS_MS = 24 * 3_600_000;
/** How long a job whose answer was not delivered is handed to the identical call that clients send after a break. */
const UNDELIVERED_HOLDS_MS = 120_000;
/** How long an idempotency key decides. */
const KEY_HOLDS_MS = 24 * 3_600_000;

/** One paid call outside of batches, as it is compared with earlier ones. */
export interface ComparedCall extends Pick<EnqueueOptions, 'idempotencyKey' | 'newJob'> {
  readonly request: PaidRequest;
  readonly caller: Caller;
  readonly account: string;
}

/**
 * The job that a call attaches to instead of making one: that of an identical call by the same principal which is
 * unfinished, or ended without a delivered answer a moment ago, or has an unknown outcome. Whether another call still
 * waits for that job plays no part: hosts repeat calls that timed out, start servers twice and dispatch twice. An
 * idempotency key decides by itself.
 *
 * Two calls may both find nothing here; the look within the transaction that writes the job down, behind the lock of
 * the queue, is the one that counts.
 * @throws Problem `idempotency_conflict`
 */
export async function findDuplicate(
  { request, caller, account, idempotencyKey, newJob }: ComparedCall,
  from: Queryable,
  now: number,
): Promise<JobRow | undefined> {
  const scope = { principal: caller.principal, account };
  if (idempotencyKey !== undefined) {
    const job = await findByKey(from, idempotencyKey, scope, now - KEY_HOLDS_MS);
    if (job && job.fingerprint !== fingerprint(request)) throw idempotencyConflict(job.id);
    return job;
  }
  if (newJob === true) return undefined;
  const edges = { undelivered: now - UNDELIVERED_HOLDS_MS, unknown: now - UNKNOWN_HOLDS_MS };
  return findIdentical(from, fingerprint(request), scope, edges);
}

/**
 * Records that an answer which showed the job in this state has left for its caller. Without that mark an identical
 * call finds the job instead of paying again, so the mark is made after the answer, never before.
 */
export function markDelivered({ id, state }: Pick<JobView, 'id' | 'state'>, db: Queryable): Promise<void> {
  return recordDelivery(db, id, isFinal(state) ? 'final' : 'running');
}

/**
 * Whether the call that made a job may still be repeated by a client that has not seen its result. In such a repeat
 * `last` has to name the picture that it named in the call, not one that the call has made since.
 */
export async function mayBeRepeated(id: string, db: Database): Promise<boolean> {
  return isUndeliveredSince(db, id, (await db.now()) - UNDELIVERED_HOLDS_MS);
}
