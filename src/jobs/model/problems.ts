import { Problem, problemRecord, type ProblemRecord } from '../../shared/errors.ts';
import { inAbout } from '../../shared/text/text.ts';
import type { JobState } from './states.ts';
import type { BudgetOwner, BudgetView } from './spending-views.ts';

/** An id that does not exist or belongs to another principal. One text for both, so that ids cannot be probed. */
export function unknownJob(): Problem {
  return new Problem('unknown_job', 'There is no such job.', {
    next: 'Call job_status without arguments to see the jobs that exist.',
  });
}

/** A job whose operation a later version has added. It stays as it is: neither sent, nor failed, nor paid again. */
export function jobNewer(id: string): Problem {
  return new Problem('job_newer', `The job ${id} is of a kind that only a newer version of this program knows.`, {
    next: 'Update this program to see the job and to go on with it. Until then it stays as it is, and nothing is paid for it.',
  });
}

/** An idempotency key that was used for another request. */
export function idempotencyConflict(job: string): Problem {
  return new Problem('idempotency_conflict', `This idempotency_key was used for another request (${job}).`, {
    next: 'Use a new key for a new request, or repeat the earlier request unchanged.',
  });
}

/** `length` interactive jobs wait already; `waitMs` is when there will be room. */
export function queueFull(length: number, waitMs: number): Problem {
  return new Problem('queue_full', `${length} jobs are already waiting; the last one starts in ${inAbout(waitMs)}.`, {
    next: 'Nothing was recorded or spent. Call again when job_status shows a shorter queue.',
  });
}

/** A call that a daily budget has no room for. */
interface RefusedSpending {
  /** What the call would cost. */
  readonly operations: number;
  readonly owner: BudgetOwner;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A daily budget is spent, or committed to interactive jobs that wait, so that a call does not fit. */
export function budgetExhausted(
  { limit, spent, committed, freeAt }: BudgetView,
  { operations, owner, now }: RefusedSpending,
): Problem {
  const whose = owner === 'principal' ? 'your' : "this server's";
  const raise = `The operator of this server can raise ${owner === 'principal' ? 'your budget' : 'FIREFLY_DAILY_BUDGET'}.`;
  const wanted = `${operations} operation${operations === 1 ? '' : 's'}`;
  const nothing = 'Nothing was recorded or spent.';
  if (operations > limit) {
    const fewer = limit > 0 ? 'Ask for fewer pictures in one call. ' : '';
    return new Problem(
      'budget_exhausted',
      `This call would cost ${wanted}, more than ${whose} whole daily budget of ${limit}, so it will never be admitted.`,
      { actor: limit > 0 ? 'caller' : 'operator', next: `${nothing} ${fewer}${raise}` },
    );
  }
  const waiting = committed === 0 ? '' : `, and ${committed} more are promised to waiting jobs`;
  const free =
    freeAt === undefined
      ? ''
      : ` It will have room for this call in ${inAbout(freeAt - now)} (${new Date(freeAt).toISOString().slice(0, 16)}Z).`;
  return new Problem(
    'budget_exhausted',
    `This call would cost ${wanted}, and ${whose} daily budget of ${limit} has no room for that: ${spent} were spent in the last 24 hours${waiting}.`,
    { next: `${nothing}${free} ${raise}` },
  );
}

/** A cancel of a job that has ended. */
export function jobFinished(state: string): Problem {
  return new Problem('job_finished', `The job has already ended (${state}), so there is nothing to cancel.`, {
    next: 'Call job_status with this job to see what became of it.',
  });
}

/** A resubmission of a job that is unfinished or has its pictures. */
export function notResubmittable(state: JobState, { hasKey }: { readonly hasKey: boolean }): Problem {
  const outcome = state === 'succeeded' ? 'has succeeded' : `is ${state}`;
  return new Problem(
    'not_resubmittable',
    `Only a job that ended without pictures can be sent again; this one ${outcome}.`,
    {
      next: `Call job_status with this job. For more pictures call the tool again with ${hasKey ? 'a new idempotency_key' : 'new_job: true'}.`,
    },
  );
}

/** A resubmission of a job whose replacement may itself have been charged. */
export function alreadyResubmitted(replacement: string): Problem {
  return new Problem(
    'already_resubmitted',
    `The job was sent again as ${replacement}, and whether Adobe accepted that one is unknown as well.`,
    { next: `Ask the user. If one more charge is acceptable, call resubmit_job with ${replacement}.` },
  );
}

/** The process died in `submitting`, when the request may have been sent. */
export const INTERRUPTED_SUBMIT = problemRecord(
  'outcome_unknown',
  'Adobe may have charged for this request, so do not simply repeat the call. The server was interrupted while the request was being sent, and Adobe offers no way to ask what became of it.',
  { next: 'Ask the user. If a second charge is acceptable, call resubmit_job with accept_possible_charge: true.' },
);

/** The way to pictures that are made late (docs/jobs.md#late-results). */
const ASKED_AGAIN = 'Call job_status for this job later today: it asks Adobe again, free.';

/** Adobe answers status requests, but the job does not end. */
export function timedOut(minutesWaited: number): ProblemRecord {
  return problemRecord('timeout', `Adobe did not finish the job within ${minutesWaited} minutes.`, {
    next: `${ASKED_AGAIN} Calling the tool again may be charged once more.`,
  });
}

/** Status requests have had no answer until the deadline. */
export function statusUnanswered(minutesWaited: number): ProblemRecord {
  return problemRecord(
    'timeout',
    `Adobe did not say within ${minutesWaited} minutes what became of the job, so its result may exist.`,
    { next: `Check the network. ${ASKED_AGAIN} Calling the tool again may be charged once more.` },
  );
}

/** Until the deadline Adobe has said that the job succeeded, in an answer without a result that can be read. */
export function resultUnreadable({ upstream, actor, message }: ProblemRecord): ProblemRecord {
  if (actor === 'operator') {
    const next = 'Fetch the picture at Adobe by its id. Calling the tool again may be charged once more.';
    return problemRecord('result_unreadable', message, { actor, next, upstream });
  }
  return problemRecord(
    'result_unreadable',
    'Adobe says that the job succeeded, but its answer has no result that this program can read, so its result may exist and may have been charged.',
    {
      next: 'Report this with the line result_unreadable of the log. Calling the tool again may be charged once more.',
      upstream,
    },
  );
}

/** An upload id that the caller gave, and that Adobe does not know. */
export function givenUploadUnknown(upstream: string | undefined): ProblemRecord {
  return problemRecord('upload_lapsed', 'Adobe does not know an upload id that was given with this call.', {
    actor: 'caller',
    next: 'Nothing was generated, and the request was not repeated. Give the picture itself (a path, a URL or a data URI), or the id of a newer upload.',
    upstream,
  });
}

/** Adobe refused the request over a picture that had been uploaded anew for it. */
export function freshUploadUnknown(upstream: string | undefined): ProblemRecord {
  return problemRecord(
    'upload_lapsed',
    'Adobe does not know something that the request names, most likely a picture, although it was uploaded afresh.',
    { next: 'Nothing was generated. Try again later; if it stays so, report it with the log.', upstream },
  );
}

/** Every attempt in so many minutes met a 429. */
export function lastingLimit(minutes: number, upstream: string | undefined): ProblemRecord {
  return problemRecord(
    'quota_exhausted',
    `Adobe has refused this request for ${minutes} minutes because of its rate limit, so the quota is used up or others in the organisation use it.`,
    {
      next: 'It is tried again from time to time, without cost; cancel_job ends it. If it lasts, have the quota looked at in the Adobe Admin Console.',
      upstream,
    },
  );
}

/** A 429 to an upload or a status request. */
export const HELD_BACK = problemRecord('rate_limited', 'Adobe asks to slow down: its rate limit is reached for now.', {
  next: 'Wait; requests continue automatically when Adobe allows it.',
});

/** Adobe reports success with an empty list of outputs. */
export function emptyResult(hasDeniedWords: boolean): ProblemRecord {
  const reason = hasDeniedWords ? ' because the prompt has words that it does not allow' : '';
  return problemRecord('content_policy', `Adobe finished the job but returned no result${reason}.`, {
    next: 'Reword the prompt and call the tool again.',
  });
}

/** Why the composites of an edit are no longer tried while its job is saved. */
export const COMPOSITE_INTERRUPTED = 'The program ended several times while it was being made.';

/** The warning of a job whose composite could not be made, with the sentence that says why. */
export function compositeMissing(why: string): string {
  return `What Adobe painted could not be put into the picture: ${why} It is shown as Adobe made it; job_status makes the picture again, free.`;
}

/** Adobe made results, and their links expired before any was downloaded. */
export const RESULTS_EXPIRED = problemRecord(
  'results_expired',
  'Adobe made what was asked for, but it could not be downloaded before its links expired.',
  { next: 'The log says why the downloads failed. Once that is mended, call the tool again.' },
);
