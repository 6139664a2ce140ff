import { z } from 'zod';
import { isRecord } from '../../../shared/text/json.ts';
import { numberIn } from '../../../shared/text/number-in.ts';
import { readSentJson } from '../../../shared/text/scan-json.ts';
import { fieldName } from './names.ts';
import { textIn } from './forms/objects-for-text.ts';
import { readPrintedJson } from './forms/printed-json.ts';
import { readScalar } from './read-scalar.ts';
import { isLeftOut } from './scalars.ts';
import { limitsOf, unwrapped } from './schema-facts.ts';
import { withBox } from './forms/shape-boxes.ts';
import { asPairs, withPlainNumbers } from './forms/shape-numbers.ts';

type Schema = z.core.$ZodType;

/** Most fields of an object whose names are compared with the known ones. */
const MOST_FIELDS = 50;

/** Why a value cannot be read: `message` follows the name of the argument, as in `"seeds" must be a list`. */
export interface Refusal {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where a value is, and the refusals that reading adds to. */
export interface Place {
  readonly path: readonly PropertyKey[];
  readonly refusals: Refusal[];
}

/**
 * Reads a value as its schema wants it, where it can mean one thing only; anything else is returned unchanged, for the
 * schema to judge. Reading what was read changes nothing. Linear in the size of the value; never throws.
 * @returns undefined where the value counts as left out
 */
export function readValue(schema: Schema, value: unknown, place: Place): unknown {
  const { inner, optional } = unwrapped(schema);
  if (value === null || value === undefined || (optional && isLeftOut(value))) return undefined;
  if (inner instanceof z.ZodArray) {
    const list = readList(inner, value, place);
    const isEmpty = optional && Array.isArray(list) && list.length === 0 && limitsOf(inner).least > 0;
    return isEmpty ? undefined : list;
  }
  if (inner instanceof z.ZodObject) return readObject(inner, value, place);
  return readScalar(inner, value, nameAt(place));
}

/** The argument or field that a value is for; of an entry, that of its list. */
function nameAt({ path }: Place): string {
  return String(path.findLast((step) => typeof step === 'string'));
}

/** A list from a list, from its text, from numbers or names between commas, or from its only entry. */
function readList(schema: z.ZodArray, value: unknown, place: Place): unknown {
  if (isRefused(value, '[', place)) return undefined;
  const written = typeof value === 'string' ? parsed(value, '[') : undefined;
  if (written === undefined && isBrokenList(schema, value)) {
    place.refusals.push({ path: place.path, message: 'must be a list, but its text is not valid JSON' });
    return undefined;
  }
  const lines = written === undefined && nameAt(place) === 'prompts' ? linesIn(value) : 1;
  if (lines > 1) {
    const message = `must be a list: a text of ${lines} lines may be one prompt, ["…"], or ${lines}, ["…", "…"]`;
    place.refusals.push({ path: place.path, message });
    return undefined;
  }
  const list = listIn(schema.element, written ?? value, nameAt(place));
  if (list === undefined) return value;
  // Before the entries are read: they may be any number.
  const { most } = limitsOf(schema);
  if (list.length > most) {
    const entries = most === 1 ? 'entry' : 'entries';
    place.refusals.push({ path: place.path, message: `must have at most ${most} ${entries}, not ${list.length}` });
    return undefined;
  }
  const { refusals } = place;
  return list.map((entry, index) =>
    entry === null ? null : readValue(schema.element, entry, { path: [...place.path, index], refusals }),
  );
}

/** Lines with words in a text; 0 for anything else. */
function linesIn(value: unknown): number {
  return typeof value === 'string' ? value.split('\n').filter((line) => line.trim() !== '').length : 0;
}

/**
 * Whether a text that is no list is meant as one. Where entries are texts it may be the only one of them, unless it begins
 * as a list of texts does: a prompt of brackets and quotes would be paid for.
 */
function isBrokenList({ element }: z.ZodArray, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (isText(element)) return /^\s*\[\s*["'“‘]/.test(value);
  return /^\s*[[{]/.test(value) && parsed(value, '{') === undefined;
}

/** Handles and files of pictures in one text, with commas between them; no path has that form. */
const HANDLE = String.raw`(?:(?:img|job|batch)_\w+(?:#\d+)?|last(?:#\d+)?|[^,\n]{1,200}\.(?:png|jpe?g|webp))`;
const HANDLES = new RegExp(String.raw`^\s*${HANDLE}(?:\s*,\s*${HANDLE})+\s*$`, 'i');
/** Longest text that is looked at for handles. */
const LONGEST_HANDLES = 4_000;
/** Lists of names that hold no comma. */
const NAMES: ReadonlySet<string> = new Set(['style_presets']);

function listIn(element: Schema, value: unknown, name: string): readonly unknown[] | undefined {
  const { inner } = unwrapped(element);
  const given = inner instanceof z.ZodArray ? asPairs(value) : value;
  if (Array.isArray(given)) {
    // A list where a list of lists is wanted, such as one point.
    const isOne = inner instanceof z.ZodArray && given.length > 0 && given.every((entry) => typeof entry === 'number');
    return isOne ? [given] : given;
  }
  if (typeof given === 'string' && given.includes(',')) {
    const entries = given.split(',').map((entry) => entry.trim());
    const isHandles = inner instanceof z.ZodString && given.length <= LONGEST_HANDLES && HANDLES.test(given);
    if (isHandles || NAMES.has(name)) return entries;
    const numbers = inner instanceof z.ZodNumber ? entries.map(numberIn) : [];
    if (numbers.length > 0) return numbers.every((number) => number !== undefined) ? numbers : undefined;
  }
  const isText = inner instanceof z.ZodString && isRecord(given) && textIn(given, name) !== undefined;
  return isText || isOneOf(inner, given) ? [given] : undefined;
}

/** Whether a value that is no list can be the only entry of a list of `inner`. */
function isOneOf(inner: Schema, value: unknown): boolean {
  if (isRecord(value)) return inner instanceof z.ZodObject;
  if (typeof value === 'number') return inner instanceof z.ZodNumber;
  if (typeof value !== 'string') return false;
  if (inner instanceof z.ZodNumber) return numberIn(value) !== undefined;
  if (inner instanceof z.ZodObject) return parsed(value, '{') !== undefined;
  return inner instanceof z.ZodString || inner instanceof z.ZodEnum;
}

/** An object from an object or from JSON text, with its fields read. */
function readObject(schema: z.ZodObject, value: unknown, place: Place): unknown {
  if (isRefused(value, '{', place)) return undefined;
  const given = typeof value === 'string' ? (parsed(value, '{') ?? value) : value;
  if (!isRecord(given)) return value;
  const { shape } = schema;
  const isShape = shape['unit'] instanceof z.ZodOptional;
  const named = withKnownNames(isShape ? withBox(given) : given, Object.keys(shape));
  const plain = isShape ? withPlainNumbers(named) : named;
  const fields = Object.entries(plain).flatMap(([name, field]): [string, unknown][] => {
    const own = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (own === undefined) return [[name, field]];
    const read = readValue(own, field, { path: [...place.path, name], refusals: place.refusals });
    return read === undefined ? [] : [[name, read]];
  });
  return Object.fromEntries(fields);
}

/** The fields of an object under the names that its schema has, where one has been given another form and is not there too. */
function withKnownNames(given: Readonly<Record<string, unknown>>, known: readonly string[]): Record<string, unknown> {
  // A field of null is left out; its name is free for the same field in another spelling.
  const names = Object.keys(given).filter((name) => given[name] !== null || !known.includes(name));
  const isOpen = known.length === 0 || names.every((name) => known.includes(name));
  if (isOpen || names.length > MOST_FIELDS) return { ...given };
  const meant = names.map((name) => fieldName(name, known) ?? name);
  return Object.fromEntries(
    names.map((name, place) => {
      const other = meant[place] ?? name;
      const isOnly = meant.filter((each) => each === other).length === 1;
      return [isOnly ? other : name, given[name]];
    }),
  );
}

/** The object or list in a text that begins with `first`: JSON, or as Python prints it; undefined for any other text. */
export function parsed(text: string, first: '{' | '['): unknown {
  if (!beginsWith(text, first)) return undefined;
  const { value, refused } = readSentJson(text);
  return value === undefined && refused === undefined ? readPrintedJson(text) : value;
}

/** Whether a value is a JSON text that begins with `first` and is not taken, for a reason that is added to the refusals. */
export function isRefused(value: unknown, first: '{' | '[', { path, refusals }: Place): boolean {
  const refused = typeof value === 'string' && beginsWith(value, first) ? readSentJson(value).refused : undefined;
  if (refused === undefined) return false;
  refusals.push({ path, message: refused });
  return true;
}

function beginsWith(text: string, first: '{' | '['): boolean {
  return text.trimStart()[0] === first;
}

function isText(element: Schema): boolean {
  const { inner } = unwrapped(element);
  return inner instanceof z.ZodString || inner instanceof z.ZodEnum;
}
