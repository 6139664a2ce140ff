import { unknownJob } from '../../jobs/model/problems.ts';
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
  { batches }: Pick<Services, 'batches'>,
  caller: Caller,
): Promise<NamedJob> {
  if (!handle.startsWith('batch_')) return { kind: 'job', id: handle };
  const [batch = '', place] = handle.split('#', 2);
  if (place === undefined) return { kind: 'batch', id: batch };
  const jobs = await batches.jobsOf(batch, caller);
  const id = /^\d+$/.test(place) ? jobs[Number(place) - 1] : undefined;
  if (id === undefined) throw unknownItem(batch, jobs.length);
  return { kind: 'job', id };
}

function unknownItem(batch: string, items: number): Problem {
  const next =
    items === 0
      ? unknownJob().next
      : `Its items are "${batch}#1" to "${batch}#${items}"; job_status with job "${batch}" shows them.`;
  return new Problem('unknown_job', `The batch ${batch} has no item of this number.`, { next });
}
