import { z } from 'zod';
import type { BatchOutlook, BatchPlan } from '../../jobs/batches/model/batch-types.ts';
import { budgetRemark } from '../../render/jobs/batch.ts';
import { renderBatchDryRun } from '../../render/jobs/batch-dry-run.ts';
import { BatchOutline, BatchResult } from '../../render/batch-schemas.ts';
import { counted } from '../../render/phrases.ts';
import { costPhrase } from '../../render/cost.ts';
import { generationFields, pathField } from '../arguments/fields.ts';
import { argumentName, spelledName } from '../arguments/lenient/names.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { showBatch } from './batch-commands.ts';
import { maskSheet } from './mask-sheet.ts';
import { readBatchSource } from './batch-source.ts';
import { checkBatch, ending, submitBatch as submit, type SubmissionOptions } from './batch-submission.ts';
import { savingFolder } from './saving-folder.ts';
import { defineTool, type PaidTool, type Tool, type ToolCall } from '../definition/define.ts';

const MOST_INLINE = 500;
/** Shortest time between two progress messages, milliseconds. */
const PROGRESS_INTERVAL_MS = 500;
/** Properties of objects that the tool checks: some hosts refuse an object without any, so the usual ones are published. */
const usual = (...names: readonly string[]) => ({
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});

const input = z.strictObject({
  tool: z.string().max(40).optional(),
  prompts: z.array(z.string()).min(1).max(MOST_INLINE).optional().describe('1-500 texts: an image of each.'),
  folder: pathField
    .optional()
    .describe(`Pictures, or a pattern (people/*.jpg); each is one item, ${MOST_INLINE} at most.`),
  items: z
    .array(z.looseObject({}).meta(usual('id')))
    .min(1)
    .max(MOST_INLINE)
    .optional()
    .describe('1-500 objects: arguments of the tool, and id.'),
  file: pathField.optional().describe('One JSON object a line.'),
  common: z
    .looseObject({})
    .meta(usual('prompt'))
    .optional()
    .describe(
      'Arguments of all: {"select": "person", "invert_mask": true, "prompt": "an office"}; {file}: name of its picture; {prompt}: its own prompt.',
    ),
  dedupe: z.boolean().optional().describe('true: none twice.'),
  save_to: z
    .string()
    .max(400)
    .optional()
    .describe('In the output folder; default firefly/ and the name of folder or file.'),
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('File, as in save_as: "x-{n}.jpg 500x"; tokens {n} (place) {item} (default) {file} {prompt} {seed}.'),
  new_job: generationFields.new_job.describe('true: a new batch despite an identical one.'),
  confirm: generationFields.confirm,
  dry_run: generationFields.dry_run.describe('true: only tells number, cost and time.'),
});

/** Submits many calls of one paid tool as a batch. */
export function submitBatchOf(paid: readonly PaidTool[]): Tool {
  const tools = paid.map(({ name }) => name);
  const names = tools.join(', ');
  /** Hosts put their own name of this server before that of a tool. */
  const meantTool = (name: string) => {
    const own = name.trim().replace(/^.*(?:__|[:/.])/, '');
    return tools.includes(name) ? name : (tools.find((tool) => tool === own) ?? spelledName(own, tools));
  };
  return defineTool({
    name: 'submit_batch',
    title: 'Submit batch',
    toolset: 'batch',
    description:
      'Makes or edits many images in bulk: a batch of prompts, or of all pictures of a folder, by one paid tool. All are checked before anything is spent. Paid: one operation for each picture, 2-10 a video. Returns a batch (batch_…), which goes on by itself; job_status shows it; cancel_job ends it.',
    intent: 'create',
    idempotent: true,
    openWorld: true,
    input: input.extend({
      tool: input.shape.tool.describe('Any paid tool; default generate_image, of a folder fill_image.'),
    }),
    prepare: withSaveTo,
    elsewhere: (name) => {
      const isOfItems = paid.some((tool) => Object.hasOwn(tool.input.shape, currentOf(name, tool)));
      return isOfItems ? 'It belongs into common, for all items, or into single items.' : undefined;
    },
    output: BatchResult,
    outline: BatchOutline,
    async handler(given, call) {
      const { imageImport } = await call.services();
      const source = await readBatchSource(given, {
        read: (path) => imageImport.readFile(path, call.caller),
        folder: (path) => imageImport.folder(path, call.caller, { most: MOST_INLINE }),
      });
      const tool = paid.find(({ name }) => name === meantTool(source.tool));
      if (tool === undefined) {
        throw invalidArgument('No batch can be made with this tool.', `Use one of ${names}.`);
      }
      const { name: template, save_to: saveTo, dry_run: isDryRun = false } = given;
      const batchInput = {
        ...source,
        tool,
        toName: source.isToolNamed ? undefined : paid,
        source: source.name,
        dedupe: given.dedupe ?? false,
        folder: savingFolder(source, { saveTo, template }, call),
        template: template ?? source.template,
      };
      let told:
        { readonly plan: BatchPlan; readonly outlook: BatchOutlook; readonly done: string | undefined } | undefined;
      const progress = progressOf(source.items.length + source.faults.length, call);
      const options: SubmissionOptions = {
        newJob: given.new_job ?? false,
        confirmed: given.confirm ?? false,
        waysOn:
          'Submit only the new ones as items, or ask the user and pass new_job: true to make and pay for all of them.',
        onOutlook: (plan, outlook, done) => {
          told = { plan, outlook, done };
          progress.tell(
            `${counted(plan.items.length, 'item')}, ${costPhrase(outlook.cost)}${ending(outlook, call.clock.now())}`,
          );
        },
        onProgress: progress.report,
      };
      const { leftOut } = source;
      if (isDryRun) {
        const checked = await checkBatch(batchInput, call, options);
        const services = await call.services();
        if (!('plan' in checked)) return showBatch(checked, services, call, { attached: true });
        const { picture: sheet, warnings: sheetRemarks } = await maskSheet(checked.plan, services.images, call);
        return renderBatchDryRun(
          {
            ...checked,
            leftOut: checked.remark === undefined ? leftOut : [...leftOut, checked.remark],
            sheet,
            sheetRemarks,
          },
          { now: call.clock.now(), demo: call.settings.demo, serverPaths: call.caller.can.serverPaths },
        );
      }
      const { batch, origin } = await submit(batchInput, call, options);
      const services = await call.services();
      if (told === undefined) return showBatch(batch, services, call, { attached: origin === 'known', leftOut });
      const { plan, outlook, done } = told;
      const beyondBudget = budgetRemark(outlook, batch.items);
      const more = { plan, willCost: outlook.cost, beyondBudget, leftOut, ...(done !== undefined && { done }) };
      return showBatch(batch, services, call, more);
    },
  });
}

/** `folder` was the place of copies before it was that of pictures; beside items or a file it can mean nothing else. */
function withSaveTo(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { folder, ...rest } = values;
  const isPlace = folder !== undefined && (values['items'] !== undefined || values['file'] !== undefined);
  return isPlace ? { save_to: folder, ...rest } : values;
}

/** The name that a tool has for an argument, also in another spelling. */
function currentOf(name: string, { input }: PaidTool): string {
  return argumentName(name, Object.keys(input.shape)) ?? name;
}

/** Reports the items that were checked, then recorded, as one progress of both. */
function progressOf(items: number, call: ToolCall) {
  let reportedAt = -Infinity;
  const report: NonNullable<SubmissionOptions['onProgress']> = (phase, done) => {
    const now = call.clock.monotonic();
    if (now - reportedAt < PROGRESS_INTERVAL_MS && done < items) return;
    reportedAt = now;
    const message = `${done} of ${items} items ${phase === 'checked' ? 'checked' : 'recorded'}`;
    call.progress({ progress: phase === 'checked' ? done : items + done, total: items * 2, message });
  };
  /** Says something between the two. */
  const tell = (message: string) => call.progress({ progress: items + 0.5, total: items * 2, message });
  return { report, tell };
}
