import { createHash } from 'node:crypto';
import {
  inputRequired,
  inputResponse,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  type ElicitRequestFormParams,
  type InputRequiredResult,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { linkSignals } from '../../shared/time/abort.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { deadline } from '../../shared/time/deadline.ts';
import type { Consent, Question } from '../../tools/definition/consent.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import { InputNeeded } from './invoke.ts';
import type { ProgressReporter } from './progress.ts';
import type { Asked } from './request-state.ts';

/** The part of a client's capabilities that concerns elicitation. */
const Capabilities = z.object({
  elicitation: z.object({ form: z.unknown().optional(), url: z.unknown().optional() }).optional(),
});

/**
 * Key of a question. An answer counts for the very question that a person has read: what a repeated call would delete may
 * have become more meanwhile.
 */
function keyOf({ text, box }: Question): string {
  return `confirm_${createHash('sha256').update(text).update('\0').update(box).digest('hex').slice(0, 16)}`;
}

/** Time for an answer. Without a progress token clients end a call after 60 s, as the SDKs do by default. */
const ANSWER_MS = { withProgress: 120_000, withoutProgress: 45_000 } as const;
const PROGRESS_EVERY_MS = 5_000;
/** Beyond the deadline of our own, so that the clock of this program decides. */
const SDK_TIMEOUT_MS = 600_000;

/** What asking needs besides the request. */
export interface Elicitation {
  readonly clock: Clock;
  readonly progress: ProgressReporter;
  /** The question ends as soon as one of them aborts. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/**
 * How a call asks its user: a client that declares form elicitation shows the question and repeats the call with the
 * answer (MCP 2026-07-28, "Multi round-trip requests"); a client of the 2025 era gets `elicitation/create` over the open
 * connection. Undefined where the client declares no form elicitation: asking would be an error.
 */
export function elicitThrough(context: ServerContext, capabilities: unknown, how: Elicitation): ToolCall['ask'] {
  if (!takesForms(capabilities)) return undefined;
  const { envelope, inputResponses } = context.mcpReq;
  if (envelope === undefined) return (question) => askNow(question, context, how);
  return async (question) => {
    const key = keyOf(question);
    const answer = inputResponse(inputResponses, key);
    if (answer.kind === 'elicit') {
      // Without the state of this question the answer is to another one, or made up.
      const isOurs = context.mcpReq.requestState<Asked>()?.asked === key;
      return isOurs ? consentOf(answer, question) : 'dismissed';
    }
    // Something came back that is no answer of a form, such as an error: another round would bring it again.
    if (isAnswered(context, key)) return 'cannot_ask';
    throw new InputNeeded(question);
  };
}

function isAnswered({ mcpReq }: ServerContext, key: string): boolean {
  const isDropped = mcpReq.droppedInputResponseKeys?.includes(key) ?? false;
  return isDropped || Object.hasOwn(mcpReq.inputResponses ?? {}, key);
}

/** An empty object declares forms: before MCP 2025-11-25 ("Elicitation") there was no `form` or `url` to name. */
function takesForms(capabilities: unknown): boolean {
  const elicitation = Capabilities.safeParse(capabilities).data?.elicitation;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/** Sends the question and waits for its answer. An error in place of an answer says that the client cannot ask. */
async function askNow(question: Question, { mcpReq }: ServerContext, how: Elicitation): Promise<Consent> {
  const ms = mcpReq._meta?.progressToken === undefined ? ANSWER_MS.withoutProgress : ANSWER_MS.withProgress;
  const tooLate = new Error('The question was not answered in time.');
  using given = linkSignals(mcpReq.signal, ...how.signals);
  await using time = deadline(ms, { reason: tooLate, given: given.signal, clock: how.clock });
  using _beat = showThatItWaits(question, how);
  try {
    const params = { ...formOf(question) };
    const options = { signal: time.signal, timeout: SDK_TIMEOUT_MS };
    return consentOf(await mcpReq.send({ method: 'elicitation/create', params }, options), question);
  } catch (error) {
    if (time.signal.reason === tooLate) return 'unanswered';
    if (time.signal.aborted) throw error;
    if (error instanceof ProtocolError) return 'cannot_ask';
    if (error instanceof SdkError && error.code === SdkErrorCode.InvalidResult) return 'dismissed';
    throw error;
  }
}

/** Hosts that count progress as life do not end a call whose person is still reading. */
function showThatItWaits({ act }: Question, { clock, progress }: Elicitation): Disposable {
  const stop = new AbortController();
  const about = act === 'spend' ? 'spending' : 'deleting';
  const show = async () => {
    while (!stop.signal.aborted) {
      progress.report({ progress: 0, total: 100, message: `Waiting for an answer to the question about ${about}` });
      await clock.sleep(PROGRESS_EVERY_MS, stop.signal);
    }
  };
  show().catch(() => undefined);
  return { [Symbol.dispose]: () => stop.abort() };
}

interface Answer {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Readonly<Record<string, unknown>> | undefined;
}

function consentOf({ action, content }: Answer, { act }: Question): Consent {
  if (action === 'accept') return content?.[act] === true ? 'given' : 'unticked';
  return action === 'decline' ? 'declined' : 'dismissed';
}

/** A form with one box that has to be ticked: hosts accept a form without fields by themselves (docs/hosts.md). */
function formOf({ act, text, box }: Question): ElicitRequestFormParams & { readonly mode: 'form' } {
  const field = { type: 'boolean' as const, title: box, description: 'Tick to agree.', default: false };
  return {
    mode: 'form',
    message: text,
    requestedSchema: { type: 'object', properties: { [act]: field }, required: [act] },
  };
}

/** The question as MCP 2026-07-28 carries it, with a state that has to come back with the answer. */
export async function toInputRequired(
  question: Question,
  states: RequestStateCodec<Asked>,
  context: ServerContext,
): Promise<InputRequiredResult> {
  const key = keyOf(question);
  const requestState = await states.mint({ asked: key }, context);
  return inputRequired({ inputRequests: { [key]: inputRequired.elicit(formOf(question)) }, requestState });
}
