import type { z } from 'zod';
import { counted } from '../../render/phrases.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text.ts';
import { withCurrentNames } from './aliases.ts';
import { nearestNames } from '../../shared/suggest.ts';

/** An issue as zod hands it to an error map: without a message. */
type RawIssue = z.core.$ZodRawIssue;

/** Issues that one answer lists; further ones are counted. */
const MOST_SENTENCES = 5;

/** What is said of a tool's arguments. */
export interface ArgumentRules<Input extends z.ZodObject = z.ZodObject> {
  /** Name of the tool. */
  readonly name: string;
  readonly input: Input;
  /** By argument: the next step where that argument is refused, in place of a request to correct the call. */
  readonly refusals?: Readonly<Record<string, string>> | undefined;
}

/**
 * Parses the arguments of a call, under their current names. Unknown names are refused, where zod alone would drop them:
 * a call with a misspelt argument would be paid for with the default value.
 * @throws Problem `invalid_argument`, one sentence for each issue
 */
export function checkArguments<Input extends z.ZodObject>(tool: ArgumentRules<Input>, given: unknown): z.infer<Input> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid([`The arguments of ${tool.name} must be an object.`]);
  }
  const input = withCurrentNames({ ...given }, Object.keys(tool.input.shape));
  const unknown = unknownNames(tool, Object.keys(input));
  const parsed = tool.input.safeParse(input, { error: explain });
  const wrong = parsed.success ? [] : parsed.error.issues.filter(({ path, code }) => !isUnknownName(path, code));
  const sentences = [...unknown, ...wrong.map(sentence)];
  const [next] = wrong.flatMap(({ path }) => tool.refusals?.[String(path[0])] ?? []);
  if (sentences.length > 0 || !parsed.success) throw invalid(sentences, next);
  return parsed.data;
}

const CORRECT = 'Correct the arguments and call again; nothing was started and nothing was spent.';

function invalid(sentences: readonly string[], next = CORRECT): Problem {
  const more = sentences.length - MOST_SENTENCES;
  const shown = sentences.slice(0, MOST_SENTENCES);
  const message = more > 0 ? [...shown, `There are ${more} more.`].join(' ') : shown.join(' ');
  return new Problem('invalid_argument', message, { next });
}

function unknownNames(tool: ArgumentRules, names: readonly string[]): string[] {
  const legal = Object.keys(tool.input.shape);
  return names
    .filter((name) => !legal.includes(name))
    .map((name) => {
      const [near] = nearestNames(name, legal, 1);
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
      const list = legal.length === 0 ? 'It takes none.' : `It takes ${legal.join(', ')}.`;
      return `${tool.name} has no argument "${quoteUntrusted(name, 60)}".${hint} ${list}`;
    });
}

/** Unknown top-level names are left to `unknownNames`, also where the schema is strict. */
function isUnknownName(path: readonly PropertyKey[], code: string): boolean {
  return code === 'unrecognized_keys' && path.length === 0;
}

function sentence(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  const name = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  const subject = name === '' ? '' : `"${quoteUntrusted(name.replace(/^\./, ''), 80)}"`;
  const text = issue.message.replace(/\.?$/, '.');
  if (subject === '') return text;
  return /^(must|is|has|needs|takes|can|cannot)\b/.test(text) ? `${subject} ${text}` : `${subject}: ${text}`;
}

/** Text of an issue. Messages that a schema defines itself take precedence. */
function explain(issue: RawIssue): string {
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
      return `has no field ${issue.keys.map((key) => `"${quoteUntrusted(key, 60)}"`).join(', ')}`;
    case 'invalid_format':
      return `must be ${issue.format === 'regex' ? `text that matches ${issue.pattern}` : `a valid ${issue.format}`}${butIs(issue.input)}`;
    default:
      return `has a form that is not accepted${butIs(issue.input)}`;
  }
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
