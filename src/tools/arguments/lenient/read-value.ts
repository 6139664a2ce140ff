import { z } from 'zod';
import { isRecord } from '../../../shared/text/json.ts';
import { readSentJson } from '../../../shared/text/scan-json.ts';
import { booleanIn, choiceIn, isLeftOut, numberIn } from './scalars.ts';

type Schema = z.core.$ZodType;

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
  if (typeof value !== 'string') return value;
  if (inner instanceof z.ZodNumber) return numberIn(value) ?? value;
  if (inner instanceof z.ZodBoolean) return booleanIn(value) ?? value;
  if (inner instanceof z.ZodEnum) return choiceIn(value, inner.options.map(String)) ?? value;
  return value;
}

/** A list from a list, from JSON text, from numbers between commas, or from its only entry. */
function readList(schema: z.ZodArray, value: unknown, place: Place): unknown {
  if (isRefused(value, '[', place)) return undefined;
  const list = listIn(schema.element, value);
  if (list === undefined) {
    if (typeof value === 'string' && /^\s*[[{]/.test(value) && !isText(schema.element)) {
      place.refusals.push({ path: place.path, message: 'must be a list, but its text is not valid JSON' });
      return undefined;
    }
    return value;
  }
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

function listIn(element: Schema, value: unknown): readonly unknown[] | undefined {
  const given = typeof value === 'string' ? (parsed(value, '[') ?? value) : value;
  const { inner } = unwrapped(element);
  if (Array.isArray(given)) {
    // A list where a list of lists is wanted, such as one point.
    const isOne = inner instanceof z.ZodArray && given.length > 0 && given.every((entry) => typeof entry === 'number');
    return isOne ? [given] : given;
  }
  if (typeof given === 'string' && inner instanceof z.ZodNumber && given.includes(',')) {
    const numbers = given.split(',').map(numberIn);
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  }
  return isOneOf(inner, given) ? [given] : undefined;
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
  const fields = Object.entries(given).flatMap(([name, field]): [string, unknown][] => {
    const own = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (own === undefined) return [[name, field]];
    const read = readValue(own, field, { path: [...place.path, name], refusals: place.refusals });
    return read === undefined ? [] : [[name, read]];
  });
  return Object.fromEntries(fields);
}

/** The object or list in a JSON text that begins with `first`; undefined for any other text. */
export function parsed(text: string, first: '{' | '['): unknown {
  return beginsWith(text, first) ? readSentJson(text).value : undefined;
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

/** A schema without the wrappers that make it optional. */
function unwrapped(schema: Schema): { readonly inner: Schema; readonly optional: boolean } {
  let inner = schema;
  let optional = false;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) {
    optional = true;
    inner = inner.def.innerType;
  }
  return { inner, optional };
}

/** Entries that a list may have. */
function limitsOf(schema: z.ZodArray): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = Infinity;
  for (const check of schema.def.checks ?? []) {
    const { def } = check._zod;
    if (isLength(def, 'min_length')) least = def.minimum;
    if (isLength(def, 'max_length')) most = def.maximum;
    if (isLength(def, 'length_equals')) [least, most] = [def.length, def.length];
  }
  return { least, most };
}

interface Lengths {
  readonly min_length: z.core.$ZodCheckMinLengthDef;
  readonly max_length: z.core.$ZodCheckMaxLengthDef;
  readonly length_equals: z.core.$ZodCheckLengthEqualsDef;
}

function isLength<Name extends keyof Lengths>(def: z.core.$ZodCheckDef, name: Name): def is Lengths[Name] {
  return def.check === name;
}
