import { codePoints } from '../../shared/text/text.ts';
import { invalidArgument } from './invalid-argument.ts';

/** Longest prompt of the v3 operations, characters (OpenAPI `maxLength` of their request bodies). */
export const LONGEST_PROMPT = 1024;

/** A value that a program prints in place of a text, or a placeholder that no program filled in. */
const SENTINEL = /^\s*(null|undefined|none|nil|nan|\[object \w+\]|\$\{[^{}]*\}|\{\{[^{}]*\}\}|%\w+%|<prompt>)\s*$/i;
const LONGEST_SENTINEL = 40;

/** Longest text, and what sets that limit. */
export interface TextLimit {
  readonly limit: number;
  /** Name of what sets the limit, such as a model. */
  readonly owner: string;
  /** A way out besides shortening, as a clause that follows a comma. */
  readonly otherwise?: string;
}

/** A character that a reader sees: no blank, none without width, no mark without a letter, no blank letter of Hangul or Braille. */
const VISIBLE = /[^\s\p{Cf}\p{M}\u2800\u115f\u1160\u3164\uffa0]/u;

/** Bidi controls show text in another order than it has; tag characters are letters that are not shown at all. */
const HIDDEN_ORDERS = /[\p{Bidi_Control}\u{e0000}-\u{e007f}]/u;
/** A flag of a region, such as Scotland's: the one legitimate use of tags (Unicode Technical Standard 51, "RGI_Emoji_Tag_Sequence"). */
const FLAG = /\u{1f3f4}[\u{e0061}-\u{e007a}]{2,6}\u{e007f}/gu;

/**
 * Checks a prompt or negative prompt.
 * @throws Problem `invalid_argument`
 */
export function checkText(name: string, text: string | undefined, { limit, owner, otherwise }: TextLimit): void {
  if (text === undefined) return;
  if (!VISIBLE.test(text)) {
    const what = text.trim() === '' ? 'is empty' : 'has no visible character';
    throw invalidArgument(`The ${name} ${what}.`, 'Describe in words what the picture shows.');
  }
  const sentinel = SENTINEL.exec(text.slice(0, LONGEST_SENTINEL))?.[1];
  if (sentinel !== undefined && text.length <= LONGEST_SENTINEL) {
    throw invalidArgument(
      `The ${name} is "${sentinel}", which programs write where they have no value.`,
      name === 'prompt' ? 'Describe in words what the picture shows.' : `Leave ${name} out.`,
    );
  }
  // A program puts this character where it could not read bytes as text, so the words are not those that were written.
  if (text.includes('\ufffd')) {
    throw invalidArgument(
      `The ${name} contains "\ufffd", which replaces a character that was lost in a wrong encoding.`,
      'Send the text as UTF-8.',
    );
  }
  // Control characters such as NUL break logs, databases and Adobe's own parser; line breaks and tabs are legitimate.
  if (/[^\P{Cc}\n\r\t]/u.test(text) || !text.isWellFormed()) {
    throw invalidArgument(`The ${name} contains control or broken characters.`, 'Send it again as plain text.');
  }
  if (HIDDEN_ORDERS.test(text.replace(FLAG, ''))) {
    throw invalidArgument(
      `The ${name} contains invisible characters (of text direction, or tags), which can hide words from a reader.`,
      'Send it again as plain text.',
    );
  }
  const length = codePoints(text);
  if (length <= limit) return;
  throw invalidArgument(
    `The ${name} has ${length} characters; ${owner} takes at most ${limit}.`,
    `Shorten it by ${length - limit} characters${otherwise === undefined ? '' : `, ${otherwise}`}.`,
  );
}

/** Arguments that decide the number of pictures. */
export interface Amount {
  readonly count?: number | undefined;
  readonly seeds?: readonly number[] | undefined;
}

/** Number of pictures (OpenAPI `numVariations`): `count`, else one for each seed, else one. */
export function countOf({ count, seeds }: Amount): number {
  return count ?? seeds?.length ?? 1;
}

/**
 * Checks that seeds are not negative, distinct and as many as the pictures.
 * @throws Problem `invalid_argument`
 */
export function checkSeeds({ seeds, count }: Amount): void {
  if (seeds === undefined) return;
  const negative = seeds.find((seed) => seed < 0);
  if (negative !== undefined) {
    throw invalidArgument(
      `The seed ${negative} is below 0. It means "random" elsewhere; here it would make one and the same picture each time.`,
      'Leave seeds out for random ones, or give whole numbers from 0.',
    );
  }
  if (new Set(seeds).size !== seeds.length) {
    throw invalidArgument('The seeds are not distinct.', 'Give each picture a seed of its own, or leave seeds out.');
  }
  if (count === undefined || count === seeds.length) return;
  throw invalidArgument(
    `count is ${count}, but there are ${seeds.length} seeds.`,
    `Use count ${seeds.length}, or give ${count} seeds, or leave one of the two out.`,
  );
}
