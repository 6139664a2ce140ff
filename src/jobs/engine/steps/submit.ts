import { outcomeUnknown } from '../../../firefly/problems.ts';
import type { SubmitOutcome } from '../../../firefly/types.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Transaction } from '../../../store/database.ts';
import type { JobRow } from '../../model/job-row.ts';
import { isFinal } from '../../model/states.ts';
import { afterSubmit, asksForFreshUploads, ended, haltsBatch, requeued } from '../../model/transitions.ts';
import { pauseBatch } from '../../store/batches/batch-store.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { afterStatus } from '../../model/status/after-status.ts';
import { holdContents } from '../../store/image-references.ts';
import { storeContents, type StoredContents } from './store-contents.ts';
import { untilStored } from '../until-stored.ts';
import { fillPlaces } from '../../model/requests/adobe-request.ts';

/**
 * State `permitted`: commits `submitting`, sends the one paid request, and stores its outcome before anything else. Only
 * a process that dies between the two commits leaves the outcome unknown (docs/jobs.md#submit-outcomes).
 */
export async function submit(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { firefly, logger } = deps;
  if (lease.signal.aborted) return requeueUnsent(job, deps, lease);
  // `prepare` has stored the ids; a job whose ids have lapsed since is prepared anew.
  const uploaded = await deps.uploads.cached(job.principal, job.pictures);
  if (!uploaded) return requeueUnsent(job, deps, lease);
  const requestId = await deps.permits.requestId(job);
  const sending = await beginSending(job, deps, lease);
  if (sending.state !== 'submitting') return sending;
  await deps.failpoint('submitting');
  const { operation, model, batch, account } = sending;
  const body = fillPlaces(sending.body, uploaded);
  const options = { requestId, signal: lease.lastCall };
  if (!lease.isHeld()) return requeueUnsent(sending, deps, lease);
  const answer = await firefly.submit({ operation, model, body }, options);
  await deps.failpoint('answered');
  const { outcome, contents } = await withContents(answer, sending, deps);
  const stored = await persistOutcomeWithRetry(sending, { outcome, contents }, deps);
  logger.info('submit_ended', { job: job.id, attempt: sending.attempt, outcome: outcome.kind });
  if (batch !== undefined && haltsBatch(sending, outcome)) {
    logger.warn('batch_halted', { batch, job: job.id });
    await deps.db.transaction((tx) => pauseBatch(tx, batch, account));
  }
  if (stored.state === 'accepted') await deps.failpoint('accepted');
  return stored;
}

/**
 * Commits `submitting`; until then a cancel is free. Where the store does not answer the commit, `submitting` may be
 * stored, and the job would end as `submit_unknown` although nothing was sent; so it is requeued.
 */
async function beginSending(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { db, jobStore, permits } = deps;
  const begin = async (tx: Transaction) => {
    const current = (await jobStore.load(job.id, tx)) ?? job;
    if (current.cancel === 'none') return jobStore.applyIn(tx, job, { state: 'submitting' });
    await permits.end(tx, job, 'not_sent');
    return jobStore.applyIn(tx, job, ended('cancelled', tx.now));
  };
  try {
    return await db.transaction(begin, { repeatable: true });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return requeueUnsent(job, deps, lease);
  }
}

/**
 * Requeues a job of which nothing was sent, without counting an attempt: the process stops, slept past its lease, or
 * has lost the store.
 */
async function requeueUnsent(job: JobRow, deps: EngineDeps, { lastCall }: JobLease): Promise<JobRow> {
  const { jobStore, permits, db } = deps;
  const requeue = async (tx: Transaction) => {
    const current = await jobStore.load(job.id, tx);
    // An earlier run, whose commit was not answered, has requeued the job or ended it as cancelled.
    if (current?.fence === job.fence && (current.state === 'queued' || isFinal(current.state))) return current;
    const next = await jobStore.applyIn(tx, job, requeued(tx.now));
    await permits.end(tx, job, 'not_sent');
    return next;
  };
  return untilStored(() => db.transaction(requeue), deps, { job: job.id, outcome: 'not_sent' }, lastCall);
}

/** The outcome and what it made, where its answer has the results already: nothing else leads to them. */
interface Stored {
  readonly outcome: SubmitOutcome;
  readonly contents: StoredContents;
}

async function withContents(outcome: SubmitOutcome, job: JobRow, deps: EngineDeps): Promise<Stored> {
  if (outcome.kind !== 'accepted' || outcome.made === undefined) return { outcome, contents: new Map() };
  const { status, contents } = await storeContents(outcome.made, job, deps);
  if (status.kind === 'succeeded') return { outcome: { ...outcome, made: status }, contents };
  const why = 'its answer held the result itself, which could not be stored';
  return { outcome: { kind: 'unknown', problem: outcomeUnknown(why) }, contents };
}

async function persistOutcome(job: JobRow, { outcome, contents }: Stored, deps: EngineDeps): Promise<JobRow> {
  const { jobStore, permits, db } = deps;
  return db.transaction(async (tx) => {
    const current = (await jobStore.load(job.id, tx)) ?? job;
    // An earlier run, whose commit was not answered, has stored the outcome; a second one would count a refusal twice.
    if (current.fence === job.fence && current.state !== 'submitting') return current;
    if (asksForFreshUploads(current, outcome)) await deps.uploads.forget(tx, job.principal, job.pictures);
    const cooldownUntil =
      outcome.kind === 'rate_limited' ? await permits.startCooldown(tx, outcome.retryAfterMs) : tx.now;
    await permits.end(tx, job, outcome.kind);
    const change = afterSubmit(current, outcome, tx.now, cooldownUntil);
    if (outcome.kind !== 'accepted' || outcome.made === undefined) return jobStore.applyIn(tx, job, change);
    await holdContents(tx, job.id, [...contents.values()]);
    const at = { now: tx.now, endedAt: tx.now, stored: contents };
    return jobStore.applyIn(tx, job, { ...change, ...afterStatus(current, outcome.made, at) });
  });
}

/** Retries for as long as the process lives: losing the handle of a paid job loses its pictures. */
async function persistOutcomeWithRetry(job: JobRow, stored: Stored, deps: EngineDeps): Promise<JobRow> {
  const { outcome } = stored;
  try {
    return await untilStored(() => persistOutcome(job, stored, deps), deps, { job: job.id, outcome: outcome.kind });
  } catch (error) {
    // The operator can ask Adobe for the pictures by Adobe's own job id.
    const adobeJob = outcome.kind === 'accepted' ? outcome.handle.jobId : undefined;
    deps.logger.error('outcome_dropped', { job: job.id, outcome: outcome.kind, adobeJob });
    throw error;
  }
}
