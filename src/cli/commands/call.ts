import { catalogue, toolsets } from '../../mcp/offer/catalogue.ts';
import type { Rendered } from '../../render/rendered.ts';
import { LOCAL_CALLER } from '../../shared/caller.ts';
import type { ToolSettings } from '../../tools/definition/define.ts';
import { demoFlag, type Command } from '../command.ts';
import { compose } from '../composition/compose.ts';
import { configure } from '../composition/configure.ts';
import { servingOptions } from '../composition/serving-options.ts';
import { reportInterrupted, reportLost } from '../early-end.ts';
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { requireSaveable, saveResult } from '../save-result.ts';
import { askOn } from '../terminal/confirm-prompt.ts';
import { progressLine } from '../terminal/progress-line.ts';
import type { Terminal } from '../terminal/terminal.ts';
import {
  argumentsOf,
  findTool,
  inputFromFlags,
  parseJson,
  withAllArguments,
  type ListedTool,
} from '../tool-arguments.ts';

/** A script wants the pictures, not a job id: it waits as long as a job can live at Adobe (docs/jobs.md#deadlines). */
const UNTIL_FINISHED_SECONDS = 24 * 3600;

export const call: Command = {
  usage: 'TOOL [--json JSON | --NAME VALUE …] [--save NAME] [--no-wait] [--demo]',
  description: `Calls one tool. The result is JSON on stdout; progress is on stderr. Waits until the pictures are made, unless
--no-wait or --wait_seconds says otherwise; Ctrl-C ends the waiting, but not the job. Each argument of the tool is a flag
("firefly-mcp tools TOOL" lists them); a list is a repeated flag, values separated by commas (prompts are not), or JSON.

The result is the tool's structured content. show_images has none and gives {"text", "pictures": [{"mime_type", "data"}]},
with the picture in base64.`,
  flags: {
    json: { type: 'string', placeholder: 'JSON', help: 'All arguments as one JSON object; "-" reads it from stdin.' },
    save: {
      type: 'string',
      placeholder: 'NAME',
      help: 'Save the pictures of the result as save_image does, of show_images what it shows; "assets/hero.png" names folder and format.',
    },
    'no-wait': { type: 'boolean', help: 'Return as soon as the job is stored.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 1,
  openFlags: true,
  async run(flags, terminal) {
    const [name] = flags.words;
    if (name === undefined) throw new UsageError('Name a tool; "firefly-mcp tools" lists them.');
    const tool = await withAllArguments(findTool(name, catalogue));
    const waits = !flags.booleans.has('no-wait');
    const { rest, toolFlags } = separateFlags(flags, tool);
    const saveName = rest.strings['save'];
    if (saveName !== undefined && !waits) throw new UsageError('--save waits for the pictures; leave out --no-wait.');
    const input = await inputOf(tool, rest, toolFlags, terminal);
    return callTool({ tool, input, flags: rest, waits, saveName }, terminal);
  },
};

/** A flag that is both an option and an argument of the tool, such as `--wait-seconds`, is the tool's. */
function separateFlags(flags: ParsedFlags, tool: ListedTool): { rest: ParsedFlags; toolFlags: ParsedFlags['open'] } {
  const names = new Set(argumentsOf(tool).map(({ name }) => name.replaceAll('_', '-')));
  const options = Object.entries(flags.options);
  return {
    rest: { ...flags, options: Object.fromEntries(options.filter(([name]) => !names.has(name))) },
    toolFlags: [
      ...flags.open,
      ...options.filter(([name]) => names.has(name)).map(([name, value]) => ({ name, value })),
    ],
  };
}

async function inputOf(tool: ListedTool, flags: ParsedFlags, toolFlags: ParsedFlags['open'], terminal: Terminal) {
  const json = flags.strings['json'];
  if (json === undefined) return inputFromFlags(tool, toolFlags);
  if (toolFlags.length > 0) throw new UsageError('Give the arguments either as --json or as flags, not both.');
  const text = json === '-' ? await terminal.readInput() : json;
  if (text.includes('\ufffd')) throw new UsageError('--json is not UTF-8; save or send it as UTF-8.');
  const input = parseJson(text, '--json');
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  throw new UsageError('--json must be a JSON object with the arguments of the tool.');
}

interface PlannedCall {
  readonly tool: ListedTool;
  readonly input: object;
  readonly flags: ParsedFlags;
  readonly waits: boolean;
  /** Name under which the pictures of the result are saved. */
  readonly saveName: string | undefined;
}

async function callTool({ tool, input, flags, waits, saveName }: PlannedCall, terminal: Terminal): Promise<ExitCode> {
  const configured = configure(flags, terminal, { oneShot: true });
  // The emulator of a demo ends with the call: a job that it had begun would end too.
  const drivesJobs = waits || !configured.config.demo;
  const composition = compose({ ...configured, terminal, drivesJobs });
  const options = servingOptions(configured, composition, terminal);
  if (options.settings.absentTools?.includes(tool.name)) throw unavailable(tool, configured.config);
  if (saveName !== undefined) {
    const { outputFolder } = options.settings;
    await requireSaveable(saveName, tool.name, { outputFolder, random: terminal.random });
  }
  const { invoke, ResponseDelivery } = await import('../../mcp/calls/lazy.ts');
  const response = new ResponseDelivery(options.logger);
  const progress = progressLine(terminal);
  const interrupted = terminal.interrupted();
  const settings = settingsFor(tool, options.settings, waits);
  const ofPerson = { caller: LOCAL_CALLER, signals: [interrupted], progress, isTypedByPerson: true };
  const save = (input: object) => invoke({ ...options, settings }, { ...ofPerson, name: 'save_image', input });
  try {
    const rendered = await invoke(
      { ...options, settings },
      {
        ...ofPerson,
        name: tool.name,
        input,
        ask: askOn(terminal, interrupted),
        onAnswered: response.onAnswered,
      },
    );
    const saved =
      saveName === undefined || interrupted.aborted || rendered.isError
        ? undefined
        : await saveResult(rendered, { ...options.settings, name: saveName }, terminal, save);
    const printed = { ...printable(rendered), ...saved?.printed };
    const written = await terminal.out(`${JSON.stringify(printed, undefined, 2)}\n`);
    // A person who interrupts a call may not have its answer: the same call attaches to the job for a while.
    await response.settle({ delivered: written === undefined && !interrupted.aborted });
    if (written !== undefined) return reportLost(rendered, settings, terminal);
    if (interrupted.aborted) return reportInterrupted(rendered, saved, settings, terminal);
    if (saved?.problem !== undefined) terminal.err(`firefly-mcp: --save: ${saved.problem}\n`);
    return rendered.isError || saved?.problem !== undefined ? EXIT.failed : EXIT.ok;
  } finally {
    await response.settle({ delivered: false });
    await composition.close();
  }
}

/** The error of a tool that this installation leaves out. */
function unavailable({ name, annotations }: ListedTool, { readOnly }: { readonly readOnly: boolean }): UsageError {
  const isForbidden = readOnly && !annotations.readOnlyHint;
  const why = isForbidden ? 'FIREFLY_READ_ONLY is set' : `FIREFLY_TOOLSETS leaves out its set, ${toolsets[name]}`;
  return new UsageError(`${name} is unavailable because ${why}.`);
}

function settingsFor(tool: ListedTool, settings: ToolSettings, waits: boolean): ToolSettings {
  // `job_status` reports a running job after the usual wait; a tool that makes pictures waits for them.
  const waitSeconds = tool.annotations.readOnlyHint ? settings.waitSeconds : UNTIL_FINISHED_SECONDS;
  // Structured content holds paths; previews beside it would not be printed.
  const preview = tool.outputSchema === undefined ? settings.preview : 'none';
  return { ...settings, preview, waitSeconds: waits ? waitSeconds : 0, endsWithCall: true };
}

function printable(rendered: Rendered): object {
  if (rendered.structured !== undefined) return rendered.structured;
  const pictures = rendered.pictures.map(({ data, mimeType }) => ({ mime_type: mimeType, data }));
  return { text: rendered.text, pictures };
}
