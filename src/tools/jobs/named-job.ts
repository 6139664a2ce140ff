import { unknownJob } from '../../jobs/model/problems.ts';
import type { JobView } from '../../jobs/model/types.ts';
import type { Caller } from '../../shared/caller.ts';
import { Problem } from '../../shared/errors.ts';
import type { Services } from '../definition/define.ts';

/** What a `job` argument names: a job, also as the item of a batch, or a whole batch. */
export interface NamedJob {
  readonly kind: 'job' | 'batch';
  readonly id: string;
}

/**
 * The job or batch that a `job` argument names, after `jobIdIn`. `batch_…#4` is the current job of its fourth item, whether
 * that has a picture or not. No other id is looked up: the queue that acts on it refuses an unknown one.
 * @throws Problem `unknown_batch`, `unknown_job` for an item that the batch does not have
 */
export async function namedJob(
  handle: string,
  { batches, jobs: queue }: Pick<Services, 'batches'> & Partial<Pick<Services, 'jobs'>>,
  caller: Caller,
): Promise<NamedJob> {
  if (!handle.startsWith('batch_')) {
    if (queue !== undefined && !handle.startsWith('job_')) throw noId(await queue.list({ limit: MOST_NAMED }, caller));
    return { kind: 'job', id: handle };
  }
  const [batch = '', place] = handle.split('#', 2);
  if (place === undefined) return { kind: 'batch', id: batch };
  const jobs = await batches.jobsOf(batch, caller);
  const id = /^\d+$/.test(place) ? jobs[Number(place) - 1] : undefined;
  if (id === undefined) throw unknownItem(batch, jobs.length);
  return { kind: 'job', id };
}

/** Jobs that a refusal names. */
const MOST_NAMED = 3;

/** A word such as "last" or "all": which job is meant may have changed since, so that the newest are named instead. */
function noId(newest: readonly JobView[]): Problem {
  const jobs = newest.map(({ id, tool, state }) => `${id} (${tool}, ${state})`);
  const named = jobs.length === 0 ? '' : `The newest are ${jobs.join(', ')}. `;
  return new Problem('unknown_job', 'That is no id of a job: job_…, batch_… or batch_…#4.', {
    next: `${named}${unknownJob().next ?? ''}`,
  });
}

function unknownItem(batch: string, items: number): Problem {
  const next =
    items === 0
      ? unknownJob().next
      : `Its items are "${batch}#1" to "${batch}#${items}"; job_status with job "${batch}" shows them.`;
  return new Problem('unknown_job', `The batch ${batch} has no item of this number.`, { next });
}
