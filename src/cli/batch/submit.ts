import { basename, extname, resolve } from 'node:path';
import { safeName } from '../../images/names.ts';
import { openSubfolder } from '../../images/output-folder.ts';
import type { BatchView } from '../../jobs/batches/types.ts';
import { submitBatch } from '../../tools/batches/submission.ts';
import type { ToolCall } from '../../tools/define.ts';
import { tools } from '../../tools/registry.ts';
import { UsageError } from '../exit-codes.ts';
import type { ParsedFlags } from '../flags.ts';
import type { ProgressLine } from '../progress-line.ts';
import type { Terminal } from '../terminal.ts';
import type { BatchSource } from './source.ts';

/** What submitting from the command line works with. */
export interface SubmitDesk {
  readonly flags: ParsedFlags;
  readonly call: ToolCall;
  readonly terminal: Terminal;
  readonly progress: ProgressLine;
}

/**
 * Checks a batch whole and writes it down, or finds the one that was made from the same source.
 * @throws UsageError for a tool that makes no pictures; Problem as `submitBatch`
 */
export async function submitSource(source: BatchSource, desk: SubmitDesk): Promise<BatchView> {
  const { flags, call, terminal, progress } = desk;
  const tool = tools.find(({ name }) => name === source.tool);
  if (tool?.plan === undefined) {
    const paid = tools.filter(({ plan }) => plan !== undefined).map(({ name }) => name);
    throw new UsageError(`--tool must be one of ${paid.join(', ')}.`);
  }
  const total = source.items.length;
  const { batch, origin } = await submitBatch(
    {
      tool,
      source: source.name,
      digest: source.digest,
      items: source.items,
      faults: source.faults,
      dedupe: flags.booleans.has('dedupe'),
      folder: await targetFolder(source, desk),
      template: flags.strings['name'] ?? source.template,
    },
    call,
    {
      again: flags.booleans.has('again'),
      confirmed: flags.booleans.has('confirm'),
      onProgress: (phase, items) => {
        const isRound = items % 100 === 0 || items === total;
        if (!terminal.errScreen && !isRound) return;
        progress.show(`${items} of ${total} items ${phase === 'checked' ? 'checked' : 'written down'}`);
      },
    },
  );
  const how = { new: 'is written down', resumed: 'goes on', known: 'was submitted before' }[origin];
  progress.note(`${batch.id} ${how}: ${batch.items} items.`);
  return batch;
}

async function targetFolder(source: BatchSource, { flags, call, terminal }: SubmitDesk): Promise<string> {
  const { out } = flags.strings;
  if (out === undefined) return openSubfolder(call.settings.outputFolder, safeName(stemOf(source.name)) || 'batch');
  return openSubfolder(resolve(terminal.cwd, out), undefined);
}

function stemOf(name: string): string {
  return basename(name, extname(name));
}
