import type { z } from 'zod';
import { costOf } from '../../firefly/pricing.ts';
import type { JobView, PaidRequest } from '../../jobs/model/types.ts';
import { JobAnswer } from '../../render/schemas.ts';
import { confirmSpending } from './confirmation.ts';
import { defineTool, type Services, type Tool, type ToolCall } from './define.ts';
import { GenerationOptions, type generationFields } from '../arguments/fields.ts';
import { awaitJob } from './await-job.ts';

/** A tool that spends one paid request. Its input holds `generationFields`. */
export interface GenerationTool<Input extends z.ZodObject<typeof generationFields>> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  /**
   * The paid request, fully checked: the next step spends money.
   * @throws Problem for arguments that Adobe would refuse
   */
  toRequest(input: z.infer<Input>, services: Services, call: ToolCall): Promise<PaidRequest>;
}

/** Defines a paid tool: check the arguments, record the job, wait with progress, show the outcome. */
export function defineGenerationTool<Input extends z.ZodObject<typeof generationFields>>(
  definition: GenerationTool<Input>,
): Tool {
  const { name, title, description, input } = definition;
  return defineTool({
    name,
    title,
    description,
    intent: 'create',
    idempotent: false,
    openWorld: true,
    input,
    output: JobAnswer,
    toPaidRequest: async (given, call) => definition.toRequest(given, await call.services(), call),
    async handler(given, call) {
      const { wait_seconds, idempotency_key, new_job, confirm = false } = GenerationOptions.parse(given);
      const services = await call.services();
      const options = { idempotencyKey: idempotency_key, newJob: new_job };
      const { jobs } = services;
      const show = (job: JobView, attached: boolean) =>
        awaitJob(job, services, call, { purpose: 'make', waitSeconds: wait_seconds, attached });
      const request = await definition.toRequest(given, services, call);
      const duplicate = await jobs.findDuplicate(request, call.caller, options);
      if (duplicate) return show(duplicate, true);
      await confirmSpending(
        { cost: costOf(request), tool: name, what: request.facts.prompt, confirmed: confirm },
        call,
      );
      const { job, attached } = await jobs.enqueue(request, call.caller, { ...options, signal: call.signal });
      return show(job, attached);
    },
  });
}
