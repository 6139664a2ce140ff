import type { RemoteStatus, SubmitOutcome } from '../../firefly/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import { DIED_WHILE_SUBMITTING, emptyResult, timedOut, unheardOf } from './problems.ts';
import type { JobChange, JobRow } from './job-row.ts';
import { isFinal, type JobState } from './states.ts';

/** Every move that a job can make. A state that is not listed as a goal is a defect, and is refused. */
const MOVES: Record<JobState, readonly JobState[]> = {
  queued: ['preparing', 'cancelled', 'failed'],
  preparing: ['queued', 'permitted', 'cancelled', 'failed'],
  permitted: ['queued', 'submitting', 'cancelled'],
  submitting: ['queued', 'accepted', 'cancelled', 'failed', 'submit_unknown'],
  accepted: ['running', 'saving', 'failed', 'cancelled', 'expired'],
  running: ['saving', 'failed', 'cancelled', 'expired'],
  saving: ['succeeded', 'failed', 'expired'],
  succeeded: [],
  failed: [],
  cancelled: [],
  submit_unknown: [],
  expired: [],
};

/** Attempts that provably reached nobody before a job fails. */
export const MOST_UNSENT_ATTEMPTS = { interactive: 3, batch: 10 } as const;
/** Longest pause between two of them. */
const LONGEST_PAUSE_MS = 5 * 60_000;
/** After acceptance, how long a job may stay without an end. */
export const DEADLINE_MS = 10 * 60_000;
/** The same while nobody answers, about as long as the links to finished pictures live (`firefly-api.md` §6). */
export const UNANSWERED_DEADLINE_MS = 60 * 60_000;
/** Looks in a row without an answer that this deadline waits for: after a sleep the network comes back late. */
export const LEAST_UNANSWERED = 10;
/** After acceptance, how long Adobe may not know the job: its servers are not all told at the same moment. */
const UNKNOWN_AT_FIRST_MS = 30_000;

/** Whether the move is one of the table; staying is always allowed before the end. */
export function mayMove(from: JobState, to: JobState): boolean {
  return MOVES[from].includes(to) || (from === to && !isFinal(from));
}

/** An end, with or without a problem. */
export function ended(state: JobState, now: number, problem?: ProblemRecord): JobChange {
  return { state, finishedAt: now, problem, leaseUntil: 0, leaseOwner: undefined };
}

/** Back to the queue; `runnableAt` says from when on it may be taken again. */
export function requeued(runnableAt: number): JobChange {
  return { state: 'queued', runnableAt, preparedAt: undefined, leaseUntil: 0, leaseOwner: undefined };
}

/** What the end of a submit means for the job (`reliability.md` §4d). `cooldownUntil` is when the gate opens after a 429. */
export function afterSubmit(job: JobRow, outcome: SubmitOutcome, now: number, cooldownUntil: number): JobChange {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'accepted', handle: outcome.handle, acceptedAt: now, problem: undefined };
    case 'refused':
      if (asksForFreshUploads(job, outcome)) return { ...requeued(now), reuploads: job.reuploads + 1 };
      return afterRefusal(job, outcome, now);
    case 'unknown':
      return ended('submit_unknown', now, outcome.problem);
    case 'rate_limited':
      return job.cancel === 'none' ? requeued(cooldownUntil) : ended('cancelled', now);
    case 'unauthorized':
      if (job.unauthorized > 0) return afterRefusal(job, outcome, now);
      return { ...requeued(now), unauthorized: job.unauthorized + 1 };
    case 'not_sent':
      // Preparing it again tells whether there is a token to wait for.
      if (outcome.noToken) return job.cancel === 'none' ? requeued(now) : ended('cancelled', now);
      return afterUnsent(job, outcome.problem, now);
  }
}

type Refusal = Extract<SubmitOutcome, { kind: 'refused' | 'unauthorized' }>;

function afterRefusal(job: JobRow, outcome: Refusal, now: number): JobChange {
  if (!haltsBatch(job, outcome)) return ended('failed', now, outcome.problem);
  return { ...requeued(now), unauthorized: 0, problem: outcome.problem };
}

/** Refusals that every other request of the account would meet as well. */
const OF_THE_ACCOUNT: ReadonlySet<string> = new Set(['quota_exhausted', 'api_key_refused', 'credentials_refused']);

/** Whether the whole batch must wait for somebody: it would burn its items one by one otherwise. */
export function haltsBatch(job: JobRow, outcome: SubmitOutcome): boolean {
  if (job.batch === undefined || job.cancel !== 'none') return false;
  const isEnd = outcome.kind === 'refused' || (outcome.kind === 'unauthorized' && job.unauthorized > 0);
  return isEnd && OF_THE_ACCOUNT.has(outcome.problem.code);
}

/** Adobe no longer has a picture that it was given: once, the job uploads it afresh, and takes another permit. */
export function asksForFreshUploads(job: JobRow, outcome: SubmitOutcome): boolean {
  return outcome.kind === 'refused' && outcome.problem.code === 'upload_lapsed' && job.reuploads === 0;
}

/**
 * Nothing was sent: try again, further apart each time. A person is told after a few times; a batch runs overnight, and
 * its items wait for as long as Adobe cannot be reached at all.
 */
export function afterUnsent(job: JobRow, problem: ProblemRecord, now: number): JobChange {
  if (job.cancel !== 'none') return ended('cancelled', now);
  const failures = job.failures + 1;
  const most = job.batch === undefined ? MOST_UNSENT_ATTEMPTS.interactive : MOST_UNSENT_ATTEMPTS.batch;
  const isPatient = job.batch !== undefined && problem.code === 'adobe_unreachable';
  if (failures >= most && !isPatient) return { ...ended('failed', now, problem), failures };
  return { ...requeued(now + Math.min(1_000 * 2 ** failures, LONGEST_PAUSE_MS)), failures, problem };
}

/** What a status answer means; undefined where it changes nothing. */
export function afterStatus(job: JobRow, status: RemoteStatus, now: number): JobChange | undefined {
  switch (status.kind) {
    case 'running':
      return { state: 'running', progress: status.progress ?? job.progress, problem: undefined };
    case 'succeeded': {
      const cancel = job.cancel === 'none' ? 'none' : 'too_late';
      if (status.outputs.length === 0)
        return { ...ended('failed', now, emptyResult(status.promptHasDeniedWords)), cancel };
      return {
        state: 'saving',
        doneAt: now,
        cancel,
        progress: 100,
        outputs: status.outputs.map(({ url, expiresAt, seed }) => ({ url, expiresAt, seed })),
        warnings: [...job.warnings, ...remarks(status)],
        facts: {
          ...job.facts,
          contentClass: status.contentClass ?? job.facts.contentClass,
          altText: status.altText || undefined,
        },
      };
    }
    case 'gone':
      return now - (job.acceptedAt ?? 0) < UNKNOWN_AT_FIRST_MS ? undefined : ended('failed', now, status.problem);
    case 'failed':
    case 'timed_out':
    case 'untrusted_link':
      return ended('failed', now, status.problem);
    case 'cancelled':
      return ended('cancelled', now);
    case 'rate_limited':
    case 'transient':
      return undefined;
  }
}

function remarks(status: Extract<RemoteStatus, { kind: 'succeeded' }>): string[] {
  const list: string[] = [];
  if (status.promptHasDeniedWords) list.push('Adobe left out words of the prompt that it does not allow.');
  if (status.promptHasBlockedArtists) list.push('Adobe left out names of artists that it does not allow.');
  return list;
}

/**
 * The deadline: a job without an end for too long fails, whatever its status says. `unanswered` is how many looks in a
 * row brought no answer: then more patience is due, for the pictures may be ready, and have been paid for.
 */
export function afterDeadline(job: JobRow, now: number, unanswered: number): JobChange | undefined {
  const waitedMs = now - (job.acceptedAt ?? job.createdAt);
  const minutes = Math.round(waitedMs / 60_000);
  if (unanswered === 0) return waitedMs < DEADLINE_MS ? undefined : ended('failed', now, timedOut(minutes));
  if (waitedMs < UNANSWERED_DEADLINE_MS || unanswered < LEAST_UNANSWERED) return undefined;
  return ended('failed', now, unheardOf(minutes));
}

/**
 * What is known of a job whose process is gone: before `submitting` nothing was sent; in it, nobody can know; after
 * it, work goes on where it stood.
 */
export function afterCrash(job: JobRow, now: number): JobChange {
  if (job.state === 'preparing' || job.state === 'permitted') return requeued(now);
  if (job.state === 'submitting') return ended('submit_unknown', now, DIED_WHILE_SUBMITTING);
  return {};
}
