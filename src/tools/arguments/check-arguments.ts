import type { z } from 'zod';
import { Problem } from '../../shared/errors.ts';
import { nearestNames } from '../../shared/text/nearest-names.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { adviceOnRefused, adviceOnUnknown } from './refusals/advice.ts';
import { explainIssue } from './refusals/explain-issue.ts';
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
  /** Of a name that the tool does not have: where it belongs, as a sentence; undefined where that is nowhere. */
  readonly elsewhere?: ((name: string) => string | undefined) | undefined;
  /** By argument: the next step where that argument is refused, in place of a request to correct the call. */
  readonly refusals?: Readonly<Record<string, string>> | undefined;
}

/** What is wrong with one argument, before it is worded. */
interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The arguments of a call as they were read. */
export interface ReadCall<Input extends z.ZodObject> {
  /** The arguments that were given, under their current names. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The tool has all arguments that were given, and each could be read. */
  readonly isKnown: boolean;
  /**
   * Judges the arguments by the schema, with `base` for what the call leaves out. Unknown names are refused, where zod
   * alone would drop them: a call with a misspelt argument would be paid for with the default value.
   * @throws Problem `invalid_argument`, one sentence for each issue
   */
  judge(base?: Readonly<Record<string, unknown>>): z.infer<Input>;
}

/** Reads the arguments of a call as `readArguments` does. @throws Problem `invalid_argument` where they are no object */
export function readCall<Input extends z.ZodObject>(tool: ArgumentRules<Input>, given: unknown): ReadCall<Input> {
  const read = readArguments(tool.input, given);
  if (read === undefined) throw invalid([`The arguments of ${tool.name} must be an object.`], 0);
  const isKnown = read.unknownCount === 0 && read.refusals.length === 0;
  return { values: read.values, isKnown, judge: (base = {}) => judge(tool, read, base) };
}

/** Parses the arguments of a call that are complete by themselves. @throws Problem as `ReadCall.judge` */
export function checkArguments<Input extends z.ZodObject>(tool: ArgumentRules<Input>, given: unknown): z.infer<Input> {
  return readCall(tool, given).judge();
}

function judge<Input extends z.ZodObject>(
  tool: ArgumentRules<Input>,
  read: ReadArguments,
  base: Readonly<Record<string, unknown>>,
): z.infer<Input> {
  const values = { ...base, ...read.values };
  const parsed = tool.input.safeParse(tool.prepare?.(values) ?? values, { error: explainIssue });
  const wrong = [...read.refusals, ...(parsed.success ? [] : faultsOf(parsed.error.issues, read))];
  const count = read.unknownCount + wrong.length;
  if (count === 0 && parsed.success) return parsed.data;
  // Cut before anything is worded: a suggestion takes time, and a call may have any number of unknown names.
  const names = read.unknown.slice(0, MOST_SENTENCES);
  const others = wrong.slice(0, MOST_SENTENCES - names.length);
  const listed = names.length === 0 ? [] : [`${names.map((name) => unknownName(tool, name)).join(' ')} ${takes(tool)}`];
  const told = names.length + others.length;
  throw invalid([...listed, ...others.map(sentence)], count - told, nextStep(tool, names, wrong));
}

const CORRECT = 'Correct the arguments and call again; nothing was started and nothing was spent.';

/** What to do: the tool's own words for an argument that it refuses, else what does that which was wanted. */
function nextStep(tool: ArgumentRules, unknown: readonly string[], wrong: readonly Fault[]): string {
  const refused = wrong.slice(0, MOST_SENTENCES).map(({ path }) => String(path[0]));
  const [own] = wrong.flatMap(({ path }) => tool.refusals?.[String(path[0])] ?? []);
  if (own !== undefined) return own;
  const advice = [
    ...unknown.map((name) => adviceOnUnknown(tool.name, name)),
    ...refused.map((name) => adviceOnRefused(tool.name, name)),
  ];
  return [...new Set(advice.filter((each) => each !== undefined)), CORRECT].join(' ');
}

/** @param more issues that are not among the sentences */
function invalid(sentences: readonly string[], more: number, next = CORRECT): Problem {
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
  // A suggestion that has few of the letters misleads: "model" is not "folder".
  const [near] = nearestNames(name, legal, 1, 0.5);
  const elsewhere = tool.elsewhere?.(name);
  const isAdvised = near === undefined || adviceOnUnknown(tool.name, name) !== undefined;
  const hint = elsewhere === undefined ? (isAdvised ? '' : ` Did you mean "${near}"?`) : ` ${elsewhere}`;
  return `${tool.name} has no argument "${quoteUntrusted(name, 60)}".${hint}`;
}

/** The names that a tool takes, as a sentence; an answer says them once, since the list may be long. */
function takes({ input }: ArgumentRules): string {
  const legal = Object.keys(input.shape);
  return legal.length === 0 ? 'It takes none.' : `It takes ${legal.join(', ')}.`;
}

function sentence({ path, message }: Fault): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  const subject = name === '' ? '' : `"${quoteUntrusted(name.replace(/^\./, ''), 80)}"`;
  const text = message.replace(/\.?$/, '.');
  if (subject === '') return text;
  return /^(must|is|has|needs|takes|can|cannot)\b/.test(text) ? `${subject} ${text}` : `${subject}: ${text}`;
}
