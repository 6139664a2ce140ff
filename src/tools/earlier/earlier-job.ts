import { parseReference } from '../../images/library/reference.ts';
import { isFinal } from '../../jobs/model/states.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { jobIdIn } from '../arguments/job-id.ts';
import { namedJob } from '../jobs/named-job.ts';
import type { Services, ToolCall } from '../definition/define.ts';
import { requireFresh } from '../definition/last-picture.ts';

/** The job whose arguments a call takes. */
export interface EarlierJob {
  readonly id: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Number of its pictures, and which of them is meant, from 1; undefined where all are. */
  readonly count: number;
  readonly picture: number | undefined;
  /** Seeds of its pictures, in their order; undefined where they are not known. */
  readonly seeds: readonly number[] | undefined;
  readonly hasEnded: boolean;
}

/**
 * The job that `like` names: by its id, as an item of a batch (`batch_…#4`), by one of its pictures (`job_…#2`, `img_…`), or as that of the last picture.
 * @throws Problem `unknown_job`, `unknown_image`, for those of other principals too; `invalid_argument` for a job of
 *   another tool, and for a picture that no job has made
 */
export async function earlierJob(
  like: string,
  tool: string,
  services: Services,
  call: Pick<ToolCall, 'caller' | 'clock'>,
): Promise<EarlierJob> {
  const { job, picture } = await named(like, services, call);
  const view = await services.jobs.find(job, call.caller);
  if (view.tool !== tool) {
    throw invalidArgument(
      `${view.id} is a job of ${view.tool}, not of ${tool}.`,
      `Call ${view.tool} with like: "${view.id}" and what is to change.`,
    );
  }
  if (view.arguments === undefined) {
    throw invalidArgument(`${view.id} was made before jobs kept their arguments.`, 'Give the arguments themselves.');
  }
  return {
    id: view.id,
    arguments: view.arguments,
    count: view.count,
    picture: view.count > 1 ? picture : undefined,
    seeds: view.seeds,
    hasEnded: isFinal(view.state),
  };
}

async function named(
  like: string,
  { images, batches }: Services,
  call: Pick<ToolCall, 'caller' | 'clock'>,
): Promise<{ readonly job: string; readonly picture?: number | undefined }> {
  const reference = parseReference(like);
  if (reference?.kind === 'job') return { job: reference.job, picture: reference.index };
  if (reference === undefined || reference.kind === 'item') {
    const { kind, id } = await namedJob(jobIdIn(like), { batches }, call.caller);
    if (kind === 'job') return { job: id };
    throw invalidArgument(`${id} is a batch, and has no arguments of its own.`, `Name one of its items: "${id}#1".`);
  }
  const image = await images.resolve(like, call.caller);
  if (reference.kind === 'last') requireFresh(image, call);
  if (image.job === undefined) {
    throw invalidArgument(`${image.id} is no picture of a job, so there are no arguments to take.`, 'Name a job.');
  }
  const isAll = reference.kind === 'last' && reference.index === undefined;
  return { job: image.job, picture: isAll ? undefined : image.index };
}
