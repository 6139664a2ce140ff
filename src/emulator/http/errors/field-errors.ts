import type { z } from 'zod';
import type { FieldError } from './errors.ts';

/** One issue that zod reports. */
export type Issue = z.core.$ZodIssue;

/**
 * Translates an issue of zod into the vocabulary of pydantic v1, in which Adobe's examples of `validation_errors` are
 * written. `value` is the offending value, `path` its path from the body.
 */
export function fieldErrorOf(issue: Issue, value: unknown, path: readonly PropertyKey[]): FieldError {
  const loc = ['body', ...path.map((key) => (typeof key === 'number' ? key : String(key)))];
  return { loc, ...words(issue, value) };
}

type Words = Omit<FieldError, 'loc'>;

function words(issue: Issue, value: unknown): Words {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined ? missing() : wrongType(issue.expected);
    case 'invalid_value':
      return value === undefined ? missing() : notOneOf(issue.values);
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum));
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    case 'invalid_format':
      return issue.format === 'url' || issue.format === 'regex'
        ? { msg: 'invalid or missing URL scheme', type: 'value_error.url.scheme' }
        : { msg: 'value is not a valid uuid', type: 'type_error.uuid' };
    default:
      return { msg: issue.message, type: 'value_error' };
  }
}

function missing(): Words {
  return { msg: 'field required', type: 'value_error.missing' };
}

function wrongType(expected: string): Words {
  if (expected === 'string') return { msg: 'str type expected', type: 'type_error.str' };
  if (expected === 'array') return { msg: 'value is not a valid list', type: 'type_error.list' };
  if (expected === 'object') return { msg: 'value is not a valid dict', type: 'type_error.dict' };
  if (expected === 'boolean') return { msg: 'value could not be parsed to a boolean', type: 'type_error.bool' };
  return { msg: 'value is not a valid integer', type: 'type_error.integer' };
}

function notOneOf(values: readonly unknown[]): Words {
  const permitted = values.map((value) => `'${String(value)}'`).join(', ');
  return {
    msg: `value is not a valid enumeration member; permitted: ${permitted}`,
    type: 'type_error.enum',
    ctx: { enum_values: values },
  };
}

function tooSmall(origin: string, limit: number): Words {
  const ctx = { limit_value: limit };
  if (origin === 'string') {
    return { msg: `ensure this value has at least ${limit} characters`, type: 'value_error.any_str.min_length', ctx };
  }
  if (origin === 'array') {
    return { msg: `ensure this value has at least ${limit} items`, type: 'value_error.list.min_items', ctx };
  }
  return { msg: `ensure this value is greater than or equal to ${limit}`, type: 'value_error.number.not_ge', ctx };
}

function tooBig(origin: string, limit: number): Words {
  const ctx = { limit_value: limit };
  if (origin === 'string') {
    return { msg: `ensure this value has at most ${limit} characters`, type: 'value_error.any_str.max_length', ctx };
  }
  if (origin === 'array') {
    return { msg: `ensure this value has at most ${limit} items`, type: 'value_error.list.max_items', ctx };
  }
  return { msg: `ensure this value is less than or equal to ${limit}`, type: 'value_error.number.not_le', ctx };
}
