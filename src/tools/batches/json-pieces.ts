/** A part of a text that is one JSON value, if it is valid at all. */
export interface JsonPiece {
  readonly text: string;
  /** Number of the line in which it begins, from 1. */
  readonly line: number;
  /** Whether a comma is between it and the one before. */
  readonly afterComma: boolean;
}

/**
 * Splits a text into the objects that follow one another in it, by their braces and quotes alone. What is between objects
 * becomes a piece of its own, unless it is blank or a comma. Linear in the length.
 */
export function splitJson(text: string): readonly JsonPiece[] {
  const pieces: JsonPiece[] = [];
  // One token at a time: a string, also one that does not end, a brace, a line break.
  const token = /"(?:[^"\\\n]|\\.)*"?|[{}[\]]|\n/g;
  let depth = 0;
  let line = 1;
  let start = 0;
  let startLine = 1;
  let comma = false;
  const between = (to: number) => {
    const rest = text.slice(start, to).trim();
    if (rest === ',') comma = true;
    else if (rest !== '' && rest !== ']') pieces.push({ text: rest, line: startLine, afterComma: false });
  };
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === '\n') line += 1;
    else if (found === '{' || found === '[') {
      if (depth === 0) {
        between(match.index);
        [start, startLine] = [match.index, line];
      }
      depth += 1;
    } else if ((found === '}' || found === ']') && depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      pieces.push({ text: text.slice(start, token.lastIndex), line: startLine, afterComma: comma });
      [start, startLine, comma] = [token.lastIndex, line, false];
    }
  }
  between(text.length);
  return pieces;
}

/** Characters in which a mistake is looked for, as the search may take the square of their number. */
const MOST_EXAMINED = 5_000;

/** A sentence that says why a text is not JSON, for the mistakes that people make. */
export function whyNotJson(text: string): string {
  const plain = text.trim();
  if (/[}\]]\s*,$/.test(plain.slice(-40))) {
    return 'There is a comma after the object: leave it out, as each line is read alone.';
  }
  // Strings may hold anything, so that they are looked at no more.
  const bare = plain.slice(0, MOST_EXAMINED).replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const inner = /,\s*([}\]])/.exec(bare)?.[1];
  if (inner !== undefined) return `There is a comma before "${inner}", which JSON does not allow: leave it out.`;
  if (/[“”„]/.test(bare)) return 'It has typographic quotes; JSON has straight ones (").';
  if (/'/.test(bare)) return 'It has single quotes; JSON has double ones (").';
  if (/\bNone\b|\bTrue\b|\bFalse\b/.test(bare)) return 'It is written as in Python; JSON has null, true and false.';
  if (/[{,]\s*[\p{L}_]\w*\s*:/u.test(bare)) return 'A name has no quotes; JSON has them around every name.';
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\0-\x08\x0b\x0e-\x1f]/.test(plain.slice(0, MOST_EXAMINED)) || plain.endsWith('\0')) {
    return 'It has a control character, such as NUL, which JSON does not allow.';
  }
  if (/\/\/|\/\*/.test(bare)) return 'It has a comment, which JSON does not allow.';
  if (plain.startsWith('{') && !plain.endsWith('}')) return 'The object does not end; each line is one object.';
  return 'This is not JSON; each line is one object.';
}
