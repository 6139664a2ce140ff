/** A header of a table, as it is written. */
export interface Header {
  /** Offset of the beginning of its line. */
  readonly at: number;
  readonly keys: readonly string[];
}

/** What a valid TOML text has besides keys and values. */
export interface Layout {
  readonly headers: readonly Header[];
  /** Offsets at which lines with nothing but a comment begin. */
  readonly comments: ReadonlySet<number>;
}

const TOKEN = /"""|'''|["'#[\]{}\n]/g;
const KEY = /[ \t]*(?:("(?:[^"\\]|\\.)*")|'([^']*)'|([\w-]+))[ \t]*(\.?)/y;

/** Headers and comments of a valid TOML text; lines within texts and lists are neither. */
export function layoutOf(text: string): Layout {
  const headers: Header[] = [];
  const comments = new Set<number>();
  const scanner = new RegExp(TOKEN);
  let depth = 0;
  let line = 0;
  for (let match = scanner.exec(text); match !== null; match = scanner.exec(text)) {
    const { index } = match;
    const [token] = match;
    const isFirst = depth === 0 && text.slice(line, index).trim() === '';
    if (token === '\n') line = index + 1;
    else if (token === '#') {
      if (isFirst) comments.add(line);
      const end = text.indexOf('\n', index);
      scanner.lastIndex = end === -1 ? text.length : end;
    } else if (token === '[' && isFirst) {
      const { keys, end } = headerAt(text, index);
      headers.push({ at: line, keys });
      scanner.lastIndex = end;
    } else if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else scanner.lastIndex = endOfText(text, scanner.lastIndex, token);
  }
  return { headers, comments };
}

function headerAt(text: string, from: number): { readonly keys: readonly string[]; readonly end: number } {
  const brackets = text[from + 1] === '[' ? 2 : 1;
  const keys: string[] = [];
  const reader = new RegExp(KEY);
  reader.lastIndex = from + brackets;
  let end = reader.lastIndex;
  for (let match = reader.exec(text); match !== null; match = reader.exec(text)) {
    const [, basic, literal, bare, dot] = match;
    keys.push(basic === undefined ? (literal ?? bare ?? '') : unescaped(basic));
    end = reader.lastIndex;
    if (dot === '') break;
  }
  return { keys, end: end + brackets };
}

/** Offset behind a text in quotes (https://toml.io/en/v1.0.0#string). */
function endOfText(text: string, from: number, quotes: string): number {
  const quote = quotes.slice(0, 1);
  for (let at = text.indexOf(quotes, from); at !== -1; at = text.indexOf(quotes, at + 1)) {
    if (quote === '"' && isEscaped(text, at)) continue;
    let end = at + quotes.length;
    // Of up to five quotes, the last three close a long text.
    for (let more = 0; quotes.length === 3 && more < 2 && text[end] === quote; more += 1) end += 1;
    return end;
  }
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** Text in quotes as it is meant; escapes that JSON does not know stay as they are. */
function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
