import { Problem, problemRecord, type ProblemRecord } from '../../shared/errors.ts';
import { inAbout } from '../../shared/text.ts';
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

/** Adobe answers status requests, but the job does not end. */
export function timedOut(minutesWaited: number): ProblemRecord {
  return problemRecord('timeout', `Adobe did not finish the job within ${minutesWaited} minutes.`, {
    next: 'Call the tool again. Adobe may charge for it once more.',
  });
}

/** Status requests have had no answer until the deadline. */
export function statusUnanswered(minutesWaited: number): ProblemRecord {
  return problemRecord(
    'timeout',
    `Adobe did not say within ${minutesWaited} minutes what became of the job, so its pictures may exist.`,
    { next: 'Check the network. Then call the tool again; Adobe may charge for it once more.' },
  );
}

/** Adobe reports success with an empty list of outputs. */
export function emptyResult(hasDeniedWords: boolean): ProblemRecord {
  const reason = hasDeniedWords ? ' because the prompt has words that it does not allow' : '';
  return problemRecord('content_policy', `Adobe finished the job but returned no picture${reason}.`, {
    next: 'Reword the prompt and call the tool again.',
  });
}

/** Adobe made pictures, and their links expired before any was downloaded. */
export const RESULTS_EXPIRED = problemRecord(
  'results_expired',
  'Adobe made the pictures, but they could not be downloaded before their links expired.',
  { next: 'The log says why the downloads failed. Once that is mended, call the tool again.' },
);
