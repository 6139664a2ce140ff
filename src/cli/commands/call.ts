import type { Rendered } from '../../render/rendered.ts';
import { catalogue } from '../../mcp/catalogue.ts';
import type { ToolSettings } from '../../tools/definition/define.ts';
import { demoFlag, type Command } from '../command.ts';
import { compose } from '../composition/compose.ts';
import { configure } from '../composition/configure.ts';
import { askOn } from '../terminal/confirm-prompt.ts';
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { progressLine } from '../terminal/progress-line.ts';
import { LOCAL_PRINCIPAL, servingOptions } from '../composition/serving-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { argumentsOf, findTool, inputFromFlags, parseJson, type ListedTool } from '../tool-arguments.ts';

/** A script wants the picture, not a job to ask about: as long as Adobe lets a job live. */
const UNTIL_FINISHED_SECONDS = 24 * 3600;

export const call: Command = {
  usage: 'TOOL [--json JSON | --NAME VALUE …] [--no-wait] [--demo]',
  description: `Calls one tool. The result is JSON on stdout, progress is on stderr. Waits until the pictures are there, unless
--no-wait or --wait_seconds says otherwise; Ctrl-C ends the waiting, never the job. Arguments are flags of the tool's own
names ("firefly-mcp tools TOOL" lists them); a list is a flag given several times, or values with commas.

The result is the tool's structured content. show_images has none: it gives {"text", "pictures": [{"mime_type", "data"}]}
with the picture in base64.`,
  flags: {
    json: { type: 'string', placeholder: 'JSON', help: 'All arguments as one JSON object; "-" reads it from stdin.' },
    'no-wait': { type: 'boolean', help: 'Answer as soon as the job is written down.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 1,
  openFlags: true,
  async run(flags, terminal) {
    const [name] = flags.words;
    if (name === undefined) throw new UsageError('Which tool? "firefly-mcp tools" lists them.');
    const tool = findTool(name, catalogue);
    const waits = !flags.booleans.has('no-wait');
    if (!waits && flags.booleans.has('demo') && !tool.annotations.readOnlyHint) {
      throw new UsageError(
        '--no-wait and --demo do not go together: the emulator ends with the call, and its jobs too.',
      );
    }
    const { rest, toolFlags } = sortFlags(flags, tool);
    const input = await inputOf(tool, rest, toolFlags, terminal);
    return callTool({ tool, input, flags: rest, waits }, terminal);
  },
};

/** Flags that the option table has too (`--preview`) belong to the tool where it has an argument of that name. */
function sortFlags(flags: ParsedFlags, tool: ListedTool): { rest: ParsedFlags; toolFlags: ParsedFlags['open'] } {
  const own = new Set(argumentsOf(tool).map(({ name }) => name.replaceAll('_', '-')));
  const [claimed, options] = partition(Object.entries(flags.options), ([name]) => own.has(name));
  return {
    rest: { ...flags, options: Object.fromEntries(options) },
    toolFlags: [...flags.open, ...claimed.map(([name, value]) => ({ name, value }))],
  };
}

async function inputOf(tool: ListedTool, flags: ParsedFlags, toolFlags: ParsedFlags['open'], terminal: Terminal) {
  const json = flags.strings['json'];
  if (json === undefined) return inputFromFlags(tool, toolFlags);
  if (toolFlags.length > 0) throw new UsageError('Give the arguments either as --json or as flags, not both.');
  const text = json === '-' ? await terminal.readInput() : json;
  const input = parseJson(text, '--json');
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  throw new UsageError('--json must be a JSON object with the arguments of the tool.');
}

interface PlannedCall {
  readonly tool: ListedTool;
  readonly input: object;
  readonly flags: ParsedFlags;
  readonly waits: boolean;
}

async function callTool({ tool, input, flags, waits }: PlannedCall, terminal: Terminal): Promise<ExitCode> {
  const configured = configure(flags, terminal, { oneShot: true });
  const composition = compose({ ...configured, terminal });
  const options = servingOptions(configured, composition, terminal);
  if (!options.catalogue.includes(tool)) {
    throw new UsageError(`${tool.name} is not offered, because FIREFLY_READ_ONLY is set.`);
  }
  const { invoke, ResponseDelivery } = await import('../../mcp/lazy.ts');
  const answer = new ResponseDelivery(options.logger);
  const progress = progressLine(terminal);
  const interrupted = terminal.interrupted();
  const settings = settingsFor(tool, options.settings, waits);
  try {
    const rendered = await invoke(
      { ...options, settings },
      {
        name: tool.name,
        input,
        caller: { principal: LOCAL_PRINCIPAL, conversation: undefined },
        signals: [interrupted],
        progress,
        ask: askOn(terminal, interrupted),
        onAnswered: answer.onAnswered,
      },
    );
    await terminal.out(`${JSON.stringify(printable(rendered), undefined, 2)}\n`);
    await answer.settle({ delivered: true });
    if (interrupted.aborted) return sayGoesOn(rendered, settings, terminal);
    return rendered.isError ? EXIT.failed : EXIT.ok;
  } finally {
    await answer.settle({ delivered: false });
    await composition.close();
  }
}

function settingsFor(tool: ListedTool, settings: ToolSettings, waits: boolean): ToolSettings {
  // Who asks how something stands wants to know it now or soon; who makes something wants it made.
  const patience = tool.annotations.readOnlyHint ? settings.waitSeconds : UNTIL_FINISHED_SECONDS;
  // The paths of the pictures are in the result; previews would only be thrown away.
  const preview = tool.outputSchema === undefined ? settings.preview : 'none';
  return { ...settings, preview, waitSeconds: waits ? patience : 0 };
}

function printable(rendered: Rendered): unknown {
  if (rendered.structured !== undefined) return rendered.structured;
  const pictures = rendered.pictures.map(({ data, mimeType }) => ({ mime_type: mimeType, data }));
  return { text: rendered.text, pictures };
}

function sayGoesOn({ structured }: Rendered, { demo }: ToolSettings, terminal: Terminal): ExitCode {
  const job = structured?.['job'];
  if (typeof job !== 'string') return EXIT.interrupted;
  const remark = demo
    ? 'ends with the emulator, which was part of this call.'
    : 'is not ended by this. "firefly-mcp jobs --wait" goes on with it, cancel_job ends it.';
  terminal.err(`${job} ${remark}\n`);
  return EXIT.interrupted;
}

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
