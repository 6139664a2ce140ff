import { z } from 'zod';
import type { BatchOutlook } from '../../jobs/batches/model/batch-types.ts';
import { unquoted } from '../../images/import/path-spellings.ts';
import { budgetRemark, renderBatch } from '../../render/jobs/batch.ts';
import { renderBatchDryRun } from '../../render/jobs/batch-dry-run.ts';
import { BatchOutline, BatchResult } from '../../render/batch-schemas.ts';
import { Problem } from '../../shared/errors.ts';
import { readBatchFile } from './batch-file.ts';
import { toItems, type Fault, type RawItem } from './item-input.ts';
import { checkBatch, digestOf, submitBatch as submit, type SubmissionOptions } from './batch-submission.ts';
import { defineTool, type PaidTool, type Tool, type ToolCall } from '../definition/define.ts';
import { generationFields, pathField } from '../arguments/fields.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';

const MOST_INLINE = 500;
/** Shortest time between two progress messages, milliseconds. */
const PROGRESS_INTERVAL_MS = 500;
/** Default template of file names. */
const DEFAULT_NAME = '{item}';

const input = z.strictObject({
  tool: z.string().max(40).optional(),
  items: z
    // The tool checks what is in an item. Some hosts refuse an object without properties, so the usual ones are published.
    .array(z.looseObject({}).meta({ properties: { id: { type: 'string' }, prompt: { type: 'string' } } }))
    .min(1)
    .max(MOST_INLINE)
    .optional()
    .describe('1-500 objects: arguments of the tool, an id if wanted.'),
  file: pathField.optional().describe('In place of items: a file, one JSON object a line.'),
  dedupe: z.boolean().optional().describe('true: leaves out repeated items.'),
  folder: z.string().max(400).optional().describe('In the output folder, for copies; default none.'),
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'File name; tokens {item} {file} {prompt} {seed} {id} {job} {n} {date} {width} {height} {model}. Default {item}.',
    ),
  new_job: generationFields.new_job.describe('true: a new batch despite an identical one.'),
  confirm: generationFields.confirm,
  dry_run: generationFields.dry_run,
});

/** Submits many calls of one paid tool as a batch. */
export function submitBatchOf(paid: readonly PaidTool[]): Tool {
  const names = paid.map(({ name }) => name).join(', ');
  return defineTool({
    name: 'submit_batch',
    title: 'Submit batch',
    toolset: 'batch',
    description:
      'Makes or edits many images in bulk: a batch of calls of one paid tool, within the quota. All are checked before anything is spent. Paid: one operation for each picture, 2-10 a video. Returns a batch (batch_…), which goes on by itself; job_status shows it; cancel_job ends it.',
    intent: 'create',
    idempotent: true,
    openWorld: true,
    input: input.extend({ tool: input.shape.tool.describe('Any paid tool; default generate_image.') }),
    output: BatchResult,
    outline: BatchOutline,
    async handler(given, call) {
      const read = await readItems(given, call);
      const { tool: name, items, faults } = toItems(read.raw, { tool: given.tool, defaults: {} });
      const folder = await savingFolder(given, call);
      const tool = paid.find((candidate) => candidate.name === name);
      if (tool === undefined) {
        throw invalidArgument('No batch can be made with this tool.', `Use one of ${names}.`);
      }
      const batchInput = {
        tool,
        source: read.source,
        isKept: given.file !== undefined,
        digest: digestOf(given.tool, ...read.content),
        items,
        faults: [...read.faults, ...faults],
        dedupe: given.dedupe ?? false,
        folder,
        template: given.name ?? DEFAULT_NAME,
      };
      let outlook: BatchOutlook | undefined;
      const options: SubmissionOptions = {
        newJob: given.new_job ?? false,
        confirmed: given.confirm ?? false,
        waysOn:
          'Submit only the new ones as items, or ask the user and pass new_job: true to make and pay for all of them.',
        onOutlook: (_, found) => (outlook = found),
        onProgress: progressOf(items.length, call),
      };
      const { serverPaths } = call.caller.can;
      const context = { now: call.clock.now(), demo: call.settings.demo, serverPaths };
      if (given.dry_run === true) {
        const checked = await checkBatch(batchInput, call, options);
        if ('plan' in checked) return renderBatchDryRun(checked, context);
        return renderBatch({ batch: checked, attached: true }, context);
      }
      const { batch, origin } = await submit(batchInput, call, options);
      const beyondBudget = outlook && budgetRemark(outlook, batch.items);
      return renderBatch({ batch, attached: origin === 'known', willCost: outlook?.cost, beyondBudget }, context);
    },
  });
}

/** Reports the items that were checked, then recorded, as one progress of both. */
function progressOf(items: number, call: ToolCall): NonNullable<SubmissionOptions['onProgress']> {
  let reportedAt = -Infinity;
  return (phase, done) => {
    const now = call.clock.monotonic();
    if (now - reportedAt < PROGRESS_INTERVAL_MS && done < items) return;
    reportedAt = now;
    const message = `${done} of ${items} items ${phase === 'checked' ? 'checked' : 'recorded'}`;
    call.progress({ progress: phase === 'checked' ? done : items + done, total: items * 2, message });
  };
}

interface Read {
  readonly source: string;
  readonly content: readonly (string | Uint8Array)[];
  readonly raw: readonly RawItem[];
  readonly faults: readonly Fault[];
}

async function readItems({ items, file }: z.infer<typeof input>, call: ToolCall): Promise<Read> {
  if ((items === undefined) === (file === undefined)) {
    throw invalidArgument('submit_batch needs either items or a file.', 'Give one of the two.');
  }
  if (file === undefined) {
    const raw = (items ?? []).map((value, index) => ({
      place: index + 1,
      where: `item ${index + 1}`,
      value,
    }));
    return { source: 'inline items', content: [JSON.stringify(items)], raw, faults: [] };
  }
  const { imageImport } = await call.services();
  const bytes = await imageImport.readFile(file, call.caller);
  const { items: raw, faults } = readBatchFile(bytes);
  return { source: unquoted(file).split(/[\\/]/).at(-1) ?? file, content: [bytes], raw, faults };
}

/** Absolute folder for the pictures; undefined where neither folder nor name was given. @throws Problem `no_server_paths` */
async function savingFolder({ folder, name }: z.infer<typeof input>, call: ToolCall): Promise<string | undefined> {
  if (folder === undefined && name === undefined) return undefined;
  if (!call.caller.can.serverPaths) {
    throw new Problem('no_server_paths', 'This server writes no files for clients on other machines.', {
      next: 'Leave folder and name out, and read the resources firefly://images/{id}.',
    });
  }
  const { openSubfolder, USUAL_FOLDER } = await import('../../images/files/output-folder.ts');
  return openSubfolder(call.settings.outputFolder, folder ?? USUAL_FOLDER);
}
