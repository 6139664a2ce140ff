import type { Caller } from '../../shared/caller.ts';
import { namedJob } from '../jobs/named-job.ts';
import type { Services } from '../definition/define.ts';

/** The jobs that a handle names: one, or those of a batch. A foreign job has no pictures of the caller, as an unknown one. @throws Problem as `namedJob` */
export async function jobsNamed(handle: string, { batches }: Services, caller: Caller): Promise<readonly string[]> {
  const { kind, id } = await namedJob(handle, { batches }, caller);
  return kind === 'batch' ? batches.jobsOf(id, caller) : [id];
}
