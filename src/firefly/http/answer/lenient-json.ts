import { isRecord, parseJson } from '../../../shared/text/json.ts';

/** Longer texts are read as JSON or not at all: looking for an object in them takes its time. */
const MOST_LETTERS = 4 * 1024 * 1024;
/** Objects that are looked at, from the end. */
const MOST_OBJECTS = 20;

/**
 * The JSON object that a text is about: the text itself, as the only object of a list, as the text of a JSON string, or the
 * last object in a text that has more than it, such as `callback({…});`, lines of events, or two answers after each other.
 * What JSON does not know and others write (`NaN`, comments, a comma at the end, a line feed in a string) is passed over. A
 * page is about none, whatever its scripts hold. Undefined where there is none.
 */
export function recordIn(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  if (value !== undefined) return recordOf(typeof value === 'string' ? parseJson(value) : value);
  if (text.length > MOST_LETTERS || /^\s*</.test(text)) return undefined;
  return objectsIn(text)
    .slice(-MOST_OBJECTS)
    .map((part) => recordOf(parseJson(part)))
    .findLast((record) => record !== undefined && Object.keys(record).length > 0);
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  const [only, ...others] = Array.isArray(value) ? value.filter(isRecord) : [value];
  return others.length === 0 && isRecord(only) ? only : undefined;
}

/** A string, whole or not; a comment; a number that JSON does not know; a comma that ends a list; or what opens and closes. */
const TOKEN = /"(?:[^"\\]|\\[^])*"?|\/\/[^\n]*|\/\*[^]*?\*\/|-?\b(?:NaN|Infinity)\b|,(?=\s*[}\]])|[{}]/g;
// Control characters are what is looked for.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x1f]/g;

/** The outermost objects of a text, in its order, as JSON. */
function objectsIn(text: string): readonly string[] {
  const objects: string[] = [];
  let depth = 0;
  let parts: string[] = [];
  let from = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (depth === 0 && token !== '{') continue;
    if (depth > 0) parts.push(text.slice(from, index));
    parts.push(repaired(token));
    from = index + token.length;
    if (token === '{') depth += 1;
    if (token !== '}') continue;
    depth -= 1;
    if (depth > 0) continue;
    objects.push(parts.join(''));
    parts = [];
  }
  return objects;
}

function repaired(token: string): string {
  if (token.startsWith('"')) return token.replace(CONTROL, ' ');
  if (token === '{' || token === '}') return token;
  return /^-?[NI]/.test(token) ? 'null' : ' ';
}
