/** Patterns that were made: each takes longer to make than to search for. */
const made = new Map<string, RegExp>();
const MOST_KEPT = 50;
/** Shorter ones are parts of common words. */
const SHORTEST = 6;
const CHARACTER_REFERENCE = '&(?:#?\\w{1,8};){1,3}';
/** Further spellings, as alternatives: of form encoding, and of the base64 of addresses (RFC 4648, section 5). */
const STAND_INS: Readonly<Record<string, string>> = { ' ': '|\\+', '+': '|-', '/': '|_' };

/**
 * Patterns that find these secrets however a server echoes them: as they are, escaped in JSON, HTML or an address (more than once
 * too), in hex, and in base64 with anything before them, as in a Basic authorization. The longest comes first, since one may
 * be the beginning of another.
 */
export function secretForms(secrets: readonly string[]): readonly RegExp[] {
  const known = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST);
  return known.toSorted((one, other) => other.length - one.length).map(formsOf);
}

function formsOf(secret: string): RegExp {
  const kept = made.get(secret);
  if (kept !== undefined) return kept;
  const bytes = Buffer.from(secret);
  const forms = [secret, bytes.toString('hex'), ...[0, 1, 2].map((before) => base64Of(bytes, before))];
  const pattern = new RegExp(forms.map((form) => form.replace(/\W/gu, written)).join('|'), 'giu');
  if (made.size >= MOST_KEPT) made.clear();
  made.set(secret, pattern);
  return pattern;
}

/** The base64 of bytes that follow as many others, without the characters that depend on what is around them. */
function base64Of(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** A character that is no letter of ASCII and no digit, in every spelling; encodings leave letters and digits. */
function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const octets = [...Buffer.from(character)].map((byte) => `%(?:25){0,3}${hex(byte, 2)}`);
  const spellings = [`\\u{${hex(code, 1)}}`, octets.join(''), `u${hex(code, 4)}`, CHARACTER_REFERENCE];
  // One backslash for each time that the text became JSON, and one before it.
  return `\\\\{0,15}(?:${spellings.join('|')}${STAND_INS[character] ?? ''})`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
