import type { CancelOutcome, RemoteStatus } from '../firefly/types.ts';
import type { EngineParts, Hold } from './parts.ts';
import { pollDelay } from './polling.ts';
import type { Change, JobRecord } from './record.ts';
import { LeaseLost } from './store/lease.ts';
import { afterDeadline, afterStatus } from './transitions.ts';

/** Attempts of this process to cancel the same job, and the pause after the first, which doubles. */
const MOST_CANCELS = 10;
const CANCEL_RETRY_MS = 5_000;
const LONGEST_CANCEL_RETRY_MS = 60_000;
/** Looks without an answer that are nobody's business. */
const MOST_SILENT = 3;

/** `accepted`, `running`: asks Adobe how the job is, until it has an end or is ready to be saved. */
export async function poll(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { journal, clock, random } = parts;
  const typicalMs = await journal.typicalDuration(job);
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
    await hold.pause(pollAt - clock.now());
    current = (await journal.load(job.id)) ?? current;
    if (current.fence !== job.fence) throw new LeaseLost(job.id);
    // A 429 anywhere closes the gate for polls and cancels too.
    const heldMs = await parts.permits.heldForMs();
    pollAt = Math.max(pollAt, clock.now() + heldMs);
    if (current.cancel === 'requested' && cancels < MOST_CANCELS && clock.now() >= cancelAt && heldMs === 0) {
      cancelAt = clock.now() + Math.min(CANCEL_RETRY_MS * 2 ** cancels, LONGEST_CANCEL_RETRY_MS);
      cancels += 1;
      current = await obeyCancel(current, parts, hold);
      polls = 0;
      pollAt = Math.min(pollAt, nextPoll());
    }
    if (clock.now() < pollAt) continue;
    const answer = await ask(current, parts, { hold, unanswered });
    current = answer.job;
    unanswered = answer.unanswered;
    retryAfterMs = answer.retryAfterMs;
    polls += 1;
    pollAt = nextPoll();
  }
  return current;
}

async function ask(job: JobRecord, parts: EngineParts, { hold, unanswered }: { hold: Hold; unanswered: number }) {
  const status = await parts.firefly.status(job.handle ?? NO_HANDLE, hold.signal);
  hold.signal.throwIfAborted();
  await parts.reached('status-read');
  if (status.kind === 'transient') parts.logger.warn('status_failed', { job: job.id, problem: status.problem.code });
  const retryAfterMs = 'retryAfterMs' in status ? status.retryAfterMs : undefined;
  const silent = status.kind === 'transient' || status.kind === 'rate_limited';
  const inARow = silent ? unanswered + 1 : 0;
  return { job: await note(job, status, parts, inARow), retryAfterMs, unanswered: inARow };
}

const NO_HANDLE = { jobId: undefined, statusUrl: undefined, cancelUrl: undefined };

async function note(job: JobRecord, status: RemoteStatus, parts: EngineParts, unanswered: number): Promise<JobRecord> {
  const { db, journal, permits } = parts;
  return db.transaction(async (tx) => {
    const current = (await journal.load(job.id, tx)) ?? job;
    if (status.kind === 'rate_limited') await permits.hold(tx, status.retryAfterMs);
    const change = afterStatus(current, status, tx.now) ?? afterSilence(status, unanswered);
    const goesOn = change?.state === undefined || change.state === 'running';
    const end = goesOn ? afterDeadline(current, tx.now, unanswered) : undefined;
    return journal.applyIn(tx, job, end ?? change ?? {});
  });
}

/** A job says what it waits for, once that has been more than a moment. */
function afterSilence(status: RemoteStatus, unanswered: number): Change | undefined {
  return status.kind === 'transient' && unanswered >= MOST_SILENT ? { problem: status.problem } : undefined;
}

/** Sends the PUT that a cancel needs, as soon as there is a handle. */
async function obeyCancel(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  if (job.cancel !== 'requested' || !job.handle) return job;
  const outcome = await parts.firefly.cancel(job.handle, hold.signal);
  parts.logger.info('cancel_ended', { job: job.id, outcome: outcome.kind });
  if (outcome.kind === 'rate_limited') {
    await parts.db.transaction((tx) => parts.permits.hold(tx, outcome.retryAfterMs));
  }
  const cancel = afterCancel(outcome);
  return cancel === undefined ? job : parts.journal.apply(job, { cancel });
}

function afterCancel(outcome: CancelOutcome): JobRecord['cancel'] | undefined {
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
