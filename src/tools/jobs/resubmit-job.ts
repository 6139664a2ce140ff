import { z } from 'zod';
import { BatchResult } from '../../render/batch-schemas.ts';
import { JobResult } from '../../render/schemas.ts';
import { resubmitBatch } from '../batches/batch-commands.ts';
import { defineTool } from '../definition/define.ts';
import { generationFields, jobField, waitField } from '../arguments/fields.ts';
import { namedJob } from './named-job.ts';
import { awaitJob } from '../definition/await-job.ts';
import { confirmSpending } from '../definition/confirmation.ts';

const CONSENT = 'needs the consent of the user';

/**
 * The way on from `submit_unknown`, once a person has accepted a second charge. Of a batch only failed items are sent
 * again: consent to a second charge covers one job (docs/jobs.md#resubmission).
 */
export const resubmitJob = defineTool({
  name: 'resubmit_job',
  title: 'Resubmit job',
  toolset: 'core',
  description:
    'Sends a job without pictures again, as a paid job that replaces it, or the failed items of a batch. If the outcome is unknown Adobe may charge twice: ask the user first.',
  intent: 'create',
  idempotent: false,
  openWorld: true,
  input: z.strictObject({
    job: jobField,
    accept_possible_charge: z
      .boolean({ error: CONSENT })
      // Not a literal: in the published schema that is a constant, for which some hosts refuse all tools.
      .refine((accepted) => accepted, { error: CONSENT })
      .describe('true: the user accepts that Adobe may charge twice.'),
    confirm: generationFields.confirm,
    wait_seconds: waitField,
  }),
  output: z.union([JobResult, BatchResult]),
  refusals: {
    accept_possible_charge:
      'Ask the user whether a second charge is acceptable; only then call again with accept_possible_charge: true. Nothing was started and nothing was spent.',
  },
  async handler({ job, confirm = false, wait_seconds }, call) {
    const services = await call.services();
    const { kind, id } = await namedJob(job, services, call.caller);
    if (kind === 'batch') return resubmitBatch(id, services, call, { confirmed: confirm });
    const due = await services.jobs.resubmissionOf(id, call.caller);
    if (due !== undefined) {
      const { cost, prompt, mayChargeTwice } = due;
      const spending = { cost, tool: 'resubmit_job', what: prompt, call: `resubmit ${id}`, confirmed: confirm };
      await confirmSpending({ ...spending, mayChargeTwice }, call);
    }
    const replacement = await services.jobs.resubmit(id, call.caller, call);
    return awaitJob(replacement, services, call, { purpose: 'make', waitSeconds: wait_seconds });
  },
});
