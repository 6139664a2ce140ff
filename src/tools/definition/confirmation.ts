import { counted, shortened } from '../../render/phrases.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text.ts';

/** What a person said to a spending, or why nobody could be asked. */
export type Consent = 'given' | 'declined' | 'dismissed' | 'nobody_to_ask';

/** Money that a call is about to spend. */
export interface Spending {
  /** Paid requests. */
  readonly requests: number;
  /** Name of the tool. */
  readonly tool: string;
  /** What it is for, such as the prompt; from the model, so shortened and cleaned before a person sees it. */
  readonly what?: string | undefined;
  /** The call says that the user has agreed (`confirm: true`). */
  readonly confirmed: boolean;
}

/** What a call has to ask a person with. */
interface Asking {
  readonly settings: { readonly confirmOver?: number | undefined };
  readonly ask?: ((question: string) => Promise<Consent>) | undefined;
}

/**
 * Lets a call go on that may spend without asking, that the user has agreed to already, or that a person agrees to now.
 * To be called when everything else has been checked, right before the spending is written down.
 * @throws Problem `confirmation_required` in every other case; whatever `call.ask` throws to be asked again later
 */
export async function confirmSpending(spending: Spending, call: Asking): Promise<void> {
  const { requests, confirmed } = spending;
  if (confirmed || requests <= (call.settings.confirmOver ?? Infinity)) return;
  const consent = (await call.ask?.(question(spending))) ?? 'nobody_to_ask';
  if (consent !== 'given') throw confirmationRequired(spending, consent);
}

function question({ requests, tool, what }: Spending): string {
  const quoted = what === undefined ? '' : `: ${JSON.stringify(shortened(quoteUntrusted(what, 300), 160))}`;
  return `Spend ${counted(requests, 'paid request')} at Adobe Firefly? ${tool}${quoted}`;
}

const WHY: Record<Exclude<Consent, 'given'>, string> = {
  declined: 'The user declined.',
  dismissed: 'The question was closed without an answer.',
  nobody_to_ask: 'This client cannot ask the user.',
};

function confirmationRequired({ requests, tool }: Spending, consent: Exclude<Consent, 'given'>): Problem {
  const way = 'call again with the same arguments and confirm: true';
  return new Problem(
    'confirmation_required',
    `This ${tool} call would spend ${counted(requests, 'paid request')}, and a person has to agree to that first. ${WHY[consent]} Nothing was spent.`,
    {
      actor: 'caller',
      next:
        consent === 'declined'
          ? `Do not repeat the call by yourself. If the user asks for it after all, ${way}.`
          : `Ask the user. Only if they agree, ${way}.`,
    },
  );
}
