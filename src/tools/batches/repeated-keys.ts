/** A key that an object of a JSON text has more than once. */
export interface RepeatedKey {
  readonly key: string;
  /** Number of the line that repeats it, from 1. */
  readonly line: number;
  /** Position, from 0, in the list that the text is; 0 where the text is no list. */
  readonly entry: number;
}

/** A string, and whether a colon makes it a key. Parts of a string are taken whole, as a prompt may be long. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\],]|\n/g;

/**
 * The keys that an object of this text, or one within it, has more than once. `JSON.parse` takes the last of their values
 * and says nothing, so that a prompt would be lost and another paid for. Linear in the length.
 * @param text valid JSON
 */
export function repeatedKeys(text: string): readonly RepeatedKey[] {
  const repeated: RepeatedKey[] = [];
  /** What is open at this place: the keys of an object so far, undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let line = 1;
  let entry = 0;
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === '\n') line += 1;
    else if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',') entry += open.length === 1 && open[0] === undefined ? 1 : 0;
    else if (colon !== undefined) {
      const keys = open.at(-1);
      // Escapes are another spelling of the same key.
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      if (keys?.has(key)) repeated.push({ key, line, entry });
      keys?.add(key);
      line += colon.split('\n').length - 1;
    }
  }
  return repeated;
}
