import { StatusResponse } from '../../firefly/contract/status.ts';
import * as errors from '../http/errors/errors.ts';
import { worded } from '../http/errors/wording.ts';
import { type Job, type JobPlan, jobUuid, statusOf } from '../state/jobs.ts';
import type { EmulatorContext } from '../context.ts';
import { signedUrl } from './download.ts';
import { type Call, defineOperation } from './operation.ts';

/** Status of a job, by its URN or its bare uuid, on the shard and on the API's own origin. */
export const status = defineOperation<string>({
  id: 'jobResultV3',
  method: 'GET',
  path: '/v3/status/{jobId}',
  origins: ['api', 'shard'],
  phase: 'status',
  envelope: 'api',
  gated: true,
  paid: false,
  answers: { 200: StatusResponse },
  read: ({ parameter }) => {
    const uuid = jobUuid(parameter);
    if (uuid === undefined) throw errors.invalidJobId();
    return uuid;
  },
  handle: (uuid, call) => {
    const job = findJob(uuid, call);
    const { status: current, progress } = statusOf(job, call.context.settings.clock.monotonic());
    // The next read reports `cancelled`.
    if (current === 'cancel_pending') job.cancel = 'reported';
    const json = { status: current, jobId: job.urn, ...statusFields(job, current, progress, call.context) };
    return { status: 200, content: { json } };
  },
});

/**
 * Finds a job and records its id in the request log.
 * @throws Refusal 404 `unknown_job_id`
 */
export function findJob(uuid: string, { context, entry }: Call): Job {
  const job = context.jobs.find(uuid);
  if (job === undefined) throw errors.jobError('unknown_job_id', context.settings.wording);
  entry.jobId = job.urn;
  return job;
}

function statusFields(job: Job, current: string, progress: number, context: EmulatorContext): object {
  const { end } = job.plan.behaviour;
  switch (current) {
    case 'succeeded':
      return { result: resultOf(job, context) };
    case 'failed':
      return end.kind === 'failed' ? { error_code: end.code, ...says(end.message, context) } : {};
    case 'timeout':
      return { error_code: 'job_timeout', ...says('The job timed out.', context) };
    // OpenAPI `JobPollPayload`: with `error_code`; code and message from Adobe's older guide.
    case 'cancelled':
    case 'cancel_pending':
      return { error_code: 'job_cancelled', ...says('Job was cancelled by user request', context) };
    case 'pending':
    case 'running':
      return { progress };
    default:
      return {};
  }
}

/** The optional message of a status answer. */
function says(message: string, { settings }: EmulatorContext): object {
  return worded([{ message }, {}, { message: `Job ended: ${message.length}.` }], settings.wording);
}

/** Result of a job that succeeded. URLs are signed anew at every read. */
export function resultOf(job: Job, context: EmulatorContext): object {
  const { plan } = job;
  if (plan.results === 'presigned') return presignedResultOf(job, context);
  const outputs = deliveredPictures(job, plan).map(({ id, spec }) => ({
    seed: spec.seed,
    [plan.results === 'video' ? 'video' : 'image']: { url: signedUrl(id, context) },
  }));
  return {
    ...(plan.results === 'sizeless' ? {} : { size: { width: plan.width, height: plan.height } }),
    outputs,
    ...(plan.contentClass === undefined ? {} : { contentClass: plan.contentClass }),
    ...(plan.altText === undefined ? {} : { altText: plan.altText }),
    ...(plan.behaviour.deniedWords ? { promptHasDeniedWords: true } : {}),
    ...(plan.behaviour.blockedArtists ? { promptHasBlockedArtists: true } : {}),
  };
}

/** Result of an upscale (OpenAPI `PreciseUpsamplerResponse`): no seed, and a link that may be missing. */
function presignedResultOf(job: Job, context: EmulatorContext): object {
  const outputs = deliveredPictures(job, job.plan).map(({ id }) =>
    context.settings.upscaleLinks ? { id, presignedUrl: signedUrl(id, context) } : { id },
  );
  return { outputs, version: job.plan.model };
}

function deliveredPictures({ pictures }: Job, { behaviour }: JobPlan): Job['pictures'] {
  if (behaviour.end.kind !== 'succeeded' || behaviour.end.pictures === 'none') return [];
  return behaviour.end.pictures === 'one-less' ? pictures.slice(0, -1) : pictures;
}
