import { nameElsewhere } from './other-names.ts';

/** Longest name that is compared; no argument has a longer one. */
const LONGEST_NAME = 60;

/** The names of a tool or object by their letters alone; undefined where two names have the same letters. */
const byLetters = new WeakMap<readonly string[], ReadonlyMap<string, string | undefined>>();

/**
 * The one name among `known` that is written so in another style or number: `aspectRatio`, `Aspect-Ratio`, `seed` for
 * `seeds`, `masks` for `mask`. Undefined where none or several fit.
 */
export function spelledName(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const names = byLetters.get(known) ?? indexed(known);
  const wanted = lettersOf(name);
  const fitting = [wanted, `${wanted}s`, ...(wanted.endsWith('s') ? [wanted.slice(0, -1)] : [])];
  return fitting.map((each) => names.get(each)).find((found) => found !== undefined);
}

function indexed(known: readonly string[]): ReadonlyMap<string, string | undefined> {
  const names = new Map<string, string | undefined>();
  for (const name of known) names.set(lettersOf(name), names.has(lettersOf(name)) ? undefined : name);
  byLetters.set(known, names);
  return names;
}

/** A name by its letters and digits alone, whatever its style. */
export function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/**
 * The one argument among `known` that a name means which is none of them: another spelling, or what other services call it.
 */
export function argumentName(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  return spelledName(name, known) ?? nameElsewhere(lettersOf(name), known);
}

/** What callers call the fields of a shape, after drawing libraries, with its own name. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['type', 'shape'],
  ['kind', 'shape'],
  ['left', 'x'],
  ['top', 'y'],
  ['w', 'width'],
  ['h', 'height'],
]);

/** The field of an object that a name means: itself, another spelling of it, or its name in drawing libraries. */
export function fieldName(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return name;
  const other = FIELDS.get(name.toLowerCase());
  return other !== undefined && known.includes(other) ? other : spelledName(name, known);
}
