import { resolve } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import type { BatchView } from '../../jobs/batches/model/batch-types.ts';
import { isId } from '../../shared/ids.ts';
import { counted } from '../../render/phrases.ts';
import type { Services, ToolCall } from '../../tools/definition/define.ts';
import type { BatchSource } from '../batch/batch-source.ts';
import { demoFlag, type Command } from '../command.ts';
import { compose } from '../composition/compose.ts';
import { configure } from '../composition/configure.ts';
import { askOn } from '../terminal/confirm-prompt.ts';
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { progressLine, type ProgressLine } from '../terminal/progress-line.ts';
import { LOCAL_PRINCIPAL, servingOptions } from '../composition/serving-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { parseJson } from '../tool-arguments.ts';

const CALLER = { principal: LOCAL_PRINCIPAL, conversation: undefined };
const ACTIONS = ['status', 'pause', 'resume', 'cancel', 'retry-failed'] as const;
type Action = (typeof ACTIONS)[number];

export const batch: Command = {
  usage: 'FILE.jsonl | --folder DIR | BATCH  [--tool TOOL] [--json JSON] [--out DIR] [--name TEMPLATE] …',
  description: `Makes many pictures with one paid tool, within the quota, and saves them with a manifest (CSV and JSON). Every item is
checked before the first one is paid for. Ctrl-C or a crash loses nothing: run the same command again to go on, and
again after the end to see how it went; nothing is paid twice. A file or folder that was changed since is a new batch,
which is not made before you say how (--new-only, --new-job). A batch of --demo ends with its command.

Each line of FILE is one item, {"id": …, "tool": …, the tool's arguments}, of which id and tool may be left out, or
{"id": …, "arguments": {…}}. Paths in it start from the working folder. With --folder each picture of the folder becomes
the image of one item, with the arguments of --json, where {file} in a text is the picture's name without its ending
("mask": "masks/{file}.png"). BATCH is the id of an earlier batch.

Exit codes: 0 all items have their pictures, 1 some have not.`,
  flags: {
    folder: { type: 'string', placeholder: 'DIR', help: 'Pictures instead of FILE; tool fill_image unless --tool.' },
    tool: { type: 'string', placeholder: 'TOOL', help: 'The paid tool; default generate_image.' },
    json: { type: 'string', placeholder: 'JSON', help: 'Arguments for every item; an item’s own ones win.' },
    out: { type: 'string', placeholder: 'DIR', help: 'Where pictures go. Default: a folder in FIREFLY_OUTPUT_DIR.' },
    name: { type: 'string', placeholder: 'TEMPLATE', help: 'As in save_image, also {item} and {file}.' },
    dedupe: { type: 'boolean', help: 'Leave out items that repeat another one.' },
    'new-job': { type: 'boolean', help: 'A new batch even if the same one was made before.', formerly: 'again' },
    'new-only': { type: 'boolean', help: 'Of a file or folder that was changed: only what was not made before.' },
    confirm: { type: 'boolean', help: 'Spend without being asked (FIREFLY_CONFIRM).' },
    status: { type: 'boolean', help: 'Only say how it stands.' },
    pause: { type: 'boolean', help: 'Let no further item begin.' },
    resume: { type: 'boolean', help: 'Go on with a paused batch.' },
    cancel: { type: 'boolean', help: 'End it: what waits for free, what runs at Adobe.' },
    'retry-failed': { type: 'boolean', help: 'New requests for items that ended without pictures.' },
    'accept-possible-charge': { type: 'boolean', help: 'With --retry-failed: also where Adobe may have charged.' },
    'no-wait': { type: 'boolean', help: 'Write it down and return; servers and "jobs --wait" go on with it.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 1,
  async run(flags, terminal) {
    const action = actionOf(flags);
    const source = await sourceOf(flags, terminal);
    const { config, ...rest } = configure(flags, terminal, { oneShot: true });
    if (config.demo && (source === undefined || action !== undefined || flags.booleans.has('no-wait'))) {
      throw new UsageError('A batch of --demo ends with the command that made it: there is nothing to come back to.');
    }
    if (config.readOnly && action !== 'status') {
      throw new UsageError('Batches are not offered, because FIREFLY_READ_ONLY is set.');
    }
    const configured = { ...rest, config: withRoot(config, flags, terminal) };
    const looksOnly = action === 'status' || action === 'pause' || action === 'cancel' || flags.booleans.has('no-wait');
    const composition = compose({ ...configured, terminal, drivesJobs: !looksOnly });
    const progress = progressLine(terminal);
    try {
      const { settings } = servingOptions(configured, composition, terminal);
      const services = await composition.services();
      const { clock, random } = terminal;
      const signal = terminal.interrupted();
      const common = { caller: CALLER, signal, clock, random, services: async () => services };
      const call: ToolCall = { ...common, settings, progress: () => undefined, ask: askOn(terminal, signal) };
      const desk: BatchContext = { flags, services, call, terminal, progress, config };
      const id = source === undefined ? (flags.words[0] ?? '') : await batchOf(source, action, desk);
      return await follow(id, action, { ...desk, looksOnly });
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
}

function actionOf({ booleans }: ParsedFlags): Action | undefined {
  const given = ACTIONS.filter((name) => booleans.has(name));
  if (given.length > 1) throw new UsageError(`--${given.join(' and --')} do not go together.`);
  if (booleans.has('accept-possible-charge') && given[0] !== 'retry-failed') {
    throw new UsageError('--accept-possible-charge belongs to --retry-failed.');
  }
  return given[0];
}

/** Undefined where an earlier batch is named. */
async function sourceOf({ words, strings }: ParsedFlags, { cwd }: Terminal): Promise<BatchSource | undefined> {
  const [word] = words;
  const { folder, tool, json } = strings;
  if ((word === undefined) === (folder === undefined)) {
    throw new UsageError('Name one of the three: a file with an item a line, --folder, or the id of a batch.');
  }
  if (word !== undefined && isId('batch', word)) return undefined;
  const defaults = json === undefined ? {} : parseJson(json, '--json');
  if (typeof defaults !== 'object' || defaults === null || Array.isArray(defaults)) {
    throw new UsageError('--json must be a JSON object with arguments of the tool.');
  }
  const { readSource } = await import('../batch/batch-source.ts');
  return readSource({ file: word, folder, tool, defaults: { ...defaults }, cwd });
}

/** Who names a folder on the command line may read it. */
function withRoot(config: Config, { strings }: ParsedFlags, { cwd }: Terminal): Config {
  const { folder } = strings;
  return folder === undefined ? config : { ...config, roots: [...config.roots, resolve(cwd, folder)] };
}

/** The batch that was made from this source, or, where nothing else is wanted of it, a new one. */
async function batchOf(source: BatchSource, action: Action | undefined, desk: BatchContext): Promise<string> {
  if (action === undefined) {
    const { submitSource } = await import('../batch/submit-source.ts');
    return (await submitSource(source, desk)).id;
  }
  const known = await desk.services.batches.find(source.digest, CALLER);
  if (known) return known.id;
  throw new UsageError(`No batch was made from ${source.name} as it is now. "firefly-mcp jobs" shows those there are.`);
}

async function follow(
  id: string,
  action: Action | undefined,
  desk: BatchContext & { looksOnly: boolean },
): Promise<ExitCode> {
  const { terminal, progress } = desk;
  const { batches } = desk.services;
  if (action === 'pause' || action === 'resume' || action === 'cancel') await batches[action](id, CALLER);
  if (action === 'retry-failed') {
    const { retryFailed } = await import('../batch/retry-failed.ts');
    terminal.err(`${counted(await retryFailed(id, { ...desk, batches }), 'item')} to be tried again.\n`);
  }
  if (desk.looksOnly) return report(await batches.get(id, CALLER), desk, EXIT.ok);
  const { watchBatch } = await import('../batch/watch-batch.ts');
  await watchBatch(id, { batches, caller: CALLER }, { terminal, progress });
  await progress.finish();
  const view = await batches.writeOutput(id, CALLER);
  if (!terminal.interrupted().aborted) {
    return report(view, desk, view.counts.succeeded === view.items ? EXIT.ok : EXIT.failed);
  }
  const way = desk.config.demo ? 'ends with the emulator of this command' : 'is kept';
  terminal.err(`${id} ${way}.\n`);
  // What this process still holds it hands back now.
  return report({ ...view, isDriven: false }, desk, EXIT.interrupted);
}

async function report(view: BatchView, { terminal, config }: BatchContext, code: ExitCode): Promise<ExitCode> {
  const { renderBatch } = await import('../../render/jobs/batch.ts');
  const context = { now: terminal.clock.now(), demo: config.demo, reader: 'command_line' } as const;
  const { text } = renderBatch({ batch: view }, context);
  await terminal.out(`${text}\n`);
  return code;
}
