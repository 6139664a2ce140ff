import type { CancelOutcome, RemoteStatus } from '../../../firefly/types.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { pollDelay } from '../poll-delay.ts';
import type { JobChange, JobRow } from '../../model/job-row.ts';
import { holdContents } from '../../store/image-references.ts';
import { storeContents, type StoredContents } from './store-contents.ts';
import { LeaseLost } from '../../store/lease.ts';
import { HELD_BACK } from '../../model/problems.ts';
import { afterDeadline, afterStatus, type DeadlineFacts } from '../../model/status/after-status.ts';

/** Attempts of this process to cancel one job. */
const MAX_CANCELS = 10;
/** Pause after the first attempt, which doubles up to the second one. */
const CANCEL_RETRY_MS = 5_000;
const MAX_CANCEL_RETRY_MS = 60_000;
/** Consecutive polls without an answer after which the job shows the problem. */
const SHOWN_UNANSWERED_POLLS = 3;

/**
 * States `accepted` and `running`: polls Adobe until the job has ended or its results can be fetched.
 * @throws LeaseLost where another process has taken the job over; what the store throws
 */
export async function pollJob(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, clock, random } = deps;
  const typicalMs = await jobStore.typicalDuration(job);
  let current = job;
  let polls = 0;
  let seen: Seen = NOTHING_SEEN;
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
      current = await sendCancel(current, deps, lease, seen.way + cancels - 1);
      polls = 0;
      pollAt = Math.min(pollAt, nextPoll());
    }
    if (clock.monotonic() < pollAt) continue;
    const answer = await requestStatus(current, deps, { lease, seen, waited });
    current = answer.job;
    seen = answer.seen;
    retryAfterMs = answer.retryAfterMs;
    polls += 1;
    pollAt = nextPoll();
  }
  return current;
}

type Waited = Pick<DeadlineFacts, 'waitedMs' | 'polledMs'>;

/** What the polls of this process have found so far. */
interface Seen {
  /** Consecutive polls that gave no state of the job. */
  readonly unanswered: number;
  /** The way to the status that the next poll takes: the one that worked last, else the next one. */
  readonly way: number;
  readonly unknown: NonNullable<DeadlineFacts['unknown']>;
  /** Time since acceptance at which Adobe last said that the job was not done; 0 before such an answer. */
  readonly unfinishedMs: number;
}

const NOTHING_SEEN: Seen = { unanswered: 0, way: 0, unknown: { answers: 0, since: 0 }, unfinishedMs: 0 };

/** Outcomes that tell nothing about the job, so that the next poll takes another way to its status. */
const NO_STATE: ReadonlySet<RemoteStatus['kind']> = new Set([
  'transient',
  'gone',
  'unreadable',
  'untrusted_link',
  'rate_limited',
]);

function afterPoll(before: Seen, status: RemoteStatus, { polledMs, waitedMs }: Waited): Seen {
  const unfinishedMs = status.kind === 'running' ? waitedMs : before.unfinishedMs;
  if (!NO_STATE.has(status.kind)) return { ...NOTHING_SEEN, way: before.way, unfinishedMs };
  const { answers, since } = before.unknown;
  const isFirst = answers === 0;
  const unknown =
    status.kind === 'gone' ? { answers: answers + 1, since: isFirst ? polledMs : since } : NOTHING_SEEN.unknown;
  const isHeldBack = status.kind === 'rate_limited';
  return { unanswered: before.unanswered + 1, way: isHeldBack ? before.way : before.way + 1, unknown, unfinishedMs };
}

async function requestStatus(
  job: JobRow,
  deps: EngineDeps,
  { lease, seen: before, waited }: { lease: JobLease; seen: Seen; waited: () => Waited },
) {
  const answer = await deps.firefly.status(job.handle ?? NO_HANDLE, job.operation, lease.signal, before.way);
  lease.signal.throwIfAborted();
  const { status, contents } = await storeContents(answer, job, deps);
  await deps.failpoint('status-read');
  if (NO_STATE.has(status.kind) && 'problem' in status) {
    const { code: problem } = status.problem;
    const keys = status.kind === 'unreadable' ? status.keys : undefined;
    const event = status.kind === 'unreadable' ? 'result_unreadable' : 'status_failed';
    deps.logger.warn(event, { job: job.id, problem, keys });
  }
  const retryAfterMs = 'retryAfterMs' in status ? status.retryAfterMs : undefined;
  const facts = waited();
  const seen = afterPoll(before, status, facts);
  return { job: await recordStatus(job, status, deps, { ...seen, ...facts, contents }), retryAfterMs, seen };
}

const NO_HANDLE = { jobId: undefined, statusUrl: undefined, cancelUrl: undefined };

async function recordStatus(
  job: JobRow,
  status: RemoteStatus,
  deps: EngineDeps,
  seen: Seen & Waited & { readonly contents: StoredContents },
): Promise<JobRow> {
  const { db, jobStore, permits, firefly } = deps;
  const { waitMs } = firefly.operation(job.operation).limits;
  return db.transaction(async (tx) => {
    const current = (await jobStore.load(job.id, tx)) ?? job;
    if (status.kind === 'rate_limited') await permits.startCooldown(tx, status.retryAfterMs);
    if (status.kind === 'failed' && status.problem.code === 'upload_lapsed') {
      await deps.uploads.forget(tx, job.principal, job.pictures);
    }
    const endedAt = tx.now - Math.max(0, seen.waitedMs - seen.unfinishedMs) / 2;
    const at = { now: tx.now, endedAt, stored: seen.contents };
    await holdContents(tx, job.id, [...seen.contents.values()]);
    const change = afterStatus(current, status, at) ?? unansweredChange(status, seen);
    const isUnfinished = change?.state === undefined || change.state === 'running';
    const deadline = isUnfinished ? afterDeadline({ ...seen, now: tx.now, waitMs, last: status }) : undefined;
    // What a job has made by its deadline is kept, though it is less than was asked for.
    const made = status.kind === 'running' ? status.made : undefined;
    const end = deadline && made ? afterStatus(current, made, at) : deadline;
    return jobStore.applyIn(tx, job, end ?? change ?? {});
  });
}

/** The problem that an unanswered job shows: at once where Adobe's answer is the trouble, else once it is no passing fault. */
function unansweredChange(status: RemoteStatus, { unanswered }: Seen): JobChange | undefined {
  if (status.kind === 'unreadable' || status.kind === 'untrusted_link') return { problem: status.problem };
  if (unanswered < SHOWN_UNANSWERED_POLLS) return undefined;
  if (status.kind === 'rate_limited') return { problem: HELD_BACK };
  return status.kind === 'transient' ? { problem: status.problem } : undefined;
}

/** Sends Adobe the PUT of a requested cancel (docs/adobe-api.md#status-and-cancel). */
async function sendCancel(job: JobRow, deps: EngineDeps, lease: JobLease, way: number): Promise<JobRow> {
  if (job.cancel !== 'requested' || !job.handle) return job;
  const outcome = await deps.firefly.cancel(job.handle, job.operation, lease.signal, way);
  deps.logger.info('cancel_ended', { job: job.id, outcome: outcome.kind });
  if (outcome.kind === 'rate_limited') {
    await deps.db.transaction((tx) => deps.permits.startCooldown(tx, outcome.retryAfterMs));
  }
  if (outcome.kind === 'refused') return deps.jobStore.apply(job, { problem: outcome.problem });
  const cancel = afterCancel(outcome);
  return cancel === undefined ? job : deps.jobStore.apply(job, { cancel, problem: undefined });
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
    // The row has the reason.
    case 'refused':
    // The job goes on, and its results are kept.
    case 'impossible':
      return undefined;
  }
}
