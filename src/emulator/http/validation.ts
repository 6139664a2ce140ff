import type { z } from 'zod';
import * as errors from './errors.ts';
import type { FieldError } from './errors.ts';
import { fieldErrorOf, type Issue } from './field-errors.ts';
import { isRecord } from '../../shared/json.ts';

/**
 * Parses and validates a JSON body. The contract's request schemas are strict, because our client must send specified
 * keys only; Adobe ignores unknown keys, so they are removed before validation.
 * @throws Refusal for an empty body, invalid JSON or a schema error
 */
export function readJson<Body>(raw: Buffer, schema: z.ZodType<Body>, form: 'live' | 'spec'): Body {
  return readValue(parseJson(raw, form), schema, form);
}

/**
 * Validates a parsed body. Removes keys that `schema` does not know from `value` itself.
 * @throws Refusal for a schema error
 */
export function readValue<Body>(value: unknown, schema: z.ZodType<Body>, form: 'live' | 'spec'): Body {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const { unknown, fieldErrors } = classify(first.error.issues, value, []);
  if (fieldErrors.length > 0) throw errors.fieldErrors(fieldErrors, form);
  for (const path of unknown) deleteAt(value, path);
  const second = schema.safeParse(value);
  if (second.success) return second.data;
  throw errors.fieldErrors(classify(second.error.issues, value, []).fieldErrors, form);
}

/** @throws Refusal for an empty body or invalid JSON */
export function parseJson(raw: Buffer, form: 'live' | 'spec'): unknown {
  if (raw.length === 0) throw errors.emptyBody();
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    const fieldError = {
      loc: ['body'],
      msg: 'Expecting value: line 1 column 1 (char 0)',
      type: 'value_error.jsondecode',
    };
    throw errors.fieldErrors([fieldError], form);
  }
}

type Path = readonly PropertyKey[];

interface Classified {
  /** Unknown keys, which Adobe ignores. */
  readonly unknown: readonly Path[];
  readonly fieldErrors: readonly FieldError[];
}

function classify(issues: readonly Issue[], value: unknown, base: Path): Classified {
  const classified = issues.map((issue) => classifyIssue(issue, value, base));
  return {
    unknown: classified.flatMap((each) => each.unknown),
    fieldErrors: classified.flatMap((each) => each.fieldErrors),
  };
}

function classifyIssue(issue: Issue, value: unknown, base: Path): Classified {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') return { unknown: issue.keys.map((key) => [...path, key]), fieldErrors: [] };
  if (issue.code === 'invalid_union') return classifySource(issue.errors, valueAt(value, issue.path), path);
  return { unknown: [], fieldErrors: [fieldErrorOf(issue, valueAt(value, issue.path), path)] };
}

const SOURCE_KEYS = ['uploadId', 'url'] as const;

/** Handles the only union of the request schemas, `source`: exactly one of `uploadId` and `url`. */
function classifySource(options: readonly (readonly Issue[])[], value: unknown, path: Path): Classified {
  const given = isRecord(value) ? SOURCE_KEYS.filter((key) => key in value) : [];
  const [only] = given;
  if (only === undefined || given.length > 1) {
    const msg = isRecord(value) ? 'exactly one of uploadId or url is required' : 'value is not a valid dict';
    const type = isRecord(value) ? 'value_error' : 'type_error.dict';
    return { unknown: [], fieldErrors: [{ loc: ['body', ...path.map(segment)], msg, type }] };
  }
  const other = SOURCE_KEYS.find((key) => key !== only);
  const option = options.find((issues) => issues.every((issue) => issue.path[0] !== other));
  return classify(option ?? [], value, path);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function deleteAt(value: unknown, path: Path): void {
  const owner = valueAt(value, path.slice(0, -1));
  const key = path.at(-1);
  if (isRecord(owner) && key !== undefined) Reflect.deleteProperty(owner, key);
}

function segment(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}
