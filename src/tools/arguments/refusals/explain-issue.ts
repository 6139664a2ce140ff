import type { z } from 'zod';
import { counted } from '../../../render/phrases.ts';
import { nearestNames } from '../../../shared/text/nearest-names.ts';
import { quoteUntrusted } from '../../../shared/text/text.ts';

/** An issue as zod hands it to an error map: without a message. */
type RawIssue = z.core.$ZodRawIssue;

/** Most names of fields that a sentence lists. */
const MOST_NAMES = 5;

/** Text of an issue. Messages that a schema defines itself take precedence. */
export function explainIssue(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${kindName(issue.expected)}${butIs(issue.input)}`;
    case 'too_big':
      return `must ${amount(issue.origin, 'at most', issue.maximum, issue.input)}`;
    case 'too_small':
      return issue.minimum === 1 && isEmpty(issue.input)
        ? 'must not be empty'
        : `must ${amount(issue.origin, 'at least', issue.minimum, issue.input)}`;
    case 'invalid_value':
      return oneOf(issue.values, issue.input);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}${butIs(issue.input)}`;
    case 'unrecognized_keys':
      return `has no field ${someNames(issue.keys)}`;
    case 'invalid_format':
      return `${issue.format === 'regex' ? 'has a form that is not accepted' : `must be a valid ${issue.format}`}${butIs(issue.input)}`;
    default:
      return `has a form that is not accepted${butIs(issue.input)}`;
  }
}

function someNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${quoteUntrusted(name, 60)}"`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function kindName(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'array') return 'a list';
  if (expected === 'object' || expected === 'record') return 'an object';
  if (expected === 'string') return 'text';
  if (expected === 'boolean') return 'true or false';
  return expected === 'number' ? 'a number' : expected;
}

function amount(origin: string, bound: string, limit: number | bigint, input: unknown): string {
  if (origin === 'string') return `have ${bound} ${counted(Number(limit), 'character')}, not ${String(input).length}`;
  if (origin === 'array') {
    const entries = Number(limit) === 1 ? 'entry' : 'entries';
    return `have ${bound} ${limit} ${entries}, not ${Array.isArray(input) ? input.length : 'that many'}`;
  }
  return `be ${bound} ${limit}${butIs(input)}`;
}

function isEmpty(input: unknown): boolean {
  return input === '' || (Array.isArray(input) && input.length === 0);
}

function oneOf(values: readonly unknown[], input: unknown): string {
  const texts = values.map(String);
  const legal = texts.length === 1 ? texts.join() : `one of ${texts.join(', ')}`;
  const [near] = typeof input === 'string' ? nearestNames(input, texts, 1) : [];
  const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
  if (input === undefined) return `is required: ${legal}`;
  return `must be ${legal}${butIs(input)}${hint}`;
}

function butIs(input: unknown): string {
  if (typeof input === 'string') return `, not "${quoteUntrusted(input, 60)}"`;
  if (typeof input === 'number' || typeof input === 'boolean' || input === null) return `, not ${String(input)}`;
  return Array.isArray(input) ? ', not a list' : `, not ${typeof input === 'object' ? 'an object' : typeof input}`;
}
