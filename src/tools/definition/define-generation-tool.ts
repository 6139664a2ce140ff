import { z } from 'zod';
import { costOf } from '../../firefly/pricing.ts';
import { fingerprint } from '../../jobs/deduplication/fingerprint.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import type { Rendered } from '../../render/rendered.ts';
import { DryRunResult, renderDryRun } from '../../render/jobs/dry-run.ts';
import { JobResult } from '../../render/schemas.ts';
import { checkArguments } from '../arguments/check-arguments.ts';
import type { generationFields } from '../arguments/fields.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { awaitJob } from './await-job.ts';
import { confirmSpending, needsConsent } from './confirmation.ts';
import type { PaidTool, Services, Started, Tool, ToolCall, ToolDefinition } from './define.ts';
import { namingLast } from './last-picture.ts';
import { SHOWN_IN_STUDIO } from '../studio.ts';

/** A tool that spends one paid request. Its input holds `generationFields`. */
export interface GenerationTool<Input extends z.ZodObject<typeof generationFields>> extends Pick<
  Tool,
  'name' | 'title' | 'description' | 'toolset' | 'meta' | 'prepare'
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
  ...described
}: GenerationTool<Input>): PaidTool {
  const definition: Omit<ToolDefinition<Input>, 'handler'> = {
    ...described,
    meta: { ...described.meta, ...SHOWN_IN_STUDIO },
    intent: 'create',
    idempotent: false,
    openWorld: true,
    output: z.union([JobResult, DryRunResult]),
  };
  const start = async (given: z.infer<Input>, call: ToolCall): Promise<Started> => {
    if (given.dry_run === true) throw invalidArgument('dry_run starts no job.', 'Leave dry_run out.');
    const { idempotency_key, new_job, confirm = false } = given;
    const { services, named } = namingLast(await call.services(), call);
    const options = { idempotencyKey: idempotency_key, newJob: new_job };
    const request = await toRequest(given, services, call);
    const { name: tool } = definition;
    const what = { tool, what: request.facts.prompt, call: fingerprint(request) };
    const spending = { ...what, cost: costOf(request), confirmed: confirm };
    if (needsConsent(spending, call)) {
      // A call that attaches to a job spends nothing, so nothing is asked.
      const duplicate = await services.jobs.attach(request, call.caller, options);
      if (duplicate) return { job: duplicate, attached: true, named };
      await confirmSpending(spending, call);
    }
    const started = await services.jobs.enqueue(request, call.caller, { ...options, signal: call.signal });
    return { ...started, named };
  };
  const plan = async (given: z.infer<Input>, call: ToolCall): Promise<PaidRequest> => {
    const { services, named } = namingLast(await call.services(), call);
    const request = await toRequest(given, services, call);
    return { ...request, warnings: [...named, ...request.warnings] };
  };
  const dryRun = async (given: z.infer<Input>, call: ToolCall): Promise<Rendered> => {
    const { services, named } = namingLast(await call.services(), call);
    const request = await toRequest(given, services, call);
    const options = { idempotencyKey: given.idempotency_key, newJob: given.new_job };
    const outlook = await services.jobs.outlook(request, call.caller, options);
    return renderDryRun({ request, outlook, named }, { now: call.clock.now(), demo: call.settings.demo });
  };
  const run = async (given: z.infer<Input>, call: ToolCall): Promise<Rendered> => {
    if (given.dry_run === true) return dryRun(given, call);
    const { job, attached, named } = await start(given, call);
    const how = { purpose: 'make', waitSeconds: given.wait_seconds, attached, named } as const;
    return awaitJob(job, await call.services(), call, how);
  };
  return {
    ...definition,
    parse: (given) => {
      const input = checkArguments(definition, given);
      return {
        names: Object.keys(input),
        plan: (call) => plan(input, call),
        start: (call) => start(input, call),
        run: (call) => run(input, call),
      };
    },
  };
}
