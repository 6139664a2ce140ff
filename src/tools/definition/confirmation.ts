import type { Cost } from '../../firefly/pricing.ts';
import { costPhrase } from '../../render/cost.ts';
import { shortened } from '../../render/phrases.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text.ts';

/** A person's answer to a question about spending, or why the question could not be asked. */
export type Consent = 'given' | 'declined' | 'dismissed' | 'cannot_ask';

/** Money that a call is about to spend. */
export interface Spending {
  /** What the call would cost. */
  readonly cost: Cost;
  /** Name of the tool. */
  readonly tool: string;
  /** Purpose, such as the prompt. Written by the model, so it is shortened and cleaned before a person reads it. */
  readonly what?: string | undefined;
  /** The call says that the user has agreed (`confirm: true`). */
  readonly confirmed: boolean;
}

/** The part of a call that asking a person needs. */
interface SpendingContext {
  readonly settings: { readonly confirmOver?: number | undefined };
  readonly ask?: ((question: string) => Promise<Consent>) | undefined;
}

/** Whether `confirmSpending` needs a person's consent for this. */
export function needsConsent({ cost, confirmed }: Spending, { settings }: SpendingContext): boolean {
  return !confirmed && cost.operations > (settings.confirmOver ?? Infinity);
}

/**
 * Returns where a call may spend: below the limit, with `confirm: true`, or with a person's consent now. Called after
 * all other checks, right before the job is recorded.
 * @throws Problem `confirmation_required` otherwise; what `call.ask` throws, for a client that asks and repeats the call
 */
export async function confirmSpending(spending: Spending, call: SpendingContext): Promise<void> {
  if (!needsConsent(spending, call)) return;
  const consent = (await call.ask?.(question(spending))) ?? 'cannot_ask';
  if (consent !== 'given') throw confirmationRequired(spending, consent);
}

function question({ cost, tool, what }: Spending): string {
  const quoted = what === undefined ? '' : `: ${JSON.stringify(shortened(quoteUntrusted(what, 300), 160))}`;
  return `Spend ${costPhrase(cost)} at Adobe Firefly? ${tool}${quoted}`;
}

const WHY: Record<Exclude<Consent, 'given'>, string> = {
  declined: 'The user declined.',
  dismissed: 'The question was closed without an answer.',
  cannot_ask: 'This client cannot ask the user.',
};

function confirmationRequired({ cost, tool }: Spending, consent: Exclude<Consent, 'given'>): Problem {
  const way = 'call again with the same arguments and confirm: true';
  return new Problem(
    'confirmation_required',
    `This ${tool} call would spend ${costPhrase(cost)}, and a person has to agree to that first. ${WHY[consent]} Nothing was spent.`,
    {
      next:
        consent === 'declined'
          ? `Do not repeat the call by yourself. If the user asks for it after all, ${way}.`
          : `Ask the user. Only if they agree, ${way}.`,
    },
  );
}
