import { toProblemRecord, type ProblemRecord } from '../../../shared/errors.ts';
import type { JobRow } from '../../model/job-row.ts';
import { PRIORITY } from '../../model/priority.ts';
import { afterUnsent, ended, requeued } from '../../model/transitions.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';

/** Longest sleep before the queue is looked at again: another process may have freed a place. */
const QUEUE_LOOK_MS = { interactive: 5_000, batch: 15_000 } as const;

/** Between two looks at what is missing. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** How long this process waits for it; then another one may try, whose token may still live. */
const MOST_HELD_MS = 60_000;

/** What keeps a job from being sent. */
type Blocker =
  /** It will come back by itself, or once somebody has put it right: the job waits, and nothing is held against it. */
  | { readonly kind: 'passing'; readonly problem: ProblemRecord }
  /** One of the few times that an attempt may fail before a person is told. */
  | { readonly kind: 'counted'; readonly problem: ProblemRecord }
  | { readonly kind: 'final'; readonly problem: ProblemRecord }
  /** Adobe has asked for quiet. */
  | { readonly kind: 'held'; readonly forMs: number };

/** `preparing`: everything that can go wrong without costing a permit. Ends `permitted`, or out of the process's hands. */
export async function prepare(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, clock } = deps;
  const handBackAt = clock.monotonic() + MOST_HELD_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const current = (await jobStore.load(job.id)) ?? job;
    if (current.cancel !== 'none') return jobStore.apply(job, (now) => ended('cancelled', now));
    if (current.priority === PRIORITY.paused) return jobStore.apply(job, (now) => requeued(now));
    const lack = await blockerOf(job, deps, lease);
    if (lack === undefined) break;
    if (lack.kind === 'held') return jobStore.apply(job, (now) => requeued(now + lack.forMs));
    const { problem } = lack;
    if (lack.kind === 'final') return jobStore.apply(job, (now) => ended('failed', now, problem));
    if (lack.kind === 'counted') return jobStore.apply(job, (now) => afterUnsent(current, problem, now));
    if (clock.monotonic() >= handBackAt) return jobStore.apply(job, (now) => ({ ...requeued(now + wait), problem }));
    await jobStore.apply(job, { problem });
    await lease.pause(wait);
  }
  await deps.failpoint('uploaded');
  const prepared = await jobStore.apply(job, (now) => ({ preparedAt: job.preparedAt ?? now, problem: undefined }));
  await deps.failpoint('before-permit');
  return awaitPermit(prepared, deps, lease);
}

/** Makes sure of the token and of the pictures. */
async function blockerOf(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<Blocker | undefined> {
  try {
    await deps.firefly.prepare(lease.signal);
  } catch (error) {
    if (lease.signal.aborted) throw error;
    return tokenBlocker(job, toProblemRecord(error));
  }
  if (await deps.uploads.cached(job.principal, job.pictures)) return undefined;
  const heldMs = await deps.permits.cooldownMs();
  if (heldMs > 0) return { kind: 'held', forMs: heldMs };
  const uploaded = await deps.uploads.ensure(job.principal, job.pictures, lease.signal);
  if (uploaded.kind === 'complete') return undefined;
  if (uploaded.kind === 'rate_limited') return { kind: 'held', forMs: await closeGate(uploaded.retryAfterMs, deps) };
  const { problem } = uploaded;
  if (uploaded.kind === 'transient') return { kind: 'counted', problem };
  return { kind: isOfBatch(job) && problem.actor === 'operator' ? 'passing' : 'final', problem };
}

/** A person who waits is told at once that the credentials are wrong; a batch waits until they have been put right. */
function tokenBlocker(job: JobRow, problem: ProblemRecord): Blocker {
  const ends = problem.actor === 'us' || (PERMANENT_TOKEN_PROBLEMS.has(problem.code) && !isOfBatch(job));
  return { kind: ends ? 'final' : 'passing', problem };
}

/** What no waiting helps against; everything else that keeps a token away passes. */
const PERMANENT_TOKEN_PROBLEMS: ReadonlySet<string> = new Set([
  'credentials_missing',
  'credentials_refused',
  'access_token_expired',
]);

function isOfBatch({ batch }: JobRow): boolean {
  return batch !== undefined;
}

async function closeGate(retryAfterMs: number | undefined, { db, permits }: EngineDeps): Promise<number> {
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
      // By the database's clock alone: that of this machine may be another.
      if (!grant.granted) return { waitMs: grant.retryAt - tx.now };
      return { next: await jobStore.applyIn(tx, job, { state: 'permitted', attempt: current.attempt + 1 }) };
    });
    if (step.next) {
      if (step.next.state === 'permitted') await deps.failpoint('permitted');
      return step.next;
    }
    const look = job.batch === undefined ? QUEUE_LOOK_MS.interactive : QUEUE_LOOK_MS.batch;
    await lease.pause(Math.min(Math.max(step.waitMs, 20), look));
  }
}
