import { createHash } from 'node:crypto';
import type { ElicitRequestFormParams } from '@modelcontextprotocol/server';
import type { Choice, Chosen, Consent, Question } from '../../tools/definition/consent.ts';

/** A question to a person as MCP carries it, in either era. */
export interface Form {
  /**
   * Name of the question. An answer counts for the very question that a person has read, and for the very call: what a
   * repeated call would delete may have become more meanwhile, and the words of two calls can be equal.
   */
  readonly key: string;
  /** Subject of the question, as a phrase. */
  readonly about: string;
  /** An accepted answer counts once: it is the consent to one act. */
  readonly isConsent: boolean;
  readonly params: ElicitRequestFormParams & { readonly mode: 'form' };
}

/** The content of a form that a client accepted. */
export type Content = Readonly<Record<string, unknown>>;

/** What came of a form: its content where it was accepted. */
export type Reply = { readonly content: Content } | Exclude<Consent, 'given' | 'unticked'>;

/** A form with one box that has to be ticked: hosts accept a form without fields by themselves (docs/hosts.md). */
export function consentForm({ act, text, box, mark }: Question): Form {
  const field = { type: 'boolean' as const, title: box, description: 'Tick to agree.', default: false };
  return {
    key: `confirm_${hashOf(text, box, mark)}`,
    about: act === 'spend' ? 'spending' : 'deleting',
    isConsent: true,
    params: formOf(text, { [act]: field }, act),
  };
}

/** What a reply to `consentForm` means. */
export function consentIn(reply: Reply, { act }: Question): Consent {
  if (typeof reply === 'string') return reply;
  return reply.content[act] === true ? 'given' : 'unticked';
}

/**
 * A form with a list, which has no default, so that a host that accepts forms by itself chooses nothing, and whole numbers in
 * percent. Plain words in `enum` are what every revision with forms takes.
 */
export function choiceForm({ about, text, mark, field, options, numbers }: Choice): Form {
  const fields = numbers.map(({ name, title, usual }) => [
    name,
    { type: 'number' as const, title, minimum: 0, maximum: 100, default: usual },
  ]);
  const list = { type: 'string' as const, title: field, enum: [...options] };
  return {
    key: `choose_${hashOf(mark, ...options)}`,
    about,
    isConsent: false,
    params: formOf(text, { choice: list, ...Object.fromEntries(fields) }, 'choice'),
  };
}

/** What a reply to `choiceForm` means. */
export function chosenIn(reply: Reply, { options, numbers }: Choice): Chosen {
  if (typeof reply === 'string') return reply;
  const { choice } = reply.content;
  const option = options.find((candidate) => candidate === choice);
  if (option === undefined) return 'nothing_chosen';
  const values = numbers.map(({ name, usual }) => {
    const value = Number(reply.content[name] ?? usual);
    return [name, value >= 0 && value <= 100 ? value : usual] as const;
  });
  return { option, numbers: Object.fromEntries(values) };
}

function formOf(
  message: string,
  properties: ElicitRequestFormParams['requestedSchema']['properties'],
  required: string,
): Form['params'] {
  return { mode: 'form', message, requestedSchema: { type: 'object', properties, required: [required] } };
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
