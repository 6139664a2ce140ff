import type { Cost } from '../../firefly/pricing.ts';
import { costPhrase } from '../../render/cost.ts';
import { shortened } from '../../render/phrases.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { DECLINED_MINUTES } from './declined-questions.ts';
import type { Consent, Question } from './consent.ts';
import type { ToolCall } from './define.ts';

/** Money that a call is about to spend. */
export interface Spending {
  /** What the call would cost. */
  readonly cost: Cost;
  /** Name of the tool. */
  readonly tool: string;
  /** Purpose, such as the prompt. Written by the model, so it is shortened and cleaned before a person reads it. */
  readonly what?: string | undefined;
  /** Equal for repeats of the call: one that was declined is refused for some minutes. */
  readonly call: string;
  /** The call says that the user has agreed (`confirm: true`). */
  readonly confirmed: boolean;
  /** An earlier request for this may have been charged, so that Adobe may charge for both. */
  readonly mayChargeTwice?: boolean | undefined;
}

/** The part of a call that asking a person needs. */
type SpendingContext = Pick<ToolCall, 'ask' | 'declined' | 'isTypedByPerson'> & {
  readonly settings: Pick<ToolCall['settings'], 'confirmOver' | 'demo'>;
  readonly caller: Pick<ToolCall['caller'], 'principal'>;
};

/** Whether `confirmSpending` needs a person's consent for this. */
export function needsConsent(
  { cost, confirmed }: Pick<Spending, 'cost' | 'confirmed'>,
  { ask, isTypedByPerson, settings }: SpendingContext,
): boolean {
  if (cost.operations <= (settings.confirmOver ?? Infinity)) return false;
  return !confirmed || (ask !== undefined && isTypedByPerson !== true);
}

/**
 * Returns where a call may spend: below the limit, or with a person's consent now. `confirm: true` counts only where the
 * client cannot ask, and where a person has typed the arguments. Called after all other checks, right before the job is
 * recorded.
 * @throws Problem `confirmation_required` otherwise; what `call.ask` throws, for a client that asks and repeats the call
 */
export async function confirmSpending(spending: Spending, call: SpendingContext): Promise<void> {
  if (!needsConsent(spending, call)) return;
  const { cost, tool, mayChargeTwice } = spending;
  await requireConsent(
    {
      question: questionOf(spending, call.settings.demo),
      call: spending.call,
      confirmed: spending.confirmed,
      refusal: `This ${tool} call would spend ${costPhrase(cost)}, and a person has to agree to that first.${mayChargeTwice === true ? CHARGED_BEFORE : ''}`,
      undone: 'Nothing was spent.',
      unanswered: 'A client that declares questions and shows none can use no paid tool while FIREFLY_CONFIRM is set.',
    },
    call,
  );
}

/** Something that a person has to agree to, and the words for it. */
export interface Request {
  readonly question: Omit<Question, 'mark'>;
  /** As in `Spending`; what the answer counts for. */
  readonly call: string;
  readonly confirmed: boolean;
  /** What the call would do, as a sentence. */
  readonly refusal: string;
  /** What has not happened, as a sentence. */
  readonly undone: string;
  /** What a client that never answers means for this. */
  readonly unanswered?: string | undefined;
}

/**
 * Returns with a person's consent only: an answered question, or where the client cannot ask `confirm: true`.
 * @throws Problem `confirmation_required` otherwise; what `call.ask` throws
 */
export async function requireConsent(
  request: Request,
  call: Pick<SpendingContext, 'ask' | 'declined' | 'isTypedByPerson' | 'caller'>,
): Promise<void> {
  const { principal } = call.caller;
  if (request.confirmed && (call.ask === undefined || call.isTypedByPerson === true)) return;
  if (call.declined?.has(principal, request.call)) throw refused(request, DECLINED_BEFORE, NOT_AGAIN);
  const consent = (await call.ask?.({ ...request.question, mark: request.call })) ?? 'cannot_ask';
  if (consent === 'given' || (consent === 'cannot_ask' && request.confirmed)) return;
  if (consent === 'declined') call.declined?.add(principal, request.call);
  throw refused(request, WHY[consent], nextAfter(consent, call, request.unanswered));
}

const CHARGED_BEFORE = ' Adobe may have charged for the first request already, and would charge twice.';

function questionOf({ cost, tool, what, mayChargeTwice }: Spending, demo: boolean | undefined): Request['question'] {
  const quoted = what === undefined ? '' : `: ${JSON.stringify(shortened(quoteUntrusted(what, 300), 160))}`;
  const twice = mayChargeTwice === true ? CHARGED_BEFORE : '';
  const place = demo === true ? 'in the demo, where nothing is really paid' : 'at Adobe Firefly';
  return {
    text: `Spend ${costPhrase(cost)} ${place}? ${tool}${quoted}${twice}`,
    act: 'spend',
    box: `Yes, spend ${costPhrase(cost)}${mayChargeTwice === true ? ', even if Adobe charges twice' : ''}`,
  };
}

/** The client may have answered by itself, so that no sentence says that a person did. */
const WHY: Record<Exclude<Consent, 'given'>, string> = {
  declined: 'The question came back declined.',
  dismissed: 'The question was closed without an answer.',
  unticked:
    'The question came back without its box ticked, as from a client that answers by itself; that is no consent.',
  unanswered: 'The question was not answered in time.',
  cannot_ask: 'This client cannot ask the user.',
};
const DECLINED_BEFORE = `The question about it came back declined less than ${DECLINED_MINUTES} minutes ago.`;

const BY_ARGUMENT = 'call again with the same arguments and confirm: true';
const NOT_AGAIN = `Do not repeat the call by yourself; for ${DECLINED_MINUTES} minutes after that it is refused without a question. If the user asks for it after all, call again then.`;
const ASKED_AGAIN =
  'Ask the user. Only if they agree, call again with the same arguments: the question then comes again.';

function nextAfter(
  consent: Exclude<Consent, 'given'>,
  { isTypedByPerson }: Pick<SpendingContext, 'isTypedByPerson'>,
  unanswered = '',
): string {
  if (consent === 'cannot_ask' || isTypedByPerson === true) {
    return consent === 'declined'
      ? `Do not repeat the call by yourself. If the user asks for it after all, ${BY_ARGUMENT}.`
      : `Ask the user. Only if they agree, ${BY_ARGUMENT}.`;
  }
  if (consent === 'declined') return NOT_AGAIN;
  if (consent !== 'unanswered') return ASKED_AGAIN;
  return `${ASKED_AGAIN} ${unanswered}`.trimEnd();
}

function refused({ refusal, undone }: Request, why: string, next: string): Problem {
  return new Problem('confirmation_required', `${refusal} ${why} ${undone}`, { next });
}
