import type { z } from 'zod';
import { costOf } from '../../firefly/pricing.ts';
import { fingerprint } from '../../jobs/deduplication/fingerprint.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { JobResult } from '../../render/schemas.ts';
import { GenerationOptions, type generationFields } from '../arguments/fields.ts';
import { awaitJob } from './await-job.ts';
import { confirmSpending } from './confirmation.ts';
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
    const services = await call.services();
    const options = { idempotencyKey: idempotency_key, newJob: new_job };
    const request = await toRequest(given, services, call);
    const duplicate = await services.jobs.attach(request, call.caller, options);
    if (duplicate) return { job: duplicate, attached: true };
    const { name: tool } = definition;
    const what = { tool, what: request.facts.prompt, call: fingerprint(request) };
    await confirmSpending({ ...what, cost: costOf(request), confirmed: confirm }, call);
    return services.jobs.enqueue(request, call.caller, { ...options, signal: call.signal });
  };
  return defineTool({
    ...definition,
    intent: 'create',
    idempotent: false,
    openWorld: true,
    output: JobResult,
    toPaidRequest: async (given, call) => toRequest(given, await call.services(), call),
    start,
    async handler(given, call) {
      const { wait_seconds: waitSeconds } = GenerationOptions.parse(given);
      const { job, attached } = await start(given, call);
      return awaitJob(job, await call.services(), call, { purpose: 'make', waitSeconds, attached });
    },
  });
}
