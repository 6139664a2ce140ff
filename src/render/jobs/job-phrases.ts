import { isWaiting } from '../../jobs/model/states.ts';
import type { JobView } from '../../jobs/model/types.ts';
import { counted, inAbout, nounOf } from '../phrases.ts';

/** First sentence of every result whose submit has an unknown outcome (docs/jobs.md#unknown-outcomes). */
export const MAY_HAVE_CHARGED =
  'Adobe may have charged for this request, so this call must not simply be repeated: whether Adobe took it is unknown.';

/** The state of a job as a phrase without a full stop, for progress messages and lists. */
export function phase(job: JobView, now: number): string {
  if (job.cancelling) return job.cost.requests > 0 ? 'being cancelled at Adobe' : 'being cancelled';
  switch (job.state) {
    case 'queued':
    case 'preparing':
    case 'permitted':
    case 'submitting':
      return isWaiting(job.state) ? waiting(job, now) : 'being sent to Adobe';
    case 'accepted':
    case 'running':
      return job.progress === undefined ? 'running at Adobe' : `running at Adobe, ${Math.round(job.progress)} %`;
    case 'saving':
      return `saving ${nounOf(job.media)} ${Math.min(job.images.length + 1, job.count)} of ${job.count}`;
    case 'succeeded':
      return `done, ${counted(job.images.length, nounOf(job.media))}`;
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
    case 'submit_unknown':
      return 'unknown whether Adobe took it; it may have been charged';
    case 'expired':
      return `${nounOf(job.media)}s no longer available`;
  }
}

function waiting(job: JobView, now: number): string {
  // Jobs that were sent count no more, so that each of several calls in a row finds its job first: no place says less then.
  if (job.position === 1 && job.startsAt !== undefined && job.startsAt <= now) return 'queued, next to be sent';
  const position = job.position === undefined ? '' : `, position ${job.position}`;
  const start = job.startsAt === undefined || job.startsAt <= now ? '' : `, starts in ${inAbout(job.startsAt - now)}`;
  return `queued${position}${start}`;
}

/** What is known about the cost of a cancelled job. */
export function costOfCancel(job: JobView): string {
  return job.cost.requests === 0
    ? 'Adobe took no request for it, and nothing was spent.'
    : 'Adobe had already taken the request, so it may still be charged.';
}
