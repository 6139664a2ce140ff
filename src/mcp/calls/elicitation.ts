import {
  inputRequired,
  inputResponse,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  type InputRequiredResult,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Random } from '../../shared/random.ts';
import { linkSignals } from '../../shared/time/abort.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { deadline } from '../../shared/time/deadline.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import { choiceForm, chosenIn, consentForm, consentIn, type Content, type Form, type Reply } from './forms.ts';
import { InputNeeded } from './invoke.ts';
import type { ProgressReporter } from './progress.ts';
import type { Asked, UseConsent } from './request-state.ts';

/** The part of a client's capabilities that concerns elicitation. */
const Capabilities = z.object({
  elicitation: z.object({ form: z.unknown().optional(), url: z.unknown().optional() }).optional(),
});

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
  /** For the consent that comes with a repeated call. */
  readonly useConsent: UseConsent;
}

/** What a call needs to ask its user. */
type Asking = Pick<ToolCall, 'ask' | 'choose'>;

/**
 * How a call asks its user: a client that declares form elicitation shows the question and repeats the call with the
 * answer (MCP 2026-07-28, "Multi round-trip requests"); a client of the 2025 era gets `elicitation/create` over the open
 * connection. Empty where the client declares no form elicitation: asking would be an error.
 */
export function elicitThrough(context: ServerContext, capabilities: unknown, how: Elicitation): Asking {
  if (!takesForms(capabilities)) return {};
  const isOpen = context.mcpReq.envelope === undefined;
  const send = isOpen ? (form: Form) => askNow(form, context, how) : askByRepeating(context, how.useConsent);
  return {
    ask: async (question) => consentIn(await send(consentForm(question)), question),
    choose: async (choice) => chosenIn(await send(choiceForm(choice)), choice),
  };
}

/**
 * Reads the answer that came with the call, or throws `InputNeeded`. Earlier answers of the call are in its state. The call
 * that comes with a consent once more is asked anew.
 */
function askByRepeating(context: ServerContext, useConsent: UseConsent): (form: Form) => Promise<Reply> {
  const { inputResponses } = context.mcpReq;
  const state = context.mcpReq.requestState<Asked>();
  const answered: Record<string, Content> = { ...state?.answered };
  const usedHere = new Map<string, Promise<boolean>>();
  const counts = async ({ key, isConsent }: Form) => {
    if (!isConsent) return true;
    if (state === undefined) return false;
    const used = usedHere.get(key) ?? useConsent(state.id, key);
    usedHere.set(key, used);
    return used;
  };
  return async (form) => {
    const { key } = form;
    const earlier = Object.hasOwn(answered, key) ? answered[key] : undefined;
    if (earlier !== undefined) {
      if (await counts(form)) return { content: earlier };
      const { [key]: _, ...others } = answered;
      throw new InputNeeded(form, others);
    }
    const answer = inputResponse(inputResponses, key);
    if (answer.kind === 'elicit') {
      // Without the state of this question the answer is to another one, or made up.
      const reply = state?.asked === key ? replyOf(answer) : 'dismissed';
      if (typeof reply !== 'object') return reply;
      if (!(await counts(form))) throw new InputNeeded(form, answered);
      answered[key] = reply.content;
      return reply;
    }
    // Something came back that is no answer of a form, such as an error: another round would bring it again.
    if (isAnswered(context, key)) return 'cannot_ask';
    throw new InputNeeded(form, answered);
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
async function askNow(form: Form, { mcpReq }: ServerContext, how: Elicitation): Promise<Reply> {
  const ms = mcpReq._meta?.progressToken === undefined ? ANSWER_MS.withoutProgress : ANSWER_MS.withProgress;
  const tooLate = new Error('The question was not answered in time.');
  using given = linkSignals(mcpReq.signal, ...how.signals);
  await using time = deadline(ms, { reason: tooLate, given: given.signal, clock: how.clock });
  using _beat = showThatItWaits(form, how);
  try {
    const params = { ...form.params };
    const options = { signal: time.signal, timeout: SDK_TIMEOUT_MS };
    return replyOf(await mcpReq.send({ method: 'elicitation/create', params }, options));
  } catch (error) {
    if (time.signal.reason === tooLate) return 'unanswered';
    if (time.signal.aborted) throw error;
    if (error instanceof ProtocolError) return 'cannot_ask';
    if (error instanceof SdkError && error.code === SdkErrorCode.InvalidResult) return 'dismissed';
    throw error;
  }
}

/** Hosts that count progress as life do not end a call whose person is still reading. */
function showThatItWaits({ about }: Form, { clock, progress }: Elicitation): Disposable {
  const stop = new AbortController();
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
  readonly content?: Content | undefined;
}

function replyOf({ action, content = {} }: Answer): Reply {
  if (action === 'accept') return { content };
  return action === 'decline' ? 'declined' : 'dismissed';
}

/** The question as MCP 2026-07-28 carries it, with a state that has to come back with the answer. */
export async function toInputRequired(
  { form, answered }: InputNeeded,
  states: RequestStateCodec<Asked>,
  context: ServerContext,
  random: Pick<Random, 'uuid'>,
): Promise<InputRequiredResult> {
  const { key, params } = form;
  const requestState = await states.mint({ id: random.uuid(), asked: key, answered }, context);
  return inputRequired({ inputRequests: { [key]: inputRequired.elicit(params) }, requestState });
}
