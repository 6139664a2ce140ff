import type { Random } from './random.ts';

/** The thing that an id names: a picture, a job or a batch. */
export type IdKind = 'img' | 'job' | 'batch';

/** Crockford's Base32 alphabet, in lower case: no letter is mistaken for a digit when a person types it. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 26;

/** A new id such as `img_4t9…`: 130 random bits, so that it cannot be guessed. */
export function newId(kind: IdKind, random: Random): string {
  const letters = Array.from(random.bytes(LENGTH), (byte) => ALPHABET[byte % 32]);
  return `${kind}_${letters.join('')}`;
}

/** Whether `text` has the form of an id of this kind, existing or not. */
export function isId(kind: IdKind, text: string): boolean {
  return new RegExp(`^${kind}_[${ALPHABET}]{${LENGTH}}$`).test(text);
}
