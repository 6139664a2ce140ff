import { Problem, toProblemRecord, type ProblemRecord } from '../shared/errors.ts';
import type { SubmitOutcome } from '../firefly/types.ts';
import type { Transaction } from '../store/database.ts';
import type { EngineParts, Hold } from './parts.ts';
import type { JobRecord } from './record.ts';
import { isFinal } from './states.ts';
import { pauseBatch } from './store/batches/batch-store.ts';
import { PRIORITY } from './turns.ts';
import { afterSubmit, afterUnsent, asksForFreshUploads, ended, haltsBatch, requeued } from './transitions.ts';
import { untilStored } from './until-stored.ts';
import { fillPlaces } from './uploads.ts';

/** Longest sleep before the queue is looked at again: another process may have freed a place. */
const QUEUE_LOOK_MS = { interactive: 5_000, batch: 15_000 } as const;

/** Between two looks at what is missing. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** How long this process waits for it; then another one may try, whose token may still live. */
const MOST_HELD_MS = 60_000;

/** What keeps a job from being sent. */
type Lack =
  /** It will come back by itself, or once somebody has put it right: the job waits, and nothing is held against it. */
  | { readonly kind: 'passing'; readonly problem: ProblemRecord }
  /** One of the few times that an attempt may fail before a person is told. */
  | { readonly kind: 'counted'; readonly problem: ProblemRecord }
  | { readonly kind: 'final'; readonly problem: ProblemRecord }
  /** Adobe has asked for quiet. */
  | { readonly kind: 'held'; readonly forMs: number };

/** `preparing`: everything that can go wrong without costing a permit. Ends `permitted`, or out of the process's hands. */
export async function prepare(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { journal, clock } = parts;
  const handBackAt = clock.monotonic() + MOST_HELD_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const current = (await journal.load(job.id)) ?? job;
    if (current.cancel !== 'none') return journal.apply(job, (now) => ended('cancelled', now));
    if (current.priority === PRIORITY.paused) return journal.apply(job, (now) => requeued(now));
    const lack = await lackOf(job, parts, hold);
    if (lack === undefined) break;
    if (lack.kind === 'held') return journal.apply(job, (now) => requeued(now + lack.forMs));
    const { problem } = lack;
    if (lack.kind === 'final') return journal.apply(job, (now) => ended('failed', now, problem));
    if (lack.kind === 'counted') return journal.apply(job, (now) => afterUnsent(current, problem, now));
    if (clock.monotonic() >= handBackAt) return journal.apply(job, (now) => ({ ...requeued(now + wait), problem }));
    await journal.apply(job, { problem });
    await hold.pause(wait);
  }
  await parts.reached('uploaded');
  const prepared = await journal.apply(job, (now) => ({ preparedAt: job.preparedAt ?? now, problem: undefined }));
  await parts.reached('before-permit');
  return awaitPermit(prepared, parts, hold);
}

/** Makes sure of the token and of the pictures. */
async function lackOf(job: JobRecord, parts: EngineParts, hold: Hold): Promise<Lack | undefined> {
  try {
    await parts.firefly.prepare(hold.signal);
  } catch (error) {
    if (hold.signal.aborted) throw error;
    return lackOfToken(job, toProblemRecord(error));
  }
  if (await parts.uploads.cached(job.principal, job.pictures)) return undefined;
  const heldMs = await parts.permits.heldForMs();
  if (heldMs > 0) return { kind: 'held', forMs: heldMs };
  const uploaded = await parts.uploads.ensure(job.principal, job.pictures, hold.signal);
  if (uploaded.kind === 'complete') return undefined;
  if (uploaded.kind === 'rate_limited') return { kind: 'held', forMs: await closeGate(uploaded.retryAfterMs, parts) };
  const { problem } = uploaded;
  if (uploaded.kind === 'transient') return { kind: 'counted', problem };
  return { kind: isOfBatch(job) && problem.actor === 'operator' ? 'passing' : 'final', problem };
}

/** A person who waits is told at once that the credentials are wrong; a batch waits until they have been put right. */
function lackOfToken(job: JobRecord, problem: ProblemRecord): Lack {
  const ends = problem.actor === 'us' || (HOPELESS.has(problem.code) && !isOfBatch(job));
  return { kind: ends ? 'final' : 'passing', problem };
}

/** What no waiting helps against; everything else that keeps a token away passes. */
const HOPELESS: ReadonlySet<string> = new Set(['credentials_missing', 'credentials_refused', 'access_token_expired']);

function isOfBatch({ batch }: JobRecord): boolean {
  return batch !== undefined;
}

async function closeGate(retryAfterMs: number | undefined, { db, permits }: EngineParts): Promise<number> {
  return db.transaction(async (tx) => (await permits.hold(tx, retryAfterMs)) - tx.now);
}

async function awaitPermit(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { journal, permits, db } = parts;
  for (;;) {
    const step = await db.transaction(async (tx) => {
      const current = (await journal.load(job.id, tx)) ?? job;
      if (current.cancel !== 'none') return { next: await journal.applyIn(tx, job, ended('cancelled', tx.now)) };
      if (current.priority === PRIORITY.paused) return { next: await journal.applyIn(tx, job, requeued(tx.now)) };
      const grant = await permits.take(tx, current);
      // By the database's clock alone: that of this machine may be another.
      if (!grant.granted) return { waitMs: grant.retryAt - tx.now };
      return { next: await journal.applyIn(tx, job, { state: 'permitted', attempt: current.attempt + 1 }) };
    });
    if (step.next) {
      if (step.next.state === 'permitted') await parts.reached('permitted');
      return step.next;
    }
    const look = job.batch === undefined ? QUEUE_LOOK_MS.interactive : QUEUE_LOOK_MS.batch;
    await hold.pause(Math.min(Math.max(step.waitMs, 20), look));
  }
}

/**
 * `permitted`: writes `submitting` down, sends the one request, and stores what came of it before anything else
 * happens. The two commits are apart on purpose: only what died in between leaves the outcome unknown.
 */
export async function submit(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { firefly, logger } = parts;
  if (hold.signal.aborted) return withdraw(job, parts, hold);
  // From the cache, where `prepare` has put them; an id that has lapsed since sends the job back to be prepared.
  const uploaded = await parts.uploads.cached(job.principal, job.pictures);
  if (!uploaded) return withdraw(job, parts, hold);
  const requestId = await parts.permits.requestId(job);
  const sending = await beginSending(job, parts, hold);
  if (sending.state !== 'submitting') return sending;
  await parts.reached('submitting');
  const { operation, model, batch, account } = sending;
  const body = fillPlaces(sending.body, uploaded);
  const options = { requestId, signal: hold.lastCall };
  if (!hold.isHeld()) return withdraw(sending, parts, hold);
  const outcome = await firefly.submit({ operation, model, body }, options);
  await parts.reached('answered');
  logger.info('submit_ended', { job: job.id, attempt: sending.attempt, outcome: outcome.kind });
  const settled = await settleSurely(sending, outcome, parts);
  if (batch !== undefined && haltsBatch(sending, outcome)) {
    logger.warn('batch_halted', { batch, job: job.id });
    await parts.db.transaction((tx) => pauseBatch(tx, batch, account));
  }
  if (settled.state === 'accepted') await parts.reached('accepted');
  return settled;
}

/**
 * The last moment at which a cancel is free. A commit that the store never answered may have written `submitting` all
 * the same; a job that stayed so would end as `submit_unknown`, although nothing was sent. So it is given back.
 */
async function beginSending(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { db, journal, permits } = parts;
  const begin = async (tx: Transaction) => {
    const current = (await journal.load(job.id, tx)) ?? job;
    if (current.cancel === 'none') return journal.applyIn(tx, job, { state: 'submitting' });
    await permits.end(tx, job, 'not_sent');
    return journal.applyIn(tx, job, ended('cancelled', tx.now));
  };
  try {
    return await db.transaction(begin, { repeatable: true });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return withdraw(job, parts, hold);
  }
}

/** Nothing was sent, nor is held against the job: the process stops, was asleep past its lease, or lost the store. */
async function withdraw(job: JobRecord, parts: EngineParts, { lastCall }: Hold): Promise<JobRecord> {
  const { journal, permits, db } = parts;
  const giveBack = async (tx: Transaction) => {
    const current = await journal.load(job.id, tx);
    // Written by an earlier try whose commit was not answered, perhaps as the end of a job that was cancelled.
    if (current?.fence === job.fence && (current.state === 'queued' || isFinal(current.state))) return current;
    const next = await journal.applyIn(tx, job, requeued(tx.now));
    await permits.end(tx, job, 'not_sent');
    return next;
  };
  return untilStored(() => db.transaction(giveBack), parts, { job: job.id, outcome: 'not_sent' }, lastCall);
}

async function settle(job: JobRecord, outcome: SubmitOutcome, parts: EngineParts): Promise<JobRecord> {
  const { journal, permits, db } = parts;
  return db.transaction(async (tx) => {
    const current = (await journal.load(job.id, tx)) ?? job;
    // Settled by an earlier try whose commit was not answered: a second time, a first strike would count as the second.
    if (current.fence === job.fence && current.state !== 'submitting') return current;
    if (asksForFreshUploads(current, outcome)) await parts.uploads.forget(tx, job.principal, job.pictures);
    const heldUntil = outcome.kind === 'rate_limited' ? await permits.hold(tx, outcome.retryAfterMs) : tx.now;
    await permits.end(tx, job, outcome.kind);
    return journal.applyIn(tx, job, afterSubmit(current, outcome, tx.now, heldUntil));
  });
}

/** A handle is worth money: while the store cannot take it, go on trying for as long as the process lives. */
async function settleSurely(job: JobRecord, outcome: SubmitOutcome, parts: EngineParts): Promise<JobRecord> {
  try {
    return await untilStored(() => settle(job, outcome, parts), parts, { job: job.id, outcome: outcome.kind });
  } catch (error) {
    // Whoever runs this server can look for the pictures by Adobe's own id.
    const adobeJob = outcome.kind === 'accepted' ? outcome.handle.jobId : undefined;
    parts.logger.error('outcome_dropped', { job: job.id, outcome: outcome.kind, adobeJob });
    throw error;
  }
}
