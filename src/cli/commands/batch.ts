import type { Config } from '../../config/resolve.ts';
import type { BatchView } from '../../jobs/batches/model/batch-types.ts';
import { commandHint } from '../../render/demo.ts';
import { counted } from '../../render/phrases.ts';
import { LOCAL_CALLER } from '../../shared/caller.ts';
import type { Services, ToolCall } from '../../tools/definition/define.ts';
import type { BatchSource } from '../../tools/batches/batch-source.ts';
import { demoFlag, type Command } from '../command.ts';
import { compose } from '../composition/compose.ts';
import { configure } from '../composition/configure.ts';
import { servingOptions } from '../composition/serving-options.ts';
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { askOn } from '../terminal/confirm-prompt.ts';
import { progressLine, type ProgressLine } from '../terminal/progress-line.ts';
import type { Terminal } from '../terminal/terminal.ts';

const ACTIONS = ['status', 'pause', 'resume', 'cancel', 'retry-failed', 'dry-run'] as const;
type Action = (typeof ACTIONS)[number];
const WITHOUT_WAIT: ReadonlySet<Action | undefined> = new Set(['status', 'pause', 'cancel', 'dry-run']);

export const batch: Command = {
  usage:
    'FILE.jsonl | --folder DIR | --prompt TEXT … | BATCH  [--tool TOOL] [--common JSON] [--out DIR] [--name TEMPLATE] …',
  description: `Makes many pictures with one paid tool, within the quota, and saves them with a manifest (CSV and JSON). All items are
checked before the first one is paid for. Ctrl-C or a crash loses nothing: run the same command again to continue, or,
after the end, to see the result; nothing is paid for twice. A file or folder that has changed since is a new batch, for
which you choose --new-only or --new-job first.

Each line of FILE is one item: {"id": …, "tool": …, the tool's arguments}, where id and tool are optional, or
{"id": …, "arguments": {…}}. Its paths are relative to the working directory. With --folder, each picture of the folder,
or that a pattern names ("people/*.jpg", in quotes), is the image of one item with the arguments of --common, in which
{file} stands for the picture's name without its extension ("mask": "masks/{file}.png"). With --prompt, which may be
repeated, each text is an item. BATCH is the id of an earlier batch.

Exit codes: 0 all items have their pictures, 1 some have none.`,
  flags: {
    folder: {
      type: 'string',
      placeholder: 'DIR',
      help: 'Pictures instead of FILE: a folder or a pattern; the tool is fill_image unless --tool says otherwise.',
    },
    prompt: { type: 'string', placeholder: 'TEXT', help: 'A prompt instead of FILE; may be repeated.' },
    tool: { type: 'string', placeholder: 'TOOL', help: 'The paid tool. Default: generate_image.' },
    common: {
      type: 'string',
      placeholder: 'JSON',
      help: 'Arguments for all items; those of an item take precedence.',
      formerly: 'json',
    },
    out: {
      type: 'string',
      placeholder: 'DIR',
      help: 'Folder for the pictures. Default: a new folder in FIREFLY_OUTPUT_DIR.',
    },
    name: {
      type: 'string',
      placeholder: 'TEMPLATE',
      help: 'File names, with the placeholders of save_image, {item} and {file}; {n} is the place in the batch. "x-{n}.jpg 500x" converts.',
    },
    dedupe: { type: 'boolean', help: 'Leave out items that repeat another item.' },
    'new-job': {
      type: 'boolean',
      help: 'Make a new batch even if this source was submitted before.',
      formerly: 'again',
    },
    'new-only': { type: 'boolean', help: 'Of a changed file or folder, make only what was not made before.' },
    'dry-run': { type: 'boolean', help: 'Check everything, tell cost and time, and store nothing.' },
    confirm: { type: 'boolean', help: 'Agree to the spending that FIREFLY_CONFIRM asks about.' },
    status: { type: 'boolean', help: 'Show the status and change nothing.' },
    pause: { type: 'boolean', help: 'Start no further item.' },
    resume: { type: 'boolean', help: 'Continue a paused batch.' },
    cancel: { type: 'boolean', help: 'Cancel it: waiting items cost nothing; running ones are cancelled at Adobe.' },
    'retry-failed': { type: 'boolean', help: 'Send new requests for items that ended without pictures.' },
    'accept-possible-charge': {
      type: 'boolean',
      help: 'With --retry-failed: include items that Adobe may have charged already.',
    },
    'no-wait': { type: 'boolean', help: 'Store the batch and return; a server or "jobs --wait" makes it.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 1,
  async run(flags, terminal) {
    const action = actionOf(flags);
    const { readSource, rootOf, sourceArguments } = await import('../batch/source-files.ts');
    const given = sourceArguments(flags);
    const { config, ...rest } = configure(flags, terminal, { oneShot: true });
    if (config.readOnly && action !== 'status') {
      throw new UsageError('Batches are unavailable because FIREFLY_READ_ONLY is set.');
    }
    const configured = { ...rest, config: { ...config, roots: [...config.roots, ...rootOf(flags, terminal)] } };
    const waits = !flags.booleans.has('no-wait') && !WITHOUT_WAIT.has(action);
    const composition = compose({ ...configured, terminal, drivesJobs: waits });
    const progress = progressLine(terminal);
    try {
      const { settings } = servingOptions(configured, composition, terminal);
      const services = await composition.services();
      const source = given && (await readSource(given, services.imageImport, terminal));
      const { clock, random } = terminal;
      const signal = terminal.interrupted();
      const common = { caller: LOCAL_CALLER, signal, clock, random, services: async () => services };
      const ask = askOn(terminal, signal);
      const call: ToolCall = { ...common, settings, progress: () => undefined, ask, isTypedByPerson: true };
      const context: BatchContext = { flags, services, call, terminal, progress, config, waits };
      if (action === 'dry-run') {
        const { checkSource } = await import('../batch/submit-source.ts');
        await terminal.out(`${await checkSource(source, context)}\n`);
        return EXIT.ok;
      }
      const id = source === undefined ? (flags.words[0] ?? '') : await batchOf(source, action, context);
      const code = await runBatch(id, action, context);
      // The last lines, so that a folder with other pictures is not taken for finished.
      for (const line of source?.leftOut ?? []) terminal.err(`${line}\n`);
      return code;
    } finally {
      await progress.finish();
      await composition.close();
    }
  },
};

interface BatchContext {
  readonly flags: ParsedFlags;
  readonly services: Services;
  readonly call: ToolCall;
  readonly terminal: Terminal;
  readonly progress: ProgressLine;
  readonly config: Config;
  /** Whether this process drives the batch until it ends. */
  readonly waits: boolean;
}

function actionOf({ booleans }: ParsedFlags): Action | undefined {
  const given = ACTIONS.filter((name) => booleans.has(name));
  if (given.length > 1) throw new UsageError(`--${given.join(' and --')} cannot be combined.`);
  if (booleans.has('accept-possible-charge') && given[0] !== 'retry-failed') {
    throw new UsageError('--accept-possible-charge is for --retry-failed only.');
  }
  return given[0];
}

/** Id of the batch that was made from this source. Without an action, a new batch is submitted where there is none. */
async function batchOf(source: BatchSource, action: Action | undefined, context: BatchContext): Promise<string> {
  if (action === undefined) {
    const { submitSource } = await import('../batch/submit-source.ts');
    return (await submitSource(source, context)).id;
  }
  const known = await context.services.batches.find(source.digest, LOCAL_CALLER);
  if (known) return known.id;
  throw new UsageError(
    `No batch was made from ${source.name} with its present content. "${commandHint('jobs', context.config)}" lists the batches.`,
  );
}

async function runBatch(id: string, action: Action | undefined, context: BatchContext): Promise<ExitCode> {
  const { terminal, progress } = context;
  const { batches } = context.services;
  if (action === 'pause' || action === 'resume' || action === 'cancel') await batches[action](id, LOCAL_CALLER);
  if (action === 'retry-failed') {
    const { retryFailed } = await import('../batch/retry-failed.ts');
    terminal.err(`Retrying ${counted(await retryFailed(id, { ...context, batches }), 'item')}.\n`);
  }
  if (action === undefined && context.config.demo) await makeAgain(id, context);
  if (!context.waits) return report(await batches.get(id, LOCAL_CALLER), context, EXIT.ok);
  const { watchBatch } = await import('../batch/watch-batch.ts');
  await watchBatch(id, { batches, caller: LOCAL_CALLER }, { terminal, progress });
  await progress.finish();
  const view = await batches.writeOutput(id, LOCAL_CALLER, { signal: context.call.signal });
  if (!terminal.interrupted().aborted) {
    const { withoutComposite } = await import('../../render/jobs/batch-items.ts');
    const missing = withoutComposite(await batches.endedItems(id, LOCAL_CALLER, { limit: view.items }));
    const isWhole = view.counts.succeeded === view.items && missing === 0;
    return report(view, { ...context, missing }, isWhole ? EXIT.ok : EXIT.failed);
  }
  terminal.err(`${id} is kept.\n`);
  // This process releases its leases when the command ends, so that nothing drives the batch any more.
  return report({ ...view, isDriven: false }, context, EXIT.interrupted);
}

/** Items that an earlier run of a demo was making when it was stopped: their emulator is gone, and nothing was charged. */
async function makeAgain(id: string, { services: { batches }, progress }: BatchContext): Promise<void> {
  const { retried } = await batches.retry(id, LOCAL_CALLER, { acceptPossibleCharge: false, endedWithDemo: true });
  if (retried > 0) progress.note(`${counted(retried, 'item')} of the demo run that was stopped: made again.`);
}

async function report(
  view: BatchView,
  { terminal, config, missing }: BatchContext & { readonly missing?: number },
  code: ExitCode,
): Promise<ExitCode> {
  const { renderBatch } = await import('../../render/jobs/batch.ts');
  const context = { now: terminal.clock.now(), demo: config.demo, serverPaths: true, reader: 'command_line' } as const;
  const { text } = renderBatch({ batch: view, missing }, context);
  await terminal.out(`${text}\n`);
  return code;
}
