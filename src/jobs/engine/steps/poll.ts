import type { CancelOutcome, RemoteStatus } from '../../../firefly/types.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { pollDelay } from '../poll-delay.ts';
import type { JobChange, JobRow } from '../../model/job-row.ts';
import { LeaseLost } from '../../store/lease.ts';
import { afterDeadline, afterStatus, type DeadlineFacts } from '../../model/transitions.ts';

/** Attempts of this process to cancel one job. */
const MAX_CANCELS = 10;
/** Pause after the first attempt, which doubles up to the second one. */
const CANCEL_RETRY_MS = 5_000;
const MAX_CANCEL_RETRY_MS = 60_000;
/** Consecutive polls without an answer after which the job shows the problem. */
const SHOWN_UNANSWERED_POLLS = 3;

/** States `accepted` and `running`: polls Adobe until the job has ended or its results can be fetched. */
export async function pollJob(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, clock, random } = deps;
  const typicalMs = await jobStore.typicalDuration(job);
  let current = job;
  let polls = 0;
  let unanswered = 0;
  let retryAfterMs: number | undefined;
  let cancels = 0;
  let cancelAt = -Infinity;
  // Wall time may jump by hours (NTP, a resumed machine). While this process polls, the time that it has polled counts.
  const startedAt = clock.monotonic();
  const waitedBefore = Math.max(0, (await deps.db.now()) - (job.acceptedAt ?? job.createdAt));
  const polled = () => clock.monotonic() - startedAt;
  const waited = () => ({ waitedMs: waitedBefore + polled(), polledMs: polled() });
  const nextPoll = () => {
    // A cancelled job ends earlier than jobs of its kind usually do.
    const expectedMs = current.cancel === 'none' ? typicalMs : undefined;
    const facts = { elapsedMs: waited().waitedMs, polls, typicalMs: expectedMs, retryAfterMs };
    return clock.monotonic() + pollDelay(facts, random);
  };
  let pollAt = nextPoll();
  while (current.state === 'accepted' || current.state === 'running') {
    await lease.pause(pollAt - clock.monotonic());
    current = (await jobStore.load(job.id)) ?? current;
    if (current.fence !== job.fence) throw new LeaseLost(job.id);
    // A 429 to any request holds back polls and cancels too (docs/quota-and-money.md#cooldown).
    const cooldownMs = await deps.permits.cooldownMs();
    pollAt = Math.max(pollAt, clock.monotonic() + cooldownMs);
    if (current.cancel === 'requested' && cancels < MAX_CANCELS && clock.monotonic() >= cancelAt && cooldownMs === 0) {
      cancelAt = clock.monotonic() + Math.min(CANCEL_RETRY_MS * 2 ** cancels, MAX_CANCEL_RETRY_MS);
      cancels += 1;
      current = await sendCancel(current, deps, lease);
      polls = 0;
      pollAt = Math.min(pollAt, nextPoll());
    }
    if (clock.monotonic() < pollAt) continue;
    const answer = await requestStatus(current, deps, { lease, unanswered, waited });
    current = answer.job;
    unanswered = answer.unanswered;
    retryAfterMs = answer.retryAfterMs;
    polls += 1;
    pollAt = nextPoll();
  }
  return current;
}

type Waited = Pick<DeadlineFacts, 'waitedMs' | 'polledMs'>;

async function requestStatus(
  job: JobRow,
  deps: EngineDeps,
  { lease, unanswered: earlier, waited }: { lease: JobLease; unanswered: number; waited: () => Waited },
) {
  const status = await deps.firefly.status(job.handle ?? NO_HANDLE, job.operation, lease.signal);
  lease.signal.throwIfAborted();
  await deps.failpoint('status-read');
  if (status.kind === 'transient') deps.logger.warn('status_failed', { job: job.id, problem: status.problem.code });
  const retryAfterMs = 'retryAfterMs' in status ? status.retryAfterMs : undefined;
  const isAnswer = status.kind !== 'transient' && status.kind !== 'rate_limited';
  const unanswered = isAnswer ? 0 : earlier + 1;
  const facts = { unanswered, ...waited() };
  return { job: await recordStatus(job, status, deps, facts), retryAfterMs, unanswered };
}

const NO_HANDLE = { jobId: undefined, statusUrl: undefined, cancelUrl: undefined };

async function recordStatus(
  job: JobRow,
  status: RemoteStatus,
  deps: EngineDeps,
  facts: Waited & Pick<DeadlineFacts, 'unanswered'>,
): Promise<JobRow> {
  const { db, jobStore, permits, firefly } = deps;
  const { waitMs } = firefly.operation(job.operation).limits;
  return db.transaction(async (tx) => {
    const current = (await jobStore.load(job.id, tx)) ?? job;
    if (status.kind === 'rate_limited') await permits.startCooldown(tx, status.retryAfterMs);
    const change = afterStatus(current, status, tx.now) ?? unansweredChange(status, facts.unanswered);
    const isUnfinished = change?.state === undefined || change.state === 'running';
    const end = isUnfinished ? afterDeadline({ ...facts, now: tx.now, waitMs }) : undefined;
    return jobStore.applyIn(tx, job, end ?? change ?? {});
  });
}

/** The problem that an unanswered job shows, once it is more than a passing fault. */
function unansweredChange(status: RemoteStatus, unanswered: number): JobChange | undefined {
  return status.kind === 'transient' && unanswered >= SHOWN_UNANSWERED_POLLS ? { problem: status.problem } : undefined;
}

/** Sends Adobe the PUT of a requested cancel (docs/adobe-api.md#status-and-cancel). */
async function sendCancel(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  if (job.cancel !== 'requested' || !job.handle) return job;
  const outcome = await deps.firefly.cancel(job.handle, job.operation, lease.signal);
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
    // Some of Adobe's servers learn of a new job late; a job that stays unknown is found by its status.
    case 'gone':
    case 'rate_limited':
    case 'transient':
    // The job goes on, and its results are kept.
    case 'impossible':
      return undefined;
  }
}
