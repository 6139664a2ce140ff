import type { z } from 'zod';
import * as errors from './errors.ts';
import type { FieldError } from './errors.ts';
import { fieldErrorOf, type Issue } from './field-errors.ts';
import { isRecord } from '../../../shared/text/json.ts';

/** How strictly an operation validates beyond its schema. */
interface Strictness {
  /** Adobe ignores unknown keys on v3. */
  readonly unknownKeys: 'ignored' | 'refused';
  /** Version of the UUIDs that upload ids are: OpenAPI `uuid4` on v3, any on v4. */
  readonly uploadIds: 'uuid4' | 'uuid';
}

const V3: Strictness = { unknownKeys: 'ignored', uploadIds: 'uuid4' };

/**
 * Parses and validates a JSON body. The contract's request schemas are strict, because our client must send specified
 * keys only; where Adobe ignores unknown keys, they are removed before validation.
 * @throws Refusal for an empty body, invalid JSON or a schema error
 */
export function readJson<Body>(
  raw: Buffer,
  schema: z.ZodType<Body>,
  form: 'live' | 'spec',
  strictness: Strictness = V3,
): Body {
  return readValue(parseJson(raw, form), schema, form, strictness);
}

/**
 * Validates a parsed body. Removes keys that `schema` does not know from `value` itself, unless they are refused.
 * @throws Refusal for a schema error
 */
export function readValue<Body>(
  value: unknown,
  schema: z.ZodType<Body>,
  form: 'live' | 'spec',
  strictness: Strictness = V3,
): Body {
  const badIds = uploadIdErrors(value, [], UUIDS[strictness.uploadIds]);
  const first = schema.safeParse(value);
  if (first.success && badIds.length === 0) return first.data;
  const { unknown, fieldErrors } = classify(first.error?.issues ?? [], value, []);
  const extra = strictness.unknownKeys === 'refused' ? unknown.map(notPermitted) : [];
  const all = [...fieldErrors, ...extra, ...badIds];
  if (all.length > 0) throw errors.fieldErrors(all, form);
  for (const path of unknown) deleteAt(value, path);
  const second = schema.safeParse(value);
  if (second.success) return second.data;
  throw errors.fieldErrors(classify(second.error.issues, value, []).fieldErrors, form);
}

const UUIDS = {
  uuid4: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
} as const;

/** Live: an upload id that is no UUID is an error of its field. */
function uploadIdErrors(value: unknown, path: Path, uuid: RegExp): readonly FieldError[] {
  if (Array.isArray(value)) return value.flatMap((item, place) => uploadIdErrors(item, [...path, place], uuid));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, key];
    if (key !== 'uploadId' || typeof inner !== 'string' || uuid.test(inner)) return uploadIdErrors(inner, here, uuid);
    return [{ loc: ['body', ...here.map(segment)], msg: 'value is not a valid uuid', type: 'type_error.uuid' }];
  });
}

/** A key that the schema does not know, in the vocabulary of pydantic v1. */
function notPermitted(path: Path): FieldError {
  return { loc: ['body', ...path.map(segment)], msg: 'extra fields not permitted', type: 'value_error.extra' };
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
