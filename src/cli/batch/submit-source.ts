import { existsSync, realpathSync } from 'node:fs';
import type { BatchView } from '../../jobs/batches/model/batch-types.ts';
import { costPhrase } from '../../render/cost.ts';
import { renderBatchDryRun } from '../../render/jobs/batch-dry-run.ts';
import { budgetRemark } from '../../render/jobs/batch.ts';
import { counted } from '../../render/phrases.ts';
import { checkBatch, ending, submitBatch } from '../../tools/batches/batch-submission.ts';
import { plannedFolder, type PlannedFolder } from '../../images/files/output-folder.ts';
import { folderOfNames, usualFolder } from '../../tools/batches/saving-folder.ts';
import type { BatchInput } from '../../tools/batches/plan-batch.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import { paidTools } from '../../tools/registry.ts';
import { UsageError } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { suggestConfirmFlag } from '../terminal/confirm-prompt.ts';
import type { ProgressLine } from '../terminal/progress-line.ts';
import { typedPath, type Terminal } from '../terminal/terminal.ts';
import type { BatchSource } from '../../tools/batches/batch-source.ts';
import { LINE_INTERVAL_MS } from './watch-batch.ts';

/** What `submitSource` needs of the command. */
export interface SubmitContext {
  readonly flags: ParsedFlags;
  readonly call: ToolCall;
  readonly terminal: Terminal;
  readonly progress: ProgressLine;
}

/**
 * Checks all items and stores the batch, or finds the batch that was made from this source before.
 * @throws UsageError for a tool that is not a paid one
 * @throws Problem what `submitBatch` throws
 */
export async function submitSource(source: BatchSource, context: SubmitContext): Promise<BatchView> {
  const { flags, call, terminal, progress } = context;
  const total = source.items.length + source.faults.length;
  const newJob = flags.booleans.has('new-job');
  const { batches } = await call.services();
  const found = newJob ? undefined : await batches.find(source.digest, call.caller);
  const earlier = found?.state === 'cancelled' ? undefined : found;
  let shownAt = terminal.clock.monotonic();
  const submission = submitBatch(
    inputOf(source, earlier === undefined ? targetFolder(source, context) : recorded(earlier), context),
    call,
    {
      newJob,
      confirmed: flags.booleans.has('confirm'),
      onlyNew: flags.booleans.has('new-only'),
      waysOn: WAYS_ON,
      onOutlook: ({ items }, outlook, remark) => {
        progress.note(
          `${counted(items.length, 'item')}, ${costPhrase(outlook.cost)}${ending(outlook, call.clock.now())}.`,
        );
        const remarks = [remark, budgetRemark(outlook, items.length)];
        for (const line of remarks.filter((each) => each !== undefined)) progress.note(line);
      },
      onProgress: (phase, items) => {
        const now = terminal.clock.monotonic();
        if (!terminal.errScreen && now - shownAt < LINE_INTERVAL_MS && items < total) return;
        shownAt = now;
        progress.show(`${items} of ${total} items ${phase === 'checked' ? 'checked' : 'stored'}`);
      },
    },
  );
  const { batch, origin } = await submission.catch(suggestConfirmFlag);
  const verb = { new: 'is stored', resumed: 'continues', known: 'was submitted before' }[origin];
  progress.note(`${batch.id} ${verb}: ${counted(batch.items, 'item')}.`);
  if (earlier && earlier.duplicates > 0 && !flags.booleans.has('dedupe')) {
    progress.note(`It was submitted with --dedupe, which left out ${counted(earlier.duplicates, 'duplicate line')}.`);
  }
  if (earlier && isElsewhere(earlier, context)) {
    progress.note(`Its pictures are in ${earlier.folder}, as it was submitted; --new-job makes new ones elsewhere.`);
  }
  return batch;
}

const WAYS_ON = '--new-only makes only the others, --new-job makes and pays for all of them.';

/**
 * Checks all items and tells what the batch would cost; stores nothing.
 * @throws UsageError and Problem as `submitSource`
 */
export async function checkSource(source: BatchSource | undefined, context: SubmitContext): Promise<string> {
  if (source === undefined) throw new UsageError('--dry-run needs a FILE or --folder.');
  const { flags, call } = context;
  const options = {
    newJob: flags.booleans.has('new-job'),
    onlyNew: flags.booleans.has('new-only'),
    waysOn: WAYS_ON,
  };
  const checked = await checkBatch(inputOf(source, targetFolder(source, context), context), call, options);
  if (!('plan' in checked)) return `${checked.id} was made from this source before; nothing would be paid.`;
  return renderBatchDryRun(
    { ...checked, leftOut: [...source.leftOut, ...(checked.remark === undefined ? [] : [checked.remark])] },
    { now: call.clock.now(), demo: call.settings.demo, serverPaths: true, reader: 'command_line' },
  ).text;
}

/** @throws UsageError for a tool that is not a paid one */
function inputOf(source: BatchSource, folder: PlannedFolder | undefined, { flags }: SubmitContext): BatchInput {
  const tool = paidTools.find(({ name }) => name === source.tool);
  if (tool === undefined) {
    throw new UsageError(`--tool must be one of ${paidTools.map(({ name }) => name).join(', ')}.`);
  }
  return {
    tool,
    toName: source.isToolNamed ? undefined : paidTools,
    source: source.name,
    digest: source.digest,
    items: source.items,
    isKept: source.isKept,
    faults: source.faults,
    dedupe: flags.booleans.has('dedupe'),
    folder,
    template: flags.strings['name'] ?? source.template,
  };
}

/** Whether `--out` names another folder than the batch has. */
function isElsewhere({ folder }: BatchView, { flags, terminal }: SubmitContext): boolean {
  const { out } = flags.strings;
  if (out === undefined) return false;
  const wanted = typedPath(out, terminal);
  return folder !== (existsSync(wanted) ? realpathSync(wanted) : wanted);
}

/** The folder of a batch that was submitted before. */
function recorded({ folder }: BatchView): PlannedFolder | undefined {
  if (folder === undefined) return undefined;
  const planned = plannedFolder(folder, undefined);
  return { path: folder, check: (random) => planned.check(random), make: async () => folder };
}

function targetFolder(source: BatchSource, { flags, call, terminal }: SubmitContext): PlannedFolder {
  const { out, name } = flags.strings;
  const named = folderOfNames(
    source.items.flatMap(({ saveAs = name }) => saveAs ?? []),
    undefined,
  );
  if (out === undefined) return plannedFolder(call.settings.outputFolder, named ?? usualFolder(source.name));
  return plannedFolder(typedPath(out, terminal), named);
}
