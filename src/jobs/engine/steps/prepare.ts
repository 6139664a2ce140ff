import { toProblemRecord, type ProblemRecord } from '../../../shared/errors.ts';
import type { ProblemCode } from '../../../shared/problem-codes.ts';
import type { JobRow } from '../../model/job-row.ts';
import { HELD_BACK } from '../../model/problems.ts';
import { PRIORITY } from '../../model/priority.ts';
import { afterUnsent, ended, requeued } from '../../model/transitions.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';

/** Longest wait before the quota is queried again: a permit of another process may have been released. */
const PERMIT_POLL_MS = { interactive: 5_000, batch: 15_000 } as const;

/** Pauses between two attempts to obtain token and uploads, which double. */
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;
/** Time after which a blocked job is handed back: another process may hold a token that is still valid. */
const MAX_PREPARE_MS = 60_000;

/** A reason why a job cannot be sent now. */
type Blocker =
  /** Ends by itself or by the operator's action: the job waits, and no attempt is counted. */
  | { readonly kind: 'passing'; readonly problem: ProblemRecord }
  /** A failed attempt, of which a job has a limited number. */
  | { readonly kind: 'counted'; readonly problem: ProblemRecord }
  | { readonly kind: 'final'; readonly problem: ProblemRecord }
  /** A 429 of Adobe; nothing is sent for so many milliseconds. */
  | { readonly kind: 'cooldown'; readonly ms: number };

/**
 * State `preparing`: obtains everything that can fail before a permit is spent, then the permit. The job ends
 * `permitted`, back in the queue, or in a final state.
 */
export async function prepare(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, clock } = deps;
  const handBackAt = clock.monotonic() + MAX_PREPARE_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
    const current = (await jobStore.load(job.id)) ?? job;
    if (current.cancel !== 'none') return jobStore.apply(job, (now) => ended('cancelled', now));
    if (current.priority === PRIORITY.paused) return jobStore.apply(job, (now) => requeued(now));
    const blocker = await blockerOf(job, deps, lease);
    if (blocker === undefined) break;
    if (blocker.kind === 'cooldown')
      return jobStore.apply(job, (now) => ({ ...requeued(now + blocker.ms), problem: HELD_BACK }));
    const { problem } = blocker;
    if (blocker.kind === 'final') return jobStore.apply(job, (now) => ended('failed', now, problem));
    if (blocker.kind === 'counted') return jobStore.apply(job, (now) => afterUnsent(current, problem, now));
    if (clock.monotonic() >= handBackAt) return jobStore.apply(job, (now) => ({ ...requeued(now + wait), problem }));
    await jobStore.apply(job, { problem });
    await lease.pause(wait);
  }
  await deps.failpoint('uploaded');
  const prepared = await jobStore.apply(job, (now) => ({ preparedAt: job.preparedAt ?? now, problem: undefined }));
  await deps.failpoint('before-permit');
  return awaitPermit(prepared, deps, lease);
}

/** Obtains the token and the upload ids of a job; the blocker where one of them fails. */
async function blockerOf(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<Blocker | undefined> {
  try {
    await deps.firefly.prepare(lease.signal);
  } catch (error) {
    if (lease.signal.aborted) throw error;
    return tokenBlocker(job, toProblemRecord(error));
  }
  if (await deps.uploads.cached(job.principal, job.pictures)) return undefined;
  const cooldownMs = await deps.permits.cooldownMs();
  if (cooldownMs > 0) return { kind: 'cooldown', ms: cooldownMs };
  const uploaded = await deps.uploads.ensure(job.principal, job.pictures, lease.signal);
  if (uploaded.kind === 'complete') return undefined;
  if (uploaded.kind === 'rate_limited') {
    return { kind: 'cooldown', ms: await startCooldown(uploaded.retryAfterMs, deps) };
  }
  const { problem } = uploaded;
  if (uploaded.kind === 'transient') return { kind: 'counted', problem };
  return { kind: isOfBatch(job) && problem.actor === 'operator' ? 'passing' : 'final', problem };
}

/** Wrong credentials fail an interactive job at once, whose caller is there to act; batch items wait for new ones. */
function tokenBlocker(job: JobRow, problem: ProblemRecord): Blocker {
  const ends = problem.actor === 'us' || (PERMANENT_TOKEN_PROBLEMS.has(problem.code) && !isOfBatch(job));
  return { kind: ends ? 'final' : 'passing', problem };
}

/** Problems that only the operator can end; any other failure to get a token is passing. */
const PERMANENT_TOKEN_PROBLEMS: ReadonlySet<ProblemCode> = new Set([
  'credentials_missing',
  'credentials_refused',
  'access_token_expired',
]);

function isOfBatch({ batch }: JobRow): boolean {
  return batch !== undefined;
}

async function startCooldown(retryAfterMs: number | undefined, { db, permits }: EngineDeps): Promise<number> {
  return db.transaction(async (tx) => (await permits.startCooldown(tx, retryAfterMs)) - tx.now);
}

async function awaitPermit(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, permits, db } = deps;
  for (;;) {
    const step = await db.transaction(async (tx) => {
      const current = (await jobStore.load(job.id, tx)) ?? job;
      if (current.cancel !== 'none') return { next: await jobStore.applyIn(tx, job, ended('cancelled', tx.now)) };
      if (current.priority === PRIORITY.paused) return { next: await jobStore.applyIn(tx, job, requeued(tx.now)) };
      const grant = await permits.take(tx, current);
      // `retryAt` and `tx.now` both use the database clock; the local clock may differ.
      if (!grant.granted && grant.requeue) return { next: await jobStore.applyIn(tx, job, requeued(grant.retryAt)) };
      if (!grant.granted) return { waitMs: grant.retryAt - tx.now };
      return { next: await jobStore.applyIn(tx, job, { state: 'permitted', attempt: current.attempt + 1 }) };
    });
    if (step.next) {
      if (step.next.state === 'permitted') await deps.failpoint('permitted');
      return step.next;
    }
    const pollMs = isOfBatch(job) ? PERMIT_POLL_MS.batch : PERMIT_POLL_MS.interactive;
    await lease.pause(Math.min(Math.max(step.waitMs, 20), pollMs));
  }
}
