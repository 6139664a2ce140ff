import { readSentJson } from '../../../../shared/text/scan-json.ts';

/** Longest text that is read so, characters. */
const LONGEST = 200_000;
/** Characters after a token in which the next mark is looked for. */
const NEXT = 20;

/** One token at a time: strings in any quotes, words, numbers, names of fields, marks, blanks. */
const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|“[^”]*”|‘[^’]*’|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[a-z_]\w*|[[\]{}:,]|\s+/iy;

const WORDS: ReadonlyMap<string, string> = new Map([
  ['None', 'null'],
  ['True', 'true'],
  ['False', 'false'],
  ['null', 'null'],
  ['true', 'true'],
  ['false', 'false'],
]);

/**
 * The list or object that a text holds as Python or JavaScript print it, or as an editor with typographic quotes leaves
 * it: `['a', 'b',]`, `{x: 1}`, `[“a”]`. Undefined for any other text.
 */
export function readPrintedJson(text: string): unknown {
  if (text.length > LONGEST) return undefined;
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return undefined;
    const json = asJson(
      token,
      text
        .slice(at + token.length, at + token.length + NEXT)
        .trimStart()
        .charAt(0),
    );
    if (json === undefined) return undefined;
    parts.push(json);
    at += token.length;
  }
  return readSentJson(parts.join('')).value;
}

/** @param next the mark that follows */
function asJson(token: string, next: string): string | undefined {
  const first = token.charAt(0);
  if (first === '"') return token;
  if (first === "'") return quoted(token.slice(1, -1).replace(/\\'/g, "'"));
  if (first === '“' || first === '‘') return quoted(token.slice(1, -1));
  // One before a closing bracket ends a list in these languages, and is none of JSON's.
  if (first === ',') return next === ']' || next === '}' ? '' : token;
  if (!/[a-z_]/i.test(first)) return token;
  return next === ':' ? JSON.stringify(token) : WORDS.get(token);
}

/** The content of a string in double quotes; its escapes are those of JSON, or the text is not read. */
function quoted(content: string): string {
  return `"${content.replace(/(\\.)|"/gs, (match, escape: string | undefined) => escape ?? `\\${match}`)}"`;
}
