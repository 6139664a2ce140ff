import { StatusResponse } from '../../firefly/contract/status.ts';
import * as errors from '../http/errors.ts';
import { type Job, type JobPlan, jobUuid, statusOf } from '../state/jobs.ts';
import { signedUrl } from '../state/storage.ts';
import type { EmulatorContext } from '../context.ts';
import { type Call, defineOperation } from './operation.ts';

/** Where a job stands. Takes the URN or the uuid alone, on the shard and on the API's own host. */
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
    const { status: current, progress } = statusOf(job, call.world.settings.clock.monotonic());
    // The next read says `cancelled`.
    if (current === 'cancel_pending') job.cancel = 'reported';
    const json = { status: current, jobId: job.urn, ...facts(job, current, progress, call.world) };
    return { status: 200, content: { json } };
  },
});

/**
 * The job of this uuid, noted in the truth log.
 * @throws Refusal 404 `unknown_job_id`
 */
export function findJob(uuid: string, { world, entry }: Call): Job {
  const job = world.jobs.find(uuid);
  if (job === undefined) throw errors.jobError('unknown_job_id');
  entry.jobId = job.urn;
  return job;
}

function facts(job: Job, current: string, progress: number, world: EmulatorContext): object {
  const { end } = job.plan.policy;
  switch (current) {
    case 'succeeded':
      return { result: resultOf(job, world) };
    case 'failed':
      return end.kind === 'failed' ? { error_code: end.code, message: end.message } : {};
    case 'timeout':
      return { error_code: 'job_timeout', message: 'The job timed out.' };
    case 'pending':
    case 'running':
      return { progress };
    default:
      return {};
  }
}

/** What a job that succeeded has made. URLs are signed afresh at every read. */
export function resultOf(job: Job, world: EmulatorContext): object {
  const { plan } = job;
  const outputs = offered(job, plan).map(({ id, spec }) => ({
    seed: spec.seed,
    image: { url: signedUrl(id, world) },
  }));
  return {
    size: { width: plan.width, height: plan.height },
    outputs,
    ...(plan.contentClass === undefined ? {} : { contentClass: plan.contentClass }),
    ...(plan.altText === undefined ? {} : { altText: plan.altText }),
    ...(plan.policy.deniedWords ? { promptHasDeniedWords: true } : {}),
    ...(plan.policy.blockedArtists ? { promptHasBlockedArtists: true } : {}),
  };
}

function offered({ pictures }: Job, { policy }: JobPlan): Job['pictures'] {
  if (policy.end.kind !== 'succeeded' || policy.end.pictures === 'none') return [];
  return policy.end.pictures === 'one-less' ? pictures.slice(0, -1) : pictures;
}
