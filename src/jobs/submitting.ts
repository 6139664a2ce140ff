import { Problem, toProblemRecord } from '../shared/errors.ts';
import type { SubmitOutcome } from '../firefly/types.ts';
import type { EngineParts, Hold } from './parts.ts';
import type { JobRecord } from './record.ts';
import { PRIORITY } from './turns.ts';
import { afterSubmit, afterUnsent, asksForFreshUploads, ended, requeued } from './transitions.ts';
import { fillPlaces, type Uploaded } from './uploads.ts';

/** Longest sleep before the queue is looked at again: another process may have freed a place. */
const QUEUE_LOOK_MS = { interactive: 1_000, batch: 5_000 } as const;

/** `preparing`: everything that can go wrong without costing a permit. Ends `permitted`, or out of the process's hands. */
export async function prepare(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { journal, firefly } = parts;
  if (job.cancel !== 'none') return journal.apply(job, (now) => ended('cancelled', now));
  try {
    await firefly.prepare(hold.signal);
  } catch (error) {
    if (hold.signal.aborted) throw error;
    return journal.apply(job, (now) => afterPreparationFailed(job, error, now));
  }
  const uploaded = await parts.uploads.ensure(job.principal, job.pictures, hold.signal);
  if (uploaded.kind !== 'complete') return notUploaded(job, uploaded, parts);
  await parts.reached('uploaded');
  const prepared = await journal.apply(job, (now) => ({ preparedAt: job.preparedAt ?? now }));
  await parts.reached('before-permit');
  return awaitPermit(prepared, parts, hold);
}

function afterPreparationFailed(job: JobRecord, error: unknown, now: number) {
  const problem = toProblemRecord(error);
  const canRecover = error instanceof Problem && error.code === 'adobe_unreachable';
  return canRecover ? afterUnsent(job, problem, now) : ended('failed', now, problem);
}

async function notUploaded(
  job: JobRecord,
  outcome: Exclude<Uploaded, { kind: 'complete' }>,
  { db, journal, permits }: EngineParts,
): Promise<JobRecord> {
  return db.transaction(async (tx) => {
    const current = (await journal.load(job.id, tx)) ?? job;
    if (outcome.kind === 'refused') return journal.applyIn(tx, job, ended('failed', tx.now, outcome.problem));
    if (outcome.kind === 'transient') return journal.applyIn(tx, job, afterUnsent(current, outcome.problem, tx.now));
    return journal.applyIn(tx, job, requeued(await permits.hold(tx, outcome.retryAfterMs)));
  });
}

async function awaitPermit(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { journal, permits, db, clock } = parts;
  for (;;) {
    const step = await db.transaction(async (tx) => {
      const current = (await journal.load(job.id, tx)) ?? job;
      if (current.cancel !== 'none') return { next: await journal.applyIn(tx, job, ended('cancelled', tx.now)) };
      if (current.priority === PRIORITY.paused) return { next: await journal.applyIn(tx, job, requeued(tx.now)) };
      const grant = await permits.take(tx, current);
      if (!grant.granted) return { retryAt: grant.retryAt };
      return { next: await journal.applyIn(tx, job, { state: 'permitted', attempt: current.attempt + 1 }) };
    });
    if (step.next) {
      if (step.next.state === 'permitted') await parts.reached('permitted');
      return step.next;
    }
    const look = job.batch === undefined ? QUEUE_LOOK_MS.interactive : QUEUE_LOOK_MS.batch;
    await hold.pause(Math.min(Math.max(step.retryAt - clock.now(), 20), look));
  }
}

/**
 * `permitted`: writes `submitting` down, sends the one request, and stores what came of it before anything else
 * happens. The two commits are apart on purpose: only what died in between leaves the outcome unknown.
 */
export async function submit(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { journal, firefly, logger } = parts;
  if (hold.signal.aborted) return withdraw(job, parts);
  // From the cache, where `prepare` has put them; an id that has lapsed since sends the job back to be prepared.
  const uploaded = await parts.uploads.cached(job.principal, job.pictures);
  if (!uploaded) return withdraw(job, parts);
  const requestId = await parts.permits.requestId(job);
  const sending = await journal.apply(job, { state: 'submitting' });
  await parts.reached('submitting');
  const { operation, model } = sending;
  const body = fillPlaces(sending.body, uploaded);
  const options = { requestId, signal: hold.lastCall };
  if (!hold.isHeld()) return withdraw(sending, parts);
  const outcome = await firefly.submit({ operation, model, body }, options);
  await parts.reached('answered');
  logger.info('submit_ended', { job: job.id, attempt: sending.attempt, outcome: outcome.kind });
  if (asksForFreshUploads(sending, outcome)) await parts.uploads.forget(job.principal, job.pictures);
  const settled = await settleSurely(sending, outcome, parts);
  if (settled.state === 'accepted') await parts.reached('accepted');
  return settled;
}

/** The process stops, or has been asleep past its lease: nothing was sent, and nothing is held against the job. */
async function withdraw(job: JobRecord, { journal, permits, db }: EngineParts): Promise<JobRecord> {
  return db.transaction(async (tx) => {
    const next = await journal.applyIn(tx, job, requeued(tx.now));
    await permits.end(tx, job, 'not_sent');
    return next;
  });
}

async function settle(job: JobRecord, outcome: SubmitOutcome, parts: EngineParts): Promise<JobRecord> {
  const { journal, permits, db } = parts;
  return db.transaction(async (tx) => {
    const current = (await journal.load(job.id, tx)) ?? job;
    const heldUntil = outcome.kind === 'rate_limited' ? await permits.hold(tx, outcome.retryAfterMs) : tx.now;
    await permits.end(tx, job, outcome.kind);
    return journal.applyIn(tx, job, afterSubmit(current, outcome, tx.now, heldUntil));
  });
}

/** A handle is worth money: while the store cannot take it, go on trying for as long as the process lives. */
async function settleSurely(job: JobRecord, outcome: SubmitOutcome, parts: EngineParts): Promise<JobRecord> {
  for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      return await settle(job, outcome, parts);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      parts.logger.error('outcome_not_stored', { job: job.id, outcome: outcome.kind, problem: error.code });
      await parts.clock.sleep(wait);
    }
  }
}
