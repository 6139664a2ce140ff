import type { z } from 'zod';
import * as errors from './errors.ts';
import type { FieldError } from './errors.ts';
import { fieldErrorOf, type Issue } from './field-errors.ts';
import { isRecord } from '../../shared/json.ts';

/**
 * A JSON body as `schema` reads it. The contract's request schemas are strict, because our client sends nothing that
 * is not specified; Adobe ignores keys that it does not know, so they are taken out here first.
 * @throws Refusal
 */
export function readJson<Body>(raw: Buffer, schema: z.ZodType<Body>, form: 'live' | 'spec'): Body {
  return readValue(parseJson(raw, form), schema, form);
}

/**
 * What `readJson` does after parsing. Takes keys that `schema` does not know out of `value` itself.
 * @throws Refusal
 */
export function readValue<Body>(value: unknown, schema: z.ZodType<Body>, form: 'live' | 'spec'): Body {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const { unknown, faults } = sort(first.error.issues, value, []);
  if (faults.length > 0) throw errors.fieldErrors(faults, form);
  for (const path of unknown) drop(value, path);
  const second = schema.safeParse(value);
  if (second.success) return second.data;
  throw errors.fieldErrors(sort(second.error.issues, value, []).faults, form);
}

/** @throws Refusal for no body, and for what is not JSON */
export function parseJson(raw: Buffer, form: 'live' | 'spec'): unknown {
  if (raw.length === 0) throw errors.emptyBody();
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    const fault = { loc: ['body'], msg: 'Expecting value: line 1 column 1 (char 0)', type: 'value_error.jsondecode' };
    throw errors.fieldErrors([fault], form);
  }
}

type Path = readonly PropertyKey[];

interface Sorted {
  /** Keys that Adobe would ignore. */
  readonly unknown: readonly Path[];
  readonly faults: readonly FieldError[];
}

function sort(issues: readonly Issue[], value: unknown, base: Path): Sorted {
  const sorted = issues.map((issue) => sortOne(issue, value, base));
  return { unknown: sorted.flatMap((each) => each.unknown), faults: sorted.flatMap((each) => each.faults) };
}

function sortOne(issue: Issue, value: unknown, base: Path): Sorted {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') return { unknown: issue.keys.map((key) => [...path, key]), faults: [] };
  if (issue.code === 'invalid_union') return sortSource(issue.errors, at(value, issue.path), path);
  return { unknown: [], faults: [fieldErrorOf(issue, at(value, issue.path), path)] };
}

const SOURCE_KEYS = ['uploadId', 'url'] as const;

/** The only union of the request schemas is `source`: exactly one of `uploadId` and `url`. */
function sortSource(options: readonly (readonly Issue[])[], value: unknown, path: Path): Sorted {
  const given = isRecord(value) ? SOURCE_KEYS.filter((key) => key in value) : [];
  const [only] = given;
  if (only === undefined || given.length > 1) {
    const msg = isRecord(value) ? 'exactly one of uploadId or url is required' : 'value is not a valid dict';
    const type = isRecord(value) ? 'value_error' : 'type_error.dict';
    return { unknown: [], faults: [{ loc: ['body', ...path.map(segment)], msg, type }] };
  }
  const other = SOURCE_KEYS.find((key) => key !== only);
  const option = options.find((issues) => issues.every((issue) => issue.path[0] !== other));
  return sort(option ?? [], value, path);
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function drop(value: unknown, path: Path): void {
  const owner = at(value, path.slice(0, -1));
  const key = path.at(-1);
  if (isRecord(owner) && key !== undefined) Reflect.deleteProperty(owner, key);
}

function segment(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}
