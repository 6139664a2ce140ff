import type { Random } from './random.ts';

/** What an id names: a picture, a job, a batch. */
export type IdKind = 'img' | 'job' | 'batch';

/** Crockford's alphabet: no letter is mistaken for a digit when a person types it. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 26;

/** A new id such as `img_4t9…`: 130 random bits, so that it cannot be guessed. */
export function newId(kind: IdKind, random: Random): string {
  const letters = Array.from(random.bytes(LENGTH), (byte) => ALPHABET[byte % 32]);
  return `${kind}_${letters.join('')}`;
}

/** Whether `text` has the form of an id of this kind. It says nothing about whether the thing exists. */
export function isId(kind: IdKind, text: string): boolean {
  return new RegExp(`^${kind}_[${ALPHABET}]{${LENGTH}}$`).test(text);
}
