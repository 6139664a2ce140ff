import type { CancelOutcome, RemoteStatus } from '../../../firefly/types.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { pollDelay } from '../poll-delay.ts';
import type { JobChange, JobRow } from '../../model/job-row.ts';
import { LeaseLost } from '../../store/lease.ts';
import { afterDeadline, afterStatus } from '../../model/transitions.ts';

/** Attempts of this process to cancel the same job, and the pause after the first, which doubles. */
const MOST_CANCELS = 10;
const CANCEL_RETRY_MS = 5_000;
const LONGEST_CANCEL_RETRY_MS = 60_000;
/** Looks without an answer that are nobody's business. */
const MOST_SILENT = 3;

/** `accepted`, `running`: asks Adobe how the job is, until it has an end or is ready to be saved. */
export async function pollJob(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, clock, random } = deps;
  const typicalMs = await jobStore.typicalDuration(job);
  let current = job;
  let polls = 0;
  let unanswered = 0;
  let retryAfterMs: number | undefined;
  let cancels = 0;
  let cancelAt = 0;
  const nextPoll = () => {
    const elapsedMs = clock.now() - (current.acceptedAt ?? current.createdAt);
    // A job that is being cancelled does not take its usual time.
    const expectedMs = current.cancel === 'none' ? typicalMs : undefined;
    return clock.now() + pollDelay({ elapsedMs, polls, typicalMs: expectedMs, retryAfterMs }, random);
  };
  let pollAt = nextPoll();
  while (current.state === 'accepted' || current.state === 'running') {
    await lease.pause(pollAt - clock.now());
    current = (await jobStore.load(job.id)) ?? current;
    if (current.fence !== job.fence) throw new LeaseLost(job.id);
    // A 429 anywhere closes the gate for polls and cancels too.
    const heldMs = await deps.permits.cooldownMs();
    pollAt = Math.max(pollAt, clock.now() + heldMs);
    if (current.cancel === 'requested' && cancels < MOST_CANCELS && clock.now() >= cancelAt && heldMs === 0) {
      cancelAt = clock.now() + Math.min(CANCEL_RETRY_MS * 2 ** cancels, LONGEST_CANCEL_RETRY_MS);
      cancels += 1;
      current = await sendCancel(current, deps, lease);
      polls = 0;
      pollAt = Math.min(pollAt, nextPoll());
    }
    if (clock.now() < pollAt) continue;
    const answer = await ask(current, deps, { lease, unanswered });
    current = answer.job;
    unanswered = answer.unanswered;
    retryAfterMs = answer.retryAfterMs;
    polls += 1;
    pollAt = nextPoll();
  }
  return current;
}

async function ask(job: JobRow, deps: EngineDeps, { lease, unanswered }: { lease: JobLease; unanswered: number }) {
  const status = await deps.firefly.status(job.handle ?? NO_HANDLE, lease.signal);
  lease.signal.throwIfAborted();
  await deps.failpoint('status-read');
  if (status.kind === 'transient') deps.logger.warn('status_failed', { job: job.id, problem: status.problem.code });
  const retryAfterMs = 'retryAfterMs' in status ? status.retryAfterMs : undefined;
  const silent = status.kind === 'transient' || status.kind === 'rate_limited';
  const inARow = silent ? unanswered + 1 : 0;
  return { job: await note(job, status, deps, inARow), retryAfterMs, unanswered: inARow };
}

const NO_HANDLE = { jobId: undefined, statusUrl: undefined, cancelUrl: undefined };

async function note(job: JobRow, status: RemoteStatus, deps: EngineDeps, unanswered: number): Promise<JobRow> {
  const { db, jobStore, permits } = deps;
  return db.transaction(async (tx) => {
    const current = (await jobStore.load(job.id, tx)) ?? job;
    if (status.kind === 'rate_limited') await permits.startCooldown(tx, status.retryAfterMs);
    const change = afterStatus(current, status, tx.now) ?? afterSilence(status, unanswered);
    const goesOn = change?.state === undefined || change.state === 'running';
    const end = goesOn ? afterDeadline(current, tx.now, unanswered) : undefined;
    return jobStore.applyIn(tx, job, end ?? change ?? {});
  });
}

/** A job says what it waits for, once that has been more than a moment. */
function afterSilence(status: RemoteStatus, unanswered: number): JobChange | undefined {
  return status.kind === 'transient' && unanswered >= MOST_SILENT ? { problem: status.problem } : undefined;
}

/** Sends the PUT that a cancel needs, as soon as there is a handle. */
async function sendCancel(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  if (job.cancel !== 'requested' || !job.handle) return job;
  const outcome = await deps.firefly.cancel(job.handle, lease.signal);
  deps.logger.info('cancel_ended', { job: job.id, outcome: outcome.kind });
  if (outcome.kind === 'rate_limited') {
    await deps.db.transaction((tx) => deps.permits.startCooldown(tx, outcome.retryAfterMs));
  }
  const cancel = afterCancel(outcome);
  return cancel === undefined ? job : deps.jobStore.apply(job, { cancel });
}

function afterCancel(outcome: CancelOutcome): JobRow['cancel'] | undefined {
  switch (outcome.kind) {
    case 'requested':
      return 'sent';
    case 'too_late':
      return 'too_late';
    // Not every server of Adobe knows a new job at once; if it never does, the status says so.
    case 'gone':
    case 'rate_limited':
    case 'transient':
      return undefined;
  }
}
