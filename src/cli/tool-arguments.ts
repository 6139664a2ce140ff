import type { ServingOptions } from '../mcp/options.ts';
import { readSentJson, type SentJson } from '../shared/text/scan-json.ts';
import { suggestion } from '../shared/text/suggest.ts';
import { currentName, currentToolName } from '../tools/arguments/aliases.ts';
import { argumentName, spelledName } from '../tools/arguments/lenient/names.ts';
import { UsageError } from './exit-codes.ts';
import type { OpenFlag } from './parsed-flags.ts';

/** One tool as clients see it. */
export type ListedTool = ServingOptions['catalogue'][number];

/** One argument of a tool, from its JSON Schema. */
export interface ToolArgument {
  readonly name: string;
  /** The type in words, such as `list of integer` or `photo or art`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  /** JSON Schema types of the argument, or of the entries of a list. */
  readonly kinds: readonly string[];
  readonly isList: boolean;
}

type Schema = Readonly<Record<string, unknown>>;

const NO_JSON: SentJson = { value: undefined, refused: undefined };

/** The tool of this name. @throws UsageError for an unknown name, with the nearest known one */
export function findTool(name: string, catalogue: readonly ListedTool[]): ListedTool {
  const names = catalogue.map((tool) => tool.name);
  const plain = currentToolName(name.replaceAll('-', '_'), names);
  const meant = names.includes(plain) ? plain : spelledName(plain, names);
  const found = catalogue.find((tool) => tool.name === meant);
  if (found) return found;
  throw new UsageError(`There is no tool "${name}".${suggestion(plain, names)} The tools are ${names.join(', ')}.`);
}

/** A tool with the arguments too that `tools/list` leaves out for the sake of its length. Loads the tools. */
export async function withAllArguments(tool: ListedTool): Promise<ListedTool> {
  const [{ tools }, { wholeInput }] = await Promise.all([
    import('../tools/registry.ts'),
    import('../tools/definition/published-schema.ts'),
  ]);
  const known = tools.find(({ name }) => name === tool.name);
  return known === undefined ? tool : { ...tool, inputSchema: wholeInput(known.input) };
}

/** The arguments of a tool, in the order of its schema. */
export function argumentsOf(tool: ListedTool): readonly ToolArgument[] {
  const required = Array.isArray(tool.inputSchema['required']) ? tool.inputSchema['required'] : [];
  return Object.entries(asSchema(tool.inputSchema['properties'])).map(([name, value]) => {
    const schema = asSchema(value);
    const kinds = kindsOf(schema);
    const isList = kinds.includes('array');
    const inner = isList ? kindsOf(asSchema(schema['items'])) : kinds;
    return {
      name,
      type: typeInWords(schema),
      required: required.includes(name),
      description: typeof schema['description'] === 'string' ? schema['description'] : '',
      kinds: inner,
      isList,
    };
  });
}

/**
 * A tool's input from flags, as text: the tool reads text as what its schema wants, as from any client. A list is a
 * repeated flag, JSON, or, unless its entries are objects or prompts, values separated by commas.
 * @throws UsageError for an unknown argument, for one without a value, and for a single value given twice
 */
export function inputFromFlags(tool: ListedTool, flags: readonly OpenFlag[]): Record<string, unknown> {
  const known = argumentsOf(tool);
  const names = known.map(({ name }) => name);
  const input: Record<string, unknown> = {};
  for (const flag of flags) {
    const written = currentName(flag.name.replaceAll('-', '_'), names);
    const name = names.includes(written) ? written : (argumentName(written, names) ?? written);
    const argument = known.find((candidate) => candidate.name === name);
    if (!argument) throw unknownArgument(tool, flag.name, known);
    const before = input[name];
    const value = valueOf(argument, flag);
    if (!argument.isList) {
      if (before !== undefined) throw new UsageError(`--${flag.name} is given twice, but takes one value.`);
      input[name] = value;
      continue;
    }
    const entries = entriesIn(String(value), argument);
    input[name] = Array.isArray(before) ? [...(before as unknown[]), ...entries] : entries;
  }
  return input;
}

/** The text of a flag; true for one without a value that needs none. */
function valueOf(argument: ToolArgument, { name, value }: OpenFlag): string | true {
  if (value !== undefined && value !== '') return value;
  if (value === undefined && argument.kinds.includes('boolean')) return true;
  throw new UsageError(`--${name} needs a value (${argument.type}).`);
}

function entriesIn(text: string, argument: ToolArgument): readonly unknown[] {
  const { value: list, refused } = text.trimStart().startsWith('[') ? readSentJson(text) : NO_JSON;
  if (refused !== undefined) throw new UsageError(`--${argument.name}: ${refused}`);
  if (Array.isArray(list)) return list;
  if (/^\s*\[\s*["'“‘]/.test(text)) throw new UsageError(`--${argument.name} begins as a list, and is no JSON.`);
  return hasCommas(argument) ? text.split(',').map((entry) => entry.trim()) : [text];
}

/** Parses JSON from the command line. @throws UsageError */
export function parseJson(text: string, what: string): unknown {
  const { refused } = readSentJson(text);
  if (refused !== undefined) throw new UsageError(`${what}: ${refused}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${what} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** A type as people read it: the choices of an enumeration, the fields of an object. */
function typeInWords(schema: Schema): string {
  const { enum: choices, properties } = schema;
  if (Array.isArray(choices)) return choices.map(String).join(' or ');
  const kinds = kindsOf(schema);
  if (kinds.includes('array')) return `list of ${typeInWords(asSchema(schema['items']))}`;
  if (!kinds.includes('object') || properties === undefined) return kinds.join(' or ');
  const fields = Object.entries(asSchema(properties)).map(
    ([name, field]) => `${name}: ${typeInWords(asSchema(field))}`,
  );
  return `{${fields.join(', ')}}`;
}

/** Lists of sentences, whose commas are their own: one prompt in two would be paid for twice. */
const SENTENCES: ReadonlySet<string> = new Set(['prompts']);

/** Whether commas separate the entries of a list. In a prompt and in the JSON of an object they do not. */
function hasCommas(argument: ToolArgument): boolean {
  return !argument.kinds.includes('object') && !SENTENCES.has(argument.name);
}

function unknownArgument(tool: ListedTool, name: string, known: readonly ToolArgument[]): UsageError {
  const flags = known.map((argument) => `--${argument.name}`);
  const hint = suggestion(`--${name.replaceAll('-', '_')}`, flags);
  return new UsageError(`${tool.name} has no argument --${name}.${hint} It takes ${flags.join(', ')}.`);
}

function kindsOf(schema: Schema): readonly string[] {
  const { type, anyOf } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((kind) => typeof kind === 'string');
  const variants = Array.isArray(anyOf) ? anyOf.flatMap((variant) => kindsOf(asSchema(variant))) : [];
  return variants.length > 0 ? [...new Set(variants)] : ['string'];
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
