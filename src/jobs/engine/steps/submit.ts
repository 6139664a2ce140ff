import type { SubmitOutcome } from '../../../firefly/types.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Transaction } from '../../../store/database.ts';
import type { JobRow } from '../../model/job-row.ts';
import { isFinal } from '../../model/states.ts';
import { afterSubmit, asksForFreshUploads, ended, haltsBatch, requeued } from '../../model/transitions.ts';
import { pauseBatch } from '../../store/batches/batch-store.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { untilStored } from '../until-stored.ts';
import { fillPlaces } from '../uploads.ts';

/**
 * `permitted`: writes `submitting` down, sends the one request, and stores what came of it before anything else
 * happens. The two commits are apart on purpose: only what died in between leaves the outcome unknown.
 */
export async function submit(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { firefly, logger } = deps;
  if (lease.signal.aborted) return requeueUnsent(job, deps, lease);
  // From the cache, where `prepare` has put them; an id that has lapsed since sends the job back to be prepared.
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
  const outcome = await firefly.submit({ operation, model, body }, options);
  await deps.failpoint('answered');
  logger.info('submit_ended', { job: job.id, attempt: sending.attempt, outcome: outcome.kind });
  const settled = await persistOutcomeWithRetry(sending, outcome, deps);
  if (batch !== undefined && haltsBatch(sending, outcome)) {
    logger.warn('batch_halted', { batch, job: job.id });
    await deps.db.transaction((tx) => pauseBatch(tx, batch, account));
  }
  if (settled.state === 'accepted') await deps.failpoint('accepted');
  return settled;
}

/**
 * The last moment at which a cancel is free. A commit that the store never answered may have written `submitting` all
 * the same; a job that stayed so would end as `submit_unknown`, although nothing was sent. So it is given back.
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

/** Nothing was sent, nor is held against the job: the process stops, was asleep past its lease, or lost the store. */
async function requeueUnsent(job: JobRow, deps: EngineDeps, { lastCall }: JobLease): Promise<JobRow> {
  const { jobStore, permits, db } = deps;
  const giveBack = async (tx: Transaction) => {
    const current = await jobStore.load(job.id, tx);
    // Written by an earlier try whose commit was not answered, perhaps as the end of a job that was cancelled.
    if (current?.fence === job.fence && (current.state === 'queued' || isFinal(current.state))) return current;
    const next = await jobStore.applyIn(tx, job, requeued(tx.now));
    await permits.end(tx, job, 'not_sent');
    return next;
  };
  return untilStored(() => db.transaction(giveBack), deps, { job: job.id, outcome: 'not_sent' }, lastCall);
}

async function persistOutcome(job: JobRow, outcome: SubmitOutcome, deps: EngineDeps): Promise<JobRow> {
  const { jobStore, permits, db } = deps;
  return db.transaction(async (tx) => {
    const current = (await jobStore.load(job.id, tx)) ?? job;
    // Settled by an earlier try whose commit was not answered: a second time, a first strike would count as the second.
    if (current.fence === job.fence && current.state !== 'submitting') return current;
    if (asksForFreshUploads(current, outcome)) await deps.uploads.forget(tx, job.principal, job.pictures);
    const cooldownUntil =
      outcome.kind === 'rate_limited' ? await permits.startCooldown(tx, outcome.retryAfterMs) : tx.now;
    await permits.end(tx, job, outcome.kind);
    return jobStore.applyIn(tx, job, afterSubmit(current, outcome, tx.now, cooldownUntil));
  });
}

/** A handle is worth money: while the store cannot take it, go on trying for as long as the process lives. */
async function persistOutcomeWithRetry(job: JobRow, outcome: SubmitOutcome, deps: EngineDeps): Promise<JobRow> {
  try {
    return await untilStored(() => persistOutcome(job, outcome, deps), deps, { job: job.id, outcome: outcome.kind });
  } catch (error) {
    // Whoever runs this server can look for the pictures by Adobe's own id.
    const adobeJob = outcome.kind === 'accepted' ? outcome.handle.jobId : undefined;
    deps.logger.error('outcome_dropped', { job: job.id, outcome: outcome.kind, adobeJob });
    throw error;
  }
}
