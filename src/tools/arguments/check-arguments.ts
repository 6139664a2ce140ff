import type { z } from 'zod';
import { Problem } from '../../shared/errors.ts';
import { nearestNames } from '../../shared/text/suggest.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { explainIssue } from './explain-issue.ts';
import { readArguments, type ReadArguments } from './lenient/read-arguments.ts';

/** Issues that one answer lists; further ones are counted. */
const MOST_SENTENCES = 5;

/** What is said of a tool's arguments. */
export interface ArgumentRules<Input extends z.ZodObject = z.ZodObject> {
  /** Name of the tool. */
  readonly name: string;
  readonly input: Input;
  /** Changes arguments that were read, before the schema judges them: where one argument says what others mean. */
  readonly prepare?: ((values: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>) | undefined;
  /** By argument: the next step where that argument is refused, in place of a request to correct the call. */
  readonly refusals?: Readonly<Record<string, string>> | undefined;
}

/** What is wrong with one argument, before it is worded. */
interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Parses the arguments of a call: read as `readArguments` does, then judged by the schema. Unknown names are refused,
 * where zod alone would drop them: a call with a misspelt argument would be paid for with the default value.
 * @throws Problem `invalid_argument`, one sentence for each issue
 */
export function checkArguments<Input extends z.ZodObject>(tool: ArgumentRules<Input>, given: unknown): z.infer<Input> {
  const read = readArguments(tool.input, given);
  if (read === undefined) throw invalid([`The arguments of ${tool.name} must be an object.`], 1);
  const parsed = tool.input.safeParse(tool.prepare?.(read.values) ?? read.values, { error: explainIssue });
  const wrong = [...read.refusals, ...(parsed.success ? [] : faultsOf(parsed.error.issues, read))];
  const count = read.unknownCount + wrong.length;
  if (count === 0 && parsed.success) return parsed.data;
  const [next] = wrong.flatMap(({ path }) => tool.refusals?.[String(path[0])] ?? []);
  // Cut before anything is worded: a suggestion takes time, and a call may have any number of unknown names.
  const names = read.unknown.slice(0, MOST_SENTENCES);
  const others = wrong.slice(0, MOST_SENTENCES - names.length);
  throw invalid([...names.map((name) => unknownName(tool, name)), ...others.map(sentence)], count, next);
}

const CORRECT = 'Correct the arguments and call again; nothing was started and nothing was spent.';

function invalid(sentences: readonly string[], count: number, next = CORRECT): Problem {
  const more = count - sentences.length;
  const message = more > 0 ? [...sentences, `There are ${more} more.`].join(' ') : sentences.join(' ');
  return new Problem('invalid_argument', message, { next });
}

/**
 * The issues of a schema without those that follow from another one: of a value of the wrong type zod also says that its
 * length is wrong, and a value that was refused while it was read is missing for the schema, in an object too.
 */
function faultsOf(issues: readonly z.core.$ZodIssue[], { refusals }: ReadArguments): readonly Fault[] {
  const key = (path: readonly PropertyKey[]) => JSON.stringify(path);
  const mistyped = new Set(issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => key(path)));
  const refused = new Set(refusals.flatMap(({ path }) => path.map((_, index) => key(path.slice(0, index + 1)))));
  return issues.filter(({ code, path }) => {
    const own = key(path);
    return !refused.has(own) && (code === 'invalid_type' || !mistyped.has(own));
  });
}

function unknownName(tool: ArgumentRules, name: string): string {
  const legal = Object.keys(tool.input.shape);
  const [near] = nearestNames(name, legal, 1);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  const list = legal.length === 0 ? 'It takes none.' : `It takes ${legal.join(', ')}.`;
  return `${tool.name} has no argument "${quoteUntrusted(name, 60)}".${hint} ${list}`;
}

function sentence({ path, message }: Fault): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  const subject = name === '' ? '' : `"${quoteUntrusted(name.replace(/^\./, ''), 80)}"`;
  const text = message.replace(/\.?$/, '.');
  if (subject === '') return text;
  return /^(must|is|has|needs|takes|can|cannot)\b/.test(text) ? `${subject} ${text}` : `${subject}: ${text}`;
}
