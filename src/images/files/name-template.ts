import { Problem } from '../../shared/errors.ts';
import { LONGEST_NAME_BYTES, safeName, slug } from './names.ts';
import { endingIn, mediumOf } from '../media.ts';
import type { ImageRecord } from '../types.ts';

/** Names that a template may have between braces. */
export const TOKENS = ['prompt', 'seed', 'id', 'job', 'n', 'date', 'width', 'height', 'model'] as const;
type Token = (typeof TOKENS)[number];

/** Template of callers that give none. */
export const DEFAULT_TEMPLATE = '{prompt}-{seed}';

const TOKEN = /\{([^{}]{0,40})\}/g;
/** Bytes left for "-by-adobe", a number such as "-999", and the ending. */
const SPARE_BYTES = 20;
const LONGEST_PROMPT_BYTES = 60;

/** A file name in two parts, between which a number can be added. */
export interface FileName {
  readonly stem: string;
  /** With its dot; of the picture's format. */
  readonly ending: string;
}

/**
 * Names a picture after a template. The ending follows its format; one in the template is dropped.
 * @throws Problem `invalid_argument` for an unknown token
 */
export function fileNameFor(image: ImageRecord, template: string): FileName {
  const stem = stemOf(template.replace(TOKEN, (_, token: string) => value(image, token)));
  return { stem: stem === '' ? image.id : stem, ending: `.${mediumOf(image.mimeType).ending}` };
}

/** The name that a template gives every picture of its ending's format; undefined where tokens or pictures decide it. */
export function fixedName(template: string): FileName | undefined {
  const stem = stemOf(template);
  if (/[{}]/.test(template) || endingIn(template) === undefined || stem === '') return undefined;
  return { stem, ending: template.slice(template.lastIndexOf('.')).toLowerCase() };
}

function stemOf(filled: string): string {
  const bare = endingIn(filled) === undefined ? filled : filled.slice(0, filled.lastIndexOf('.'));
  return safeName(bare, LONGEST_NAME_BYTES - SPARE_BYTES);
}

/** The name of a picture as Adobe made it, in place of a composite that is missing: the file is no edit of the user's picture. */
export function standInName({ stem, ending }: FileName): FileName {
  return { stem: `${stem}-by-adobe`, ending };
}

/**
 * Checks a template before anything is spent on its pictures.
 * @param more tokens that the caller fills in itself
 * @throws Problem `invalid_argument` for an unknown token
 */
export function requireTokens(template: string, more: readonly string[]): void {
  const known: readonly string[] = [...TOKENS, ...more];
  for (const [, token = ''] of template.matchAll(TOKEN)) if (!known.includes(token)) throw unknownToken(token, known);
}

function value(image: ImageRecord, token: string): string {
  const known = TOKENS.find((name) => name === token);
  if (known !== undefined) return valueOf(image, known);
  throw unknownToken(token, TOKENS);
}

function unknownToken(token: string, known: readonly string[]): Problem {
  const digits = /^n\W/.test(token) ? ' {n} has the digits that it needs: 01 to 10 in a list or batch of ten.' : '';
  return new Problem('invalid_argument', 'The name has an unknown token in braces.', {
    next: `Tokens are ${known.map((name) => `{${name}}`).join(', ')}.${digits}`,
  });
}

/** `{n}` of a list or a batch: with as many digits as that of the last one, so that file names sort by it. */
export function placeInList(number: number, length: number): string {
  return String(number).padStart(String(length).length, '0');
}

function valueOf(image: ImageRecord, token: Token): string {
  switch (token) {
    case 'prompt':
      return slug(image.facts.prompt ?? '', LONGEST_PROMPT_BYTES) || 'picture';
    case 'seed':
      return image.facts.seed === undefined ? '' : String(image.facts.seed);
    case 'id':
      return image.id;
    case 'job':
      return image.job ?? '';
    case 'n':
      return String(image.index);
    case 'date':
      return new Date(image.createdAt).toISOString().slice(0, 10);
    case 'width':
      return String(image.width);
    case 'height':
      return String(image.height);
    case 'model':
      return image.facts.model ?? '';
  }
}
