import { z } from 'zod';
import { renderOverview } from '../render/jobs/overview.ts';
import { JobStatusResult } from '../render/schemas.ts';
import { awaitBatch, isBatchId } from './batches/batch-commands.ts';
import { renderContext } from './definition/render-context.ts';
import { defineTool } from './definition/define.ts';
import { jobField, waitField } from './arguments/fields.ts';
import { awaitJob } from './definition/await-job.ts';

const RECENT = 10;
const RECENT_BATCHES = 3;

/** Shows one job or batch, or an overview of all. */
export const jobStatus = defineTool({
  name: 'job_status',
  title: 'Job status',
  description:
    'Shows one job or batch and waits for it; without job, what is queued, running and recent, with the quota. Costs nothing. For jobs that a paid tool returned unfinished.',
  intent: 'read',
  idempotent: true,
  openWorld: true,
  input: z.strictObject({ job: jobField.optional().describe('Job id, job_…, or batch_….'), wait_seconds: waitField }),
  output: JobStatusResult,
  async handler({ job, wait_seconds }, call) {
    const services = await call.services();
    if (job === undefined) {
      const overview = await services.jobs.overview(call.caller, { limit: RECENT });
      const batches = await services.batches.list({ limit: RECENT_BATCHES }, call.caller);
      return renderOverview({ ...overview, batches }, await renderContext(call, services.images, []));
    }
    if (isBatchId(job)) return awaitBatch(job, services, call, wait_seconds);
    const found = await services.jobs.get(job, call.caller);
    return awaitJob(found, services, call, { purpose: 'show', waitSeconds: wait_seconds });
  },
});
