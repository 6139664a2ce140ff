import { z } from 'zod';
import { mediaOf } from '../../firefly/endpoints/registry.ts';
import { costOf } from '../../firefly/pricing.ts';
import { fingerprint } from '../../jobs/deduplication/fingerprint.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import type { Rendered } from '../../render/rendered.ts';
import { DryRunResult, renderDryRun } from '../../render/jobs/dry-run.ts';
import { JobResult } from '../../render/schemas.ts';
import type { generationFields } from '../arguments/fields.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { beginCall, type BegunCall, blamed, type CompleteCall } from '../earlier/complete-call.ts';
import { OpenedPictures } from '../earlier/kept-arguments.ts';
import { fileOutlook, fileRemarks, saveRequest } from '../earlier/save-request.ts';
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
  /**
   * Arguments that the call lacks and that the person behind it can say.
   * @returns undefined where nothing is missing, or no person can be asked
   * @throws what `call.choose` throws; Problem where the person says nothing
   */
  readonly askFor?: (
    input: z.infer<Input>,
    services: Services,
    call: ToolCall,
  ) => Promise<{ readonly values: Partial<z.infer<Input>>; readonly note: string } | undefined>;
}

/** Defines a paid tool: check the arguments, record the job, wait with progress, show the outcome. */
export function defineGenerationTool<Input extends z.ZodObject<typeof generationFields>>({
  toRequest,
  askFor,
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
  const planned = async (begun: BegunCall<Input>, call: ToolCall) => {
    const all = await call.services();
    const opened = new OpenedPictures();
    const { services, named } = namingLast(all, call, opened);
    const complete = await completed(await begun.complete(all, call), services, call);
    const request = await requestOf(complete, services, call);
    const { values, notes, input: given } = complete;
    const saveAs = given.save_as === undefined ? undefined : await saveRequest(given.save_as, request.size, call);
    const isVideo = mediaOf(request.operation) === 'video';
    const remarks = saveAs === undefined ? [] : fileRemarks(saveAs, { size: request.size, isVideo });
    const asked = { arguments: opened.kept(values), saveAs, warnings: [...notes, ...request.warnings, ...remarks] };
    return { given, services, named, request: { ...request, ...asked } };
  };
  const completed = async (complete: CompleteCall<Input>, services: Services, call: ToolCall) => {
    const asked = await askFor?.(complete.input, services, call);
    if (asked === undefined) return complete;
    const input = { ...complete.input, ...asked.values };
    return {
      ...complete,
      input,
      values: { ...complete.values, ...asked.values },
      notes: [...complete.notes, asked.note],
    };
  };
  const requestOf = async ({ input: given, blame }: CompleteCall<Input>, services: Services, call: ToolCall) => {
    try {
      return await toRequest(given, services, call);
    } catch (error) {
      throw blamed(blame, error);
    }
  };
  const start = async (begun: BegunCall<Input>, call: ToolCall): Promise<Started & { given: z.infer<Input> }> => {
    const { given, services, named, request } = await planned(begun, call);
    if (given.dry_run === true) throw invalidArgument('dry_run starts no job.', 'Leave dry_run out.');
    const { idempotency_key, new_job, confirm = false } = given;
    const options = { idempotencyKey: idempotency_key, newJob: new_job };
    const { name: tool } = definition;
    const what = { tool, what: request.facts.prompt, call: fingerprint(request) };
    const spending = { ...what, cost: costOf(request), confirmed: confirm };
    if (needsConsent(spending, call)) {
      // A call that attaches to a job spends nothing, so nothing is asked.
      const duplicate = await services.jobs.attach(request, call.caller, options);
      if (duplicate) return { job: duplicate, attached: true, named, given };
      await confirmSpending(spending, call);
    }
    const started = await services.jobs.enqueue(request, call.caller, { ...options, signal: call.signal });
    return { ...started, named, given };
  };
  const plan = async (begun: BegunCall<Input>, call: ToolCall): Promise<PaidRequest> => {
    const { named, request } = await planned(begun, call);
    return { ...request, warnings: [...named, ...request.warnings] };
  };
  const dryRun = async (begun: BegunCall<Input>, call: ToolCall): Promise<Rendered> => {
    // No person is asked about a call that makes nothing.
    const { given, services, named, request } = await planned(begun, { ...call, choose: undefined });
    const options = { idempotencyKey: given.idempotency_key, newJob: given.new_job };
    const outlook = await services.jobs.outlook(request, call.caller, options);
    const { save_as: text } = given;
    const { saveAs, size } = request;
    const file = text === undefined || saveAs === undefined ? undefined : fileOutlook(text, saveAs, size);
    return renderDryRun({ request, outlook, named, file }, { now: call.clock.now(), demo: call.settings.demo });
  };
  const run = async (begun: BegunCall<Input>, call: ToolCall): Promise<Rendered> => {
    if (begun.isDryRun) return dryRun(begun, call);
    const { job, attached, named, given } = await start(begun, call);
    const how = { purpose: 'make', waitSeconds: given.wait_seconds, attached, named } as const;
    return awaitJob(job, await call.services(), call, how);
  };
  return {
    ...definition,
    parse: (given, settings = {}) => {
      const begun = beginCall(definition, given, settings);
      return {
        names: begun.names,
        plan: (call) => plan(begun, call),
        start: (call) => start(begun, call),
        run: (call) => run(begun, call),
      };
    },
  };
}
