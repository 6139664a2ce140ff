import type { RemoteStatus } from '../../../firefly/types.ts';
import type { StoredBytes } from '../../../images/types.ts';
import { countWarnings } from './count-warnings.ts';
import type { JobChange, JobRow } from '../job-row.ts';
import { sentSeed } from '../requests/adobe-request.ts';
import { emptyResult, resultUnreadable, statusUnanswered, timedOut } from '../problems.ts';
import { ended } from '../transitions.ts';

/** Least deadline while status requests fail: about as long as result URLs live (docs/adobe-api.md#result-url-life). */
export const UNANSWERED_DEADLINE_MS = 60 * 60_000;
/** Least time of polling before a process fails a job: a wall clock that was set forward says nothing about the job. */
const MIN_POLLED_MS = 2 * 60_000;
/** Consecutive failed polls that the longer deadline also requires: after a sleep the network comes back late. */
const MIN_UNANSWERED_POLLS = 10;
/** Answers in a row that Adobe does not know a job, by either way to its status, and their span, which end the job. */
const MIN_UNKNOWN_ANSWERS = 6;
const MIN_UNKNOWN_MS = 5 * 60_000;

/**
 * The change that a status answer makes; undefined for none.
 * @param at `now`, and `endedAt`: when the job has probably ended, if it has: halfway between the last answer that said
 *   otherwise and this one. Usual durations are learnt from that: from the time of the answer they would grow with every
 *   delay of the polls, and the delays with them. `stored`: what the results that the answer holds itself became.
 */
export function afterStatus(
  job: JobRow,
  status: RemoteStatus,
  { now, endedAt, stored }: StatusFacts,
): JobChange | undefined {
  switch (status.kind) {
    case 'running':
      if (status.made !== undefined && status.made.outputs.length >= job.count)
        return afterStatus(job, status.made, { now, endedAt, stored });
      return { state: 'running', progress: status.progress ?? job.progress, problem: refusedCancel(job) };
    case 'succeeded': {
      const cancel = afterTheEnd(job);
      if (status.outputs.length === 0)
        return { ...ended('failed', now, emptyResult(status.promptHasDeniedWords)), cancel };
      return {
        state: 'saving',
        doneAt: Math.round(endedAt),
        cancel,
        progress: 100,
        outputs: status.outputs.map(({ url, content, expiresAt, seed, place }, index) => ({
          url,
          expiresAt,
          stored: content && stored?.get(content),
          // Some operations answer no seeds: then that is the seed which was sent for this place.
          seed: seed ?? sentSeed(job.body, place ?? index),
        })),
        problem: undefined,
        warnings: [...job.warnings, ...promptWarnings(status), ...countWarnings(job, status)],
        facts: {
          ...job.facts,
          contentClass: status.contentClass ?? job.facts.contentClass,
          altText: status.altText || undefined,
        },
      };
    }
    case 'failed':
    case 'timed_out':
      return ended('failed', now, status.problem);
    case 'cancelled':
      return ended('cancelled', now);
    case 'gone':
    case 'rate_limited':
    case 'transient':
    case 'unreadable':
    case 'untrusted_link':
      return undefined;
  }
}

interface StatusFacts {
  readonly now: number;
  readonly endedAt: number;
  readonly stored?: ReadonlyMap<Uint8Array, StoredBytes> | undefined;
}

/** What became of the cancel of a job that Adobe has finished. */
function afterTheEnd(job: JobRow): JobRow['cancel'] {
  if (job.cancel === 'none') return 'none';
  return refusedCancel(job) === undefined ? 'too_late' : 'refused';
}

/** The refusal of a cancel that the job shows; no status answer takes it away. */
function refusedCancel({ cancel, problem }: JobRow): JobRow['problem'] {
  return cancel === 'requested' && problem?.code === 'cancel_refused' ? problem : undefined;
}

function promptWarnings(status: Extract<RemoteStatus, { kind: 'succeeded' }>): string[] {
  const list: string[] = [];
  if (status.promptHasDeniedWords) list.push('Adobe left out words of the prompt that it does not allow.');
  if (status.promptHasBlockedArtists) list.push('Adobe left out names of artists that it does not allow.');
  return list;
}

/**
 * The change at the deadline (docs/jobs.md#deadlines); undefined before it. While status requests fail the deadline is
 * longer, since the pictures may be ready and are paid for.
 */
export function afterDeadline(facts: DeadlineFacts): JobChange | undefined {
  const { now, waitedMs, polledMs, waitMs, unanswered, last, unknown } = facts;
  if (polledMs < MIN_POLLED_MS) return undefined;
  const minutes = Math.round(waitedMs / 60_000);
  if (unanswered === 0) return waitedMs < waitMs ? undefined : ended('failed', now, timedOut(minutes));
  if (unknown !== undefined && isUnknownForGood(unknown, polledMs) && last?.kind === 'gone')
    return ended('failed', now, last.problem);
  const isEarly = waitedMs < Math.max(waitMs, UNANSWERED_DEADLINE_MS) || unanswered < MIN_UNANSWERED_POLLS;
  if (isEarly) return undefined;
  if (last?.kind === 'unreadable') return ended('failed', now, resultUnreadable(last.problem));
  if (last?.kind === 'untrusted_link') return ended('failed', now, last.problem);
  return ended('failed', now, statusUnanswered(minutes));
}

/** Whether answers in a row that Adobe does not know a job, the first of them at `since`, are no passing fault by `now`. */
export function isUnknownForGood(
  { answers, since }: { readonly answers: number; readonly since: number },
  now: number,
): boolean {
  return answers >= MIN_UNKNOWN_ANSWERS && now - since >= MIN_UNKNOWN_MS;
}

/** Input of `afterDeadline`. */
export interface DeadlineFacts {
  readonly now: number;
  /** Time since acceptance: by the wall clock until this process began to poll, by the monotonic clock since then. */
  readonly waitedMs: number;
  /** Time for which this process has polled, by the monotonic clock. */
  readonly polledMs: number;
  /** Time from acceptance until a job that Adobe reports as unfinished fails (limit of its operation). */
  readonly waitMs: number;
  /** Consecutive polls that gave no state of the job. */
  readonly unanswered: number;
  /** The last answer. */
  readonly last?: RemoteStatus | undefined;
  /** Consecutive answers that Adobe does not know the job, and how long this process had polled at the first one. */
  readonly unknown?: { readonly answers: number; readonly since: number };
}
