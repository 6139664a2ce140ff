import { renderProblem } from '../render/problem.ts';
import type { Rendered } from '../render/rendered.ts';
import type { Caller } from '../jobs/model/types.ts';
import { linkSignals } from '../shared/abort.ts';
import { Problem } from '../shared/errors.ts';
import { quoteUntrusted } from '../shared/text.ts';
import type { Tool, ToolCall } from '../tools/definition/define.ts';
import { nearestNames } from '../shared/suggest.ts';
import { currentToolName } from '../tools/arguments/aliases.ts';
import { checkArguments } from '../tools/arguments/check-arguments.ts';
import type { ServingOptions } from './options.ts';
import type { ProgressReporter } from './progress.ts';

/** What the choke-point needs of the serving options. */
export type InvokeOptions = Pick<
  ServingOptions,
  'catalogue' | 'loadTools' | 'settings' | 'services' | 'clock' | 'random' | 'logger'
>;

/** One `tools/call`, whatever it came over. */
export interface Invocation {
  readonly name: string;
  /** As the client sent it. */
  readonly input: unknown;
  readonly caller: Caller;
  /** Any of them ends the waiting of the call. */
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly progress: ProgressReporter;
  /** Asks the person behind the call; throws `InputNeeded` where the client has to ask and repeat the call. */
  readonly ask?: ToolCall['ask'];
  /** Where the protocol edge knows when an answer has been written. */
  readonly onAnswered?: ToolCall['onAnswered'];
}

/** The call cannot go on before the client has asked its user. No error: the protocol edge turns it into the question. */
export class InputNeeded extends Error {
  override readonly name = 'InputNeeded';
  readonly question: string;

  constructor(question: string) {
    super('the user has to be asked first');
    this.question = question;
  }
}

/** A tool name that is not in the catalogue: a protocol error over MCP, a usage error on the command line. */
export class UnknownTool extends Error {
  override readonly name = 'UnknownTool';

  constructor(tool: string, known: readonly string[]) {
    const [near] = nearestNames(tool, known, 1);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    super(`There is no tool "${quoteUntrusted(tool, 60)}".${hint} The tools are ${known.join(', ')}.`);
  }
}

/**
 * The one way to a tool. Looks it up, checks its arguments, runs its handler and turns whatever is thrown into an error
 * result: a `Problem` as it says, anything else as `internal_error`, with its cause in the log only. All progress is
 * out before this resolves, and none follows.
 * @throws UnknownTool for a name that is not in the catalogue, before anything is loaded
 * @throws InputNeeded when the client has to ask its user and call again
 */
export async function invoke(options: InvokeOptions, invocation: Invocation): Promise<Rendered> {
  const known = options.catalogue.map((tool) => tool.name);
  const name = currentToolName(invocation.name, known);
  if (!known.includes(name)) throw new UnknownTool(name, known);

  using linked = linkSignals(...invocation.signals);
  const started = options.clock.monotonic();
  let outcome: Outcome;
  try {
    outcome = await run(options, { ...invocation, name }, linked.signal);
  } finally {
    await invocation.progress.finish();
  }
  const facts = { tool: name, ms: Math.round(options.clock.monotonic() - started) };
  if (outcome.defect !== undefined) options.logger.error('tool_defect', { ...facts, error: outcome.defect });
  else options.logger.debug('tool_called', { ...facts, error: outcome.rendered.isError });
  return outcome.rendered;
}

/** A result, and what went wrong inside us where that is why it is an error. */
interface Outcome {
  readonly rendered: Rendered;
  readonly defect?: unknown;
}

async function run(options: InvokeOptions, invocation: Invocation, signal: AbortSignal): Promise<Outcome> {
  try {
    const tool = await find(options, invocation.name);
    const input = checkArguments(tool, invocation.input ?? {});
    const rendered = await tool.call(input, {
      caller: invocation.caller,
      signal,
      settings: options.settings,
      clock: options.clock,
      random: options.random,
      services: options.services,
      progress: (update) => invocation.progress.report(update),
      ask: invocation.ask,
      onAnswered: invocation.onAnswered,
    });
    return { rendered };
  } catch (error) {
    if (error instanceof InputNeeded) throw error;
    const gaveUp = signal.aborted && !(error instanceof Problem);
    const reason = gaveUp ? abandoned(signal) : error;
    const rendered = renderProblem(reason, { demo: options.settings.demo });
    return reason instanceof Problem ? { rendered } : { rendered, defect: reason };
  }
}

async function find(options: InvokeOptions, name: string): Promise<Tool> {
  const tool = (await options.loadTools()).find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`The tool ${name} is in the catalogue, but not in the registry.`);
  return tool;
}

/** What a call answers whose handler gave up because its signal aborted. Mostly nobody is left to read it. */
function abandoned(signal: AbortSignal): Problem {
  if (signal.reason instanceof Problem) return signal.reason;
  return new Problem('call_cancelled', 'The call was cancelled before it had a result.', {
    actor: 'caller',
    next: 'Ask job_status what was started; nothing that was paid for is lost.',
    cause: signal.reason,
  });
}
