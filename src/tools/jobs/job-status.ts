import { z } from 'zod';
import { renderOverview } from '../../render/jobs/overview.ts';
import { BatchResult } from '../../render/batch-schemas.ts';
import { JobResult, JobStatusResult, OverviewResult } from '../../render/schemas.ts';
import { awaitBatch } from '../batches/batch-commands.ts';
import { renderContext } from '../definition/render-context.ts';
import { defineTool } from '../definition/define.ts';
import { SHOWN_IN_STUDIO } from '../studio.ts';
import { jobField, waitField } from '../arguments/fields.ts';
import { namedJob } from './named-job.ts';
import { awaitJob } from '../definition/await-job.ts';

const RECENT = 10;
const RECENT_BATCHES = 3;

/** The fields that a caller acts on. */
const outline = JobStatusResult.pick({
  job: true,
  state: true,
  summary: true,
  images: true,
  starts_in_seconds: true,
  ends_in_seconds: true,
  cost: true,
  batch: true,
  jobs: true,
  batches: true,
  quota: true,
  budget: true,
});

/** Shows one job or batch, or an overview of all. */
export const jobStatus = defineTool({
  name: 'job_status',
  title: 'Job status',
  toolset: 'core',
  meta: SHOWN_IN_STUDIO,
  description:
    'Shows a job or batch and waits for its pictures, in place of repeating a paid call; without job, what is queued, running and recent, and the quota. Costs nothing. submit_unknown: ask the user, then resubmit_job.',
  intent: 'read',
  idempotent: true,
  openWorld: true,
  input: z.strictObject({ job: jobField.optional(), wait_seconds: waitField }),
  output: z.union([JobResult, BatchResult, OverviewResult]),
  outline,
  async handler({ job, wait_seconds }, call) {
    const services = await call.services();
    if (job === undefined) {
      // Asked before the store is, so that a near service has answered by then.
      const access = services.firefly.access();
      const overview = await services.jobs.overview(call.caller, { limit: RECENT });
      const batches = await services.batches.list({ limit: RECENT_BATCHES }, call.caller);
      const usage = await services.jobs.usage(call.caller);
      const context = await renderContext(call, services.images, []);
      return renderOverview({ overview, batches, usage, access: access() }, context);
    }
    const named = await namedJob(job, services, call.caller);
    if (named.kind === 'batch') return awaitBatch(named.id, services, call, wait_seconds);
    // An unknown job and a store that fails are told at once: only a job that exists is waited for.
    const { id, state, missesComposite } = await services.jobs.find(named.id, call.caller);
    // What it needs was paid for and is kept, so that another try costs nothing.
    if (missesComposite) await services.jobs.finishEdit(id, call.caller, { signal: call.signal });
    if (state === 'failed') await services.jobs.askAgain(id, call.caller, { signal: call.signal });
    return awaitJob(id, services, call, { purpose: 'show', waitSeconds: wait_seconds });
  },
});
