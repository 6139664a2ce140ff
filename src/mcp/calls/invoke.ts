import { setMaxListeners } from 'node:events';
import { withDemoNote } from '../../render/demo.ts';
import { renderedWithoutAbsentTools } from '../../render/absent-tools.ts';
import { requireScope, type Caller } from '../../shared/caller.ts';
import { renderProblem } from '../../render/problem.ts';
import type { Rendered } from '../../render/rendered.ts';
import { shown } from '../../render/shown.ts';
import { linkSignals } from '../../shared/time/abort.ts';
import { Problem, withoutPlaces } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { nearestNames } from '../../shared/text/nearest-names.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { currentToolName } from '../../tools/arguments/aliases.ts';
import type { Tool, ToolCall } from '../../tools/definition/define.ts';
import type { ServingOptions } from '../options.ts';
import type { CalledTool } from './called-tool.ts';
import type { Content, Form } from './forms.ts';
import type { ProgressReporter, ProgressUpdate } from './progress.ts';

/** What `invoke` needs of the serving options. */
export type InvokeOptions = Pick<
  ServingOptions,
  | 'catalogue'
  | 'loadTools'
  | 'settings'
  | 'services'
  | 'clock'
  | 'random'
  | 'logger'
  | 'declined'
  | 'asked'
  | 'onCalled'
>;

/** One tool call, from MCP or from the command line. */
export interface Invocation {
  readonly name: string;
  /** As the client sent it. */
  readonly input: unknown;
  readonly caller: Caller;
  /** `_meta` of the request. */
  readonly meta?: ToolCall['meta'];
  /** The call stops waiting as soon as one of them aborts. */
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly progress: ProgressReporter;
  /** As in `ToolCall`. */
  readonly answerBy?: number | undefined;
  /** Asks the person behind the call. Throws `InputNeeded` where the client has to ask and repeat the call. */
  readonly ask?: ToolCall['ask'];
  /** As `ask`, for a choice. */
  readonly choose?: ToolCall['choose'];
  /** A person has typed the arguments, as on the command line. */
  readonly isTypedByPerson?: ToolCall['isTypedByPerson'];
  /** Present where the client can take the call back. */
  readonly isTakenBack?: ToolCall['isTakenBack'];
  /** Present where the caller learns whether the response was delivered. */
  readonly onAnswered?: ToolCall['onAnswered'];
}

/** Interrupts a call until the client has asked its user. No failure: `mcp/calls/tools.ts` answers with the question. */
export class InputNeeded extends Error {
  override readonly name = 'InputNeeded';
  readonly form: Form;
  /** Accepted answers to earlier questions of the call. */
  readonly answered: Readonly<Record<string, Content>>;

  constructor(form: Form, answered: Readonly<Record<string, Content>>) {
    super('the user has to be asked first');
    this.form = form;
    this.answered = { ...answered };
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
 * The only way to a tool. Finds the tool, checks the arguments, runs the handler and turns an exception into an error
 * result: a `Problem` with its own code, anything else as `internal_error` with the cause in the log only. No next step of
 * a result names a tool that is not offered, and nothing hidden is in it. All progress has been sent when this resolves.
 * @throws UnknownTool for a name that is not in the catalogue, before any tool is loaded
 * @throws InputNeeded when the client has to ask its user and repeat the call
 */
export async function invoke(options: InvokeOptions, invocation: Invocation): Promise<Rendered> {
  const known = options.catalogue.map((tool) => tool.name);
  const name = currentToolName(invocation.name, known);
  if (!known.includes(name)) throw new UnknownTool(name, known);

  // Each open call listens to the signal that the server stops: many listeners are no leak.
  for (const signal of invocation.signals) if (signal) setMaxListeners(0, signal);
  using linked = linkSignals(...invocation.signals);
  const started = options.clock.monotonic();
  let outcome: Outcome | undefined;
  try {
    outcome = await run(options, { ...invocation, name }, linked.signal);
  } finally {
    // Progress is decoration: a reporter that fails ends no call.
    await invocation.progress.finish().catch((error: unknown) => options.logger.debug('progress_not_sent', { error }));
    options.onCalled?.({ tool: name, outcome: wordFor(outcome), ms: options.clock.monotonic() - started });
  }
  const facts = { tool: name, ms: Math.round(options.clock.monotonic() - started) };
  if (outcome.defect !== undefined) options.logger.error('tool_defect', { ...facts, error: outcome.defect });
  else options.logger.debug('tool_called', { ...facts, error: outcome.rendered.isError });
  return presented(outcome.rendered, options.settings.absentTools);
}

interface Presented {
  readonly absentTools: readonly string[] | undefined;
  readonly result: Rendered;
}

/** Results by what a tool has rendered: a rendering that callers share is prepared once. */
const prepared = new WeakMap<Rendered, Presented>();

function presented(rendered: Rendered, absentTools: readonly string[] | undefined): Rendered {
  const known = prepared.get(rendered);
  if (known !== undefined && known.absentTools === absentTools) return known.result;
  const result = shown(renderedWithoutAbsentTools(withDemoNote(rendered), absentTools ?? []));
  prepared.set(rendered, { absentTools, result });
  return result;
}

interface Outcome {
  readonly rendered: Rendered;
  /** The exception behind an `internal_error`. */
  readonly defect?: unknown;
}

/** Without an outcome a person has to be asked first: `run` throws nothing else. */
function wordFor(outcome: Outcome | undefined): CalledTool['outcome'] {
  if (outcome === undefined) return 'asked';
  if (outcome.defect !== undefined) return 'defect';
  return outcome.rendered.isError ? 'error' : 'ok';
}

async function run(options: InvokeOptions, invocation: Invocation, signal: AbortSignal): Promise<Outcome> {
  try {
    const tool = await find(options, invocation.name);
    requireScope(invocation.caller, tool.intent === 'read' ? 'read' : 'generate');
    const rendered = await tool.parse(invocation.input ?? {}, options.settings).run({
      caller: invocation.caller,
      meta: invocation.meta,
      signal,
      settings: options.settings,
      clock: options.clock,
      random: options.random,
      services: options.services,
      progress: (update) => report(invocation.progress, update, options.logger),
      answerBy: invocation.answerBy,
      ask: invocation.ask,
      choose: invocation.choose,
      declined: options.declined,
      asked: options.asked,
      isTypedByPerson: invocation.isTypedByPerson,
      isTakenBack: invocation.isTakenBack,
      onAnswered: invocation.onAnswered,
    });
    return { rendered };
  } catch (error) {
    if (error instanceof InputNeeded) throw error;
    const isAborted = signal.aborted && !(error instanceof Problem);
    const reason = isAborted ? abortReason(signal) : error;
    const shown = invocation.caller.can.serverPaths ? reason : withoutPlaces(reason);
    const rendered = renderProblem(shown, { demo: options.settings.demo });
    return reason instanceof Problem ? { rendered } : { rendered, defect: reason };
  }
}

function report(progress: ProgressReporter, update: ProgressUpdate, logger: Logger): void {
  try {
    progress.report(update);
  } catch (error) {
    logger.debug('progress_not_sent', { error });
  }
}

async function find(options: InvokeOptions, name: string): Promise<Tool> {
  const tool = (await options.loadTools()).find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`The tool ${name} is in the catalogue, but not in the registry.`);
  return tool;
}

/** Error of a call whose handler ended because `signal` aborted. The client has usually stopped listening by then. */
function abortReason(signal: AbortSignal): Problem {
  if (signal.reason instanceof Problem) return signal.reason;
  return new Problem('call_cancelled', 'The call was cancelled before it had a result.', {
    next: 'Call job_status to see what was started; nothing that was paid for is lost.',
    cause: signal.reason,
  });
}
