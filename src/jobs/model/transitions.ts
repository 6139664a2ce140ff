import type { SubmitOutcome } from '../../firefly/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import type { ProblemCode } from '../../shared/problem-codes.ts';
import { freshUploadUnknown, givenUploadUnknown, INTERRUPTED_SUBMIT, lastingLimit } from './problems.ts';
import type { JobChange, JobRow } from './job-row.ts';
import { isFinal, type JobState } from './states.ts';

/** Allowed transitions (docs/jobs.md#transitions). Any other one is a defect, which the store refuses. */
const TRANSITIONS: Record<JobState, readonly JobState[]> = {
  queued: ['preparing', 'cancelled', 'failed'],
  preparing: ['queued', 'permitted', 'cancelled', 'failed'],
  permitted: ['queued', 'submitting', 'cancelled'],
  submitting: ['queued', 'accepted', 'saving', 'cancelled', 'failed', 'submit_unknown'],
  accepted: ['running', 'saving', 'failed', 'cancelled', 'expired'],
  running: ['saving', 'failed', 'cancelled', 'expired'],
  saving: ['succeeded', 'failed', 'expired'],
  succeeded: [],
  failed: [],
  cancelled: [],
  submit_unknown: [],
  expired: [],
};

/** Attempts that end `not_sent` before a job fails. */
export const MAX_UNSENT_ATTEMPTS = { interactive: 3, batch: 10 } as const;
/** Longest delay before such an attempt is repeated. */
const MAX_DELAY_MS = 5 * 60_000;

/** Whether the table allows this transition. Staying in a state is allowed until the end. */
export function mayMove(from: JobState, to: JobState): boolean {
  return TRANSITIONS[from].includes(to) || (from === to && !isFinal(from));
}

/** The job ends in a final state and gives its lease back. */
export function ended(state: JobState, now: number, problem?: ProblemRecord): JobChange {
  return { state, finishedAt: now, problem, leaseUntil: 0, leaseOwner: undefined };
}

/** The job goes back to the queue and may be claimed from `runnableAt` on (epoch milliseconds). */
export function requeued(runnableAt: number): JobChange {
  return { state: 'queued', runnableAt, preparedAt: undefined, leaseUntil: 0, leaseOwner: undefined };
}

/**
 * The change that an outcome makes (docs/jobs.md#submit-outcomes).
 * @param cooldownUntil when the cooldown of a 429 ends; not read for other outcomes
 */
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
      if (job.cancel !== 'none') return ended('cancelled', now);
      return { ...requeued(cooldownUntil), problem: afterLimit(job, outcome.problem, now) };
    case 'unauthorized':
      if (job.unauthorized > 0) return afterRefusal(job, outcome, now);
      return { ...requeued(now), unauthorized: job.unauthorized + 1 };
    case 'not_sent':
      // The next `prepare` waits for the token, so this attempt is not counted as a failure.
      if (outcome.noToken) return job.cancel === 'none' ? requeued(now) : ended('cancelled', now);
      return afterUnsent(job, outcome.problem, now);
  }
}

type Refusal = Extract<SubmitOutcome, { kind: 'refused' | 'unauthorized' }>;

function afterRefusal(job: JobRow, outcome: Refusal, now: number): JobChange {
  if (!haltsBatch(job, outcome)) return ended('failed', now, afterLostUpload(job, outcome.problem));
  return { ...requeued(now), unauthorized: 0, problem: outcome.problem };
}

/** Codes of refusals that every other request of the account would meet as well. */
const ACCOUNT_REFUSALS: ReadonlySet<ProblemCode> = new Set([
  'quota_exhausted',
  'api_key_refused',
  'credentials_refused',
]);

/** The problem of a refusal over an upload: an id that the caller gave cannot be uploaded anew here. */
function afterLostUpload(job: JobRow, problem: ProblemRecord): ProblemRecord {
  if (problem.code !== 'upload_lapsed') return problem;
  if (givesUploadIds(job)) return givenUploadUnknown(problem.upstream);
  return job.reuploads > 0 ? freshUploadUnknown(problem.upstream) : problem;
}

/** Whether an upload id of the caller's own is in the body, where pictures of this server have places. */
function givesUploadIds({ body }: Pick<JobRow, 'body'>): boolean {
  return /"uploadId":/.test(JSON.stringify(body) ?? '');
}

/** Time for which, and attempts in which, a job meets 429s before they count as lasting. */
const LASTING_LIMIT = { ms: 10 * 60_000, attempts: 4 } as const;

/** The problem that a job shows after a 429: passing at first; where it lasts, the quota may be used up. */
function afterLimit(job: JobRow, problem: ProblemRecord, now: number): ProblemRecord {
  const lasts = now - job.createdAt >= LASTING_LIMIT.ms && job.attempt >= LASTING_LIMIT.attempts;
  if (!lasts || problem.code === 'quota_exhausted') return problem;
  return lastingLimit(Math.round((now - job.createdAt) / 60_000), problem.upstream);
}

/**
 * Whether the outcome pauses the whole batch, whose items would otherwise end one by one: a refusal of the account, or a
 * page of something between this server and Adobe.
 */
export function haltsBatch(job: JobRow, outcome: SubmitOutcome): boolean {
  if (job.batch === undefined || job.cancel !== 'none') return false;
  if (outcome.kind === 'unknown') return outcome.byPage === true;
  const isEnd = outcome.kind === 'refused' || (outcome.kind === 'unauthorized' && job.unauthorized > 0);
  return isEnd && ACCOUNT_REFUSALS.has(outcome.problem.code);
}

/**
 * Whether Adobe has lost a picture that this server uploaded, for the first time: the job then uploads it afresh and takes
 * another permit. An id of the caller's own may be the lost one, which a second request cannot mend.
 */
export function asksForFreshUploads(job: JobRow, outcome: SubmitOutcome): boolean {
  const isLapsed = outcome.kind === 'refused' && outcome.problem.code === 'upload_lapsed';
  return isLapsed && job.reuploads === 0 && job.pictures.length > 0 && !givesUploadIds(job);
}

/**
 * The change after an attempt that sent nothing: another one, with a growing delay. An interactive job fails after a
 * few, so that its caller learns of the trouble; items of a batch, which runs unattended, wait for as long as Adobe
 * cannot be reached at all.
 */
export function afterUnsent(job: JobRow, problem: ProblemRecord, now: number): JobChange {
  if (job.cancel !== 'none') return ended('cancelled', now);
  const failures = job.failures + 1;
  const most = job.batch === undefined ? MAX_UNSENT_ATTEMPTS.interactive : MAX_UNSENT_ATTEMPTS.batch;
  const waitsForNetwork = job.batch !== undefined && problem.code === 'adobe_unreachable';
  if (failures >= most && !waitsForNetwork) return { ...ended('failed', now, problem), failures };
  return { ...requeued(now + Math.min(1_000 * 2 ** failures, MAX_DELAY_MS)), failures, problem };
}

/**
 * The change that a claim makes to a job whose process is gone: before `submitting` nothing was sent; in `submitting`
 * the outcome cannot be known; later states go on as they are.
 */
export function afterCrash(job: JobRow, now: number): JobChange {
  if (job.state === 'preparing' || job.state === 'permitted') return requeued(now);
  if (job.state === 'submitting') return ended('submit_unknown', now, INTERRUPTED_SUBMIT);
  return {};
}
