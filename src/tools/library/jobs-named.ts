import type { Caller } from '../../shared/caller.ts';
import { isBatchId } from '../batches/batch-commands.ts';
import type { Services } from '../definition/define.ts';

/** The jobs that an id names: itself, or those of a batch. A foreign job has no pictures of the caller, as an unknown one. @throws Problem `unknown_batch` */
export async function jobsNamed(id: string, { batches }: Services, caller: Caller): Promise<readonly string[]> {
  return isBatchId(id) ? batches.jobsOf(id, caller) : [id];
}
