import * as errors from '../http/errors/errors.ts';
import { jobUuid, statusOf } from '../state/jobs.ts';
import { defineOperation } from './operation.ts';
import { findJob } from './status.ts';

/** Requests cancellation: 200 with an empty body; the status is `cancel_pending` once, then `cancelled`. */
export const cancel = defineOperation<string>({
  // Adobe's document calls it V4 although its path is v3.
  id: 'cancelJobV4',
  method: 'PUT',
  path: '/v3/cancel/{jobId}',
  origins: ['api', 'shard'],
  phase: 'cancel',
  envelope: 'api',
  gated: true,
  paid: false,
  answers: {},
  read: ({ parameter, context }) => {
    const uuid = jobUuid(parameter);
    // The document lists no 422 for this operation.
    if (uuid === undefined) throw errors.jobError('unknown_job_id', context.settings.wording);
    return uuid;
  },
  handle: (uuid, call) => {
    const job = findJob(uuid, call);
    const { clock, wording } = call.context.settings;
    const { status } = statusOf(job, clock.monotonic());
    if (status === 'succeeded' || status === 'failed') throw errors.jobError('job_completed', wording);
    if (status === 'cancelled' || status === 'cancel_pending') throw errors.jobError('job_already_canceled', wording);
    if (status === 'timeout') throw errors.jobError('job_timeout', wording);
    if (!job.plan.behaviour.cancellable) throw errors.jobError('job_cancel_failed', wording);
    job.cancel = 'requested';
    return { status: 200 };
  },
});
