import { randomBytes } from 'node:crypto';

/**
 * The secrets of the tests, and how they are recognised wherever they turn up (docs/security.md#secrets). Each begins with
 * the same eight characters, so that one search finds all of them, and also a secret of which only the beginning was
 * written. Every encoding changes these eight.
 */
const BEGINNING = 'p8e+Cn/y';
/** Tokens of the emulator are JWTs, whose header always begins so. */
const JWT_BEGINNING = 'eyJhbGci';
const SIGNATURE = 'X-Amz-Signature=';

/** What a found secret is. `bearer` is the token of our own HTTP server, which only it knows beforehand. */
export type SecretKind = 'canary' | 'IMS token' | 'signature' | 'bearer';

/** A secret that cannot be mistaken for another text, new in each process. */
export function canary(name: string): string {
  return `${BEGINNING}~${name}=${randomBytes(12).toString('base64')}&`;
}

const VALUE = '[0-9a-f]{8}';
const MARKS: readonly (readonly [SecretKind, RegExp])[] = [
  ['canary', anyOf(formsOf(BEGINNING))],
  ['IMS token', anyOf(formsOf(JWT_BEGINNING))],
  // The bare name is no secret, and occurs in schemas and documents.
  [
    'signature',
    new RegExp(`X-Amz-Signature(?:=|%3D|%253D|\\\\u003d)${VALUE}|${anyOf(encodedFormsOf(SIGNATURE)).source}`, 'i'),
  ],
];

/** A secret in a text: its kind, and its first form with the characters before it. */
export interface Found {
  readonly kind: SecretKind;
  readonly text: string;
}

/** The first secret of each kind in this text or these bytes. `bearers` are tokens of our own HTTP server. */
export function secretsIn(content: string | Uint8Array, bearers: readonly string[] = []): readonly Found[] {
  // Bytes one by one: the marks are ASCII, and a picture is no UTF-8.
  const text =
    typeof content === 'string'
      ? content
      : Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
  const beginnings = bearers.filter((token) => token.length >= 8).map((token) => token.slice(0, 8));
  const own: typeof MARKS = beginnings.map((beginning) => ['bearer', anyOf(formsOf(beginning))] as const);
  return [...MARKS, ...own].flatMap(([kind, mark]) => {
    const found = mark.exec(text);
    return found ? [{ kind, text: text.slice(Math.max(0, found.index - 60), found.index + found[0].length) }] : [];
  });
}

/** The forms in which this text could turn up. */
export function formsOf(text: string): readonly string[] {
  return [...new Set([text, JSON.stringify(text).slice(1, -1), ...encodedFormsOf(text)])];
}

function encodedFormsOf(text: string): readonly string[] {
  const percent = encodeURIComponent(text);
  const percents = percent === text ? [] : [percent, percent.toLowerCase(), encodeURIComponent(percent)];
  const hex = Buffer.from(text).toString('hex');
  return [
    ...new Set([
      ...percents,
      hex,
      hex.toUpperCase(),
      ...(['base64', 'base64url'] as const).flatMap((code) => shifted(text, code)),
    ]),
  ];
}

/** The three forms that a text has in base64, by the number of bytes before it, without the characters shared with others. */
function shifted(text: string, code: 'base64' | 'base64url'): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    return bytes.toString(code).slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
}

function anyOf(forms: readonly string[]): RegExp {
  return new RegExp(forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'));
}
