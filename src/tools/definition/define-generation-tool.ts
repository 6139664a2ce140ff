import type { z } from 'zod';
import { costOf } from '../../firefly/pricing.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { JobResult } from '../../render/schemas.ts';
import { GenerationOptions, type generationFields } from '../arguments/fields.ts';
import { awaitJob } from './await-job.ts';
import { confirmSpending } from './confirmation.ts';
import { namingLast } from './last-picture.ts';
import { defineTool, type Services, type Started, type Tool, type ToolCall } from './define.ts';

/** A tool that spends one paid request. Its input holds `generationFields`. */
export interface GenerationTool<Input extends z.ZodObject<typeof generationFields>> extends Pick<
  Tool,
  'name' | 'title' | 'description' | 'toolset' | 'meta'
> {
  readonly input: Input;
  /**
   * The paid request, fully checked: the next step spends money.
   * @throws Problem for arguments that Adobe would refuse
   */
  readonly toRequest: (input: z.infer<Input>, services: Services, call: ToolCall) => Promise<PaidRequest>;
}

/** Defines a paid tool: check the arguments, record the job, wait with progress, show the outcome. */
export function defineGenerationTool<Input extends z.ZodObject<typeof generationFields>>({
  toRequest,
  ...definition
}: GenerationTool<Input>): Tool {
  const start = async (given: z.infer<Input>, call: ToolCall): Promise<Started> => {
    const { idempotency_key, new_job, confirm = false } = GenerationOptions.parse(given);
    const { services, named } = namingLast(await call.services(), call);
    const options = { idempotencyKey: idempotency_key, newJob: new_job };
    const request = await toRequest(given, services, call);
    const duplicate = await services.jobs.findDuplicate(request, call.caller, options);
    if (duplicate) return { job: duplicate, attached: true, named };
    const { name: tool } = definition;
    await confirmSpending({ cost: costOf(request), tool, what: request.facts.prompt, confirmed: confirm }, call);
    const started = await services.jobs.enqueue(request, call.caller, { ...options, signal: call.signal });
    return { ...started, named };
  };
  return defineTool({
    ...definition,
    intent: 'create',
    idempotent: false,
    openWorld: true,
    output: JobResult,
    async toPaidRequest(given, call) {
      const { services, named } = namingLast(await call.services(), call);
      const request = await toRequest(given, services, call);
      return { ...request, warnings: [...named, ...request.warnings] };
    },
    start,
    async handler(given, call) {
      const { wait_seconds: waitSeconds } = GenerationOptions.parse(given);
      const { job, attached, named } = await start(given, call);
      return awaitJob(job, await call.services(), call, { purpose: 'make', waitSeconds, attached, named });
    },
  });
}
