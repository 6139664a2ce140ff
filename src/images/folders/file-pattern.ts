/** Most ways to read one pattern with braces. */
const MOST_ALTERNATIVES = 32;

/** A path with wildcards: the folder before the first of them, and what may follow it. */
export interface FilePattern {
  readonly folder: string;
  /** Names below the folder, one for each level, in every way that braces allow. `**` is any number of levels. */
  readonly alternatives: readonly (readonly string[])[];
}

/** Whether a text has wildcards: `*`, `?` or `{a,b}`. Brackets are none, since cameras and phones write them into names. */
function hasWildcards(text: string): boolean {
  return /[*?]|\{[^{}]*,[^{}]*\}/.test(text);
}

/** Reads an absolute path as a pattern; undefined without wildcards, or where braces allow too many ways. */
export function readPattern(path: string, separator: RegExp): FilePattern | undefined {
  if (!hasWildcards(path)) return undefined;
  const levels = path.split(separator);
  const first = levels.findIndex(hasWildcards);
  // A brace may hold the character between levels, so that they are told apart once it is gone.
  const rest = expandBraces(levels.slice(first).join('/'));
  if (rest === undefined) return undefined;
  const alternatives = rest.map((way) => way.split('/').filter((level) => level !== ''));
  return { folder: levels.slice(0, first).join('/') || '/', alternatives };
}

/**
 * Whether a name fits one level of a pattern, whatever the case: cameras write JPG. Takes time in proportion to the product
 * of both lengths at most, so that no pattern can be made slow.
 */
export function fits(name: string, level: string): boolean {
  const [text, pattern] = [folded(name), folded(level)];
  let [at, place] = [0, 0];
  let star: { readonly place: number; at: number } | undefined;
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = { place, at };
      place += 1;
    } else if (pattern[place] === '?' || pattern[place] === text[at]) {
      at += 1;
      place += 1;
    } else if (star === undefined) {
      return false;
    } else {
      // The last star takes one character more.
      star.at += 1;
      [at, place] = [star.at, star.place + 1];
    }
  }
  return pattern.slice(place).every((character) => character === '*');
}

function folded(text: string): readonly string[] {
  return Array.from(text.normalize('NFC').toLowerCase());
}

function expandBraces(text: string): readonly string[] | undefined {
  let open = [text];
  for (;;) {
    const next = open.flatMap((way) => {
      const brace = /\{([^{}]*,[^{}]*)\}/.exec(way);
      if (brace === null) return [way];
      const [whole, inner = ''] = brace;
      return inner.split(',').map((part) => way.slice(0, brace.index) + part + way.slice(brace.index + whole.length));
    });
    if (next.length > MOST_ALTERNATIVES) return undefined;
    if (next.length === open.length) return next;
    open = next;
  }
}
