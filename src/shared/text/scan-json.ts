import { quoteUntrusted } from './text.ts';

/** A key that an object of a JSON text has more than once. */
export interface RepeatedKey {
  readonly key: string;
  /** Number of the line that repeats it, from 1. */
  readonly line: number;
  /** Position, from 0, in the list that the text is; 0 where the text is no list. */
  readonly entry: number;
}

/** What a JSON text may have. */
export interface JsonLimits {
  /** Lists and objects within each other. */
  readonly depth: number;
  /** Lists, objects and keys. */
  readonly parts: number;
  /** Keys of one object. */
  readonly keys: number;
}

/** What is known of a JSON text before it is parsed. */
export interface ScannedJson {
  /** Of each entry of the list that the text is, or of the text, the first key that is there again. */
  readonly repeated: readonly RepeatedKey[];
  /** The limit that the text exceeds; nothing beyond that place was read. */
  readonly exceeded: keyof JsonLimits | undefined;
}

/** Most characters of a key that are shown. */
const LONGEST_KEY = 40;

const NO_LIMITS: JsonLimits = { depth: Infinity, parts: Infinity, keys: Infinity };
const LINE_FEED = 0x0a;
const BLANK = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads the outline of a JSON text. `JSON.parse` takes the last value of a key that is there twice and says nothing, so that
 * a prompt would be lost and another paid for; and some bytes of brackets become ten times as much memory. Linear in
 * the length, and makes next to nothing of it. Never throws, also for a text that is no JSON.
 */
export function scanJson(text: string, limits = NO_LIMITS): ScannedJson {
  const repeated: RepeatedKey[] = [];
  /** What is open at this place: the keys of an object so far, undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let line = 1;
  let entry = 0;
  let parts = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(code === OPEN_OBJECT ? new Set() : undefined);
      parts += 1;
      if (open.length > limits.depth) return { repeated, exceeded: 'depth' };
      if (parts > limits.parts) return { repeated, exceeded: 'parts' };
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) open.pop();
    else if (code === COMMA) entry += open.length === 1 && open[0] === undefined ? 1 : 0;
    else if (code === LINE_FEED) line += 1;
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) {
        const key = keyIn(text.slice(at, end));
        parts += 1;
        if (parts > limits.parts) return { repeated, exceeded: 'parts' };
        if (keys.has(key) && repeated.at(-1)?.entry !== entry) repeated.push({ key, line, entry });
        keys.add(key);
        if (keys.size > limits.keys) return { repeated, exceeded: 'keys' };
      }
      at = end - 1;
    }
  }
  return { repeated, exceeded: undefined };
}

/**
 * Limits of what a client sends: room for a batch of 20,000 items and for masks of 20,000 points. No object of a call has
 * names of its sender's own choice, and each name takes the time of a check.
 */
const MOST_SENT: JsonLimits = { depth: 100, parts: 200_000, keys: 1_000 };
const TOO_MUCH: Readonly<Record<keyof JsonLimits, string>> = {
  depth: `Lists and objects can be ${MOST_SENT.depth} deep, not more.`,
  parts: `There are more than ${MOST_SENT.parts} keys, lists and objects.`,
  keys: `An object has at most ${MOST_SENT.keys} keys.`,
};

/** A JSON text of a client, or of a person at the command line. */
export interface SentJson {
  /** Undefined where the text is no JSON, and where it has so many parts that it is not parsed. */
  readonly value: unknown;
  /** Why it is not taken, although it is JSON or may be: a sentence. */
  readonly refused: string | undefined;
}

/** Parses a JSON text of which nothing may be lost, in bounded memory. Never throws. */
export function readSentJson(text: string): SentJson {
  const { exceeded, repeated } = scanJson(text, MOST_SENT);
  if (exceeded !== undefined) return { value: undefined, refused: TOO_MUCH[exceeded] };
  const [first] = repeated;
  try {
    return { value: JSON.parse(text), refused: first && toldTwice(first.key) };
  } catch {
    return { value: undefined, refused: undefined };
  }
}

/** Says of a key that it is there twice. @param place a clause, such as ", again in line 4" */
export function toldTwice(key: string, place = ''): string {
  return `The key "${quoteUntrusted(key, LONGEST_KEY)}" is there twice${place}; only its last value would count. Leave one out.`;
}

/** The place behind the string that begins at `start`; the end of the text where it is not closed. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    // An even number of backslashes escape each other.
    if ((end - first) % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Whether a colon follows, as it does after a key; a value of an object is a string too. */
function isKey(text: string, end: number): boolean {
  let next = end;
  while (text.charCodeAt(next) <= BLANK) next += 1;
  return text.charCodeAt(next) === COLON;
}

/** The key that a quoted text means: escapes are another spelling of the same one. */
function keyIn(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
