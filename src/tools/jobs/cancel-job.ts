import { z } from 'zod';
import type { JobView } from '../../jobs/model/types.ts';
import { BatchResult } from '../../render/batch-schemas.ts';
import { JobResult } from '../../render/schemas.ts';
import { Problem } from '../../shared/errors.ts';
import { cancelBatch } from '../batches/batch-commands.ts';
import { defineTool, type Services, type ToolCall } from '../definition/define.ts';
import { jobField } from '../arguments/fields.ts';
import { namedJob } from './named-job.ts';
import { awaitJob } from '../definition/await-job.ts';

/** Seconds. Adobe mostly confirms a cancel within them; later answers show `cancelling`. */
const SETTLE_SECONDS = 10;

/** Ends a job: without cost before its submit, by a request to Adobe after it. */
export const cancelJob = defineTool({
  name: 'cancel_job',
  title: 'Cancel job',
  toolset: 'core',
  description:
    'Cancels a job, batch or item. What was not sent costs nothing; afterwards Adobe is asked to stop and may still charge. If Adobe finishes first, the pictures are kept.',
  intent: 'end',
  idempotent: true,
  openWorld: true,
  input: z.strictObject({ job: jobField }),
  output: z.union([JobResult, BatchResult]),
  async handler({ job }, call) {
    const services = await call.services();
    const { kind, id } = await namedJob(job, services, call.caller);
    if (kind === 'batch') return cancelBatch(id, services, call);
    const cancelled = await requestCancel(id, services, call);
    return awaitJob(cancelled, services, call, { purpose: 'cancel', waitSeconds: SETTLE_SECONDS });
  },
});

/** The job after the request; a job that has ended already as it is, which tells more than a refusal would. */
async function requestCancel(job: string, { jobs }: Services, { caller }: ToolCall): Promise<JobView> {
  try {
    return await jobs.cancel(job, caller);
  } catch (error) {
    if (error instanceof Problem && error.code === 'job_finished') return jobs.get(job, caller);
    throw error;
  }
}
