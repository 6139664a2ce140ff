import type { ServingOptions } from '../mcp/options.ts';
import { suggestion } from '../shared/suggest.ts';
import { currentName, currentToolName } from '../tools/arguments/aliases.ts';
import { UsageError } from './exit-codes.ts';
import type { OpenFlag } from './parsed-flags.ts';

/** One tool as clients see it. */
export type ListedTool = ServingOptions['catalogue'][number];

/** One argument of a tool, from its JSON Schema. */
export interface ToolArgument {
  readonly name: string;
  /** The type in words, such as `list of integer`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  /** JSON Schema types of the argument, or of the entries of a list. */
  readonly kinds: readonly string[];
  readonly isList: boolean;
}

type Schema = Readonly<Record<string, unknown>>;

/** The tool of this name. @throws UsageError for an unknown name, with the nearest known one */
export function findTool(name: string, catalogue: readonly ListedTool[]): ListedTool {
  const names = catalogue.map((tool) => tool.name);
  const plain = currentToolName(name.replaceAll('-', '_'), names);
  const found = catalogue.find((tool) => tool.name === plain);
  if (found) return found;
  throw new UsageError(`There is no tool "${name}".${suggestion(plain, names)} The tools are ${names.join(', ')}.`);
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
      type: isList ? `list of ${inner.join(' or ')}` : inner.join(' or '),
      required: required.includes(name),
      description: typeof schema['description'] === 'string' ? schema['description'] : '',
      kinds: inner,
      isList,
    };
  });
}

/**
 * A tool's input from flags, converted by the types of the tool's schema. A list is a repeated flag or, unless its entries
 * are objects, values separated by commas. The tool itself checks the values.
 * @throws UsageError for an unknown argument, and for text that does not fit the argument's type
 */
export function inputFromFlags(tool: ListedTool, flags: readonly OpenFlag[]): Record<string, unknown> {
  const known = argumentsOf(tool);
  const names = known.map(({ name }) => name);
  const input: Record<string, unknown> = {};
  for (const flag of flags) {
    const name = currentName(flag.name.replaceAll('-', '_'), names);
    const argument = known.find((candidate) => candidate.name === name);
    if (!argument) throw unknownArgument(tool, flag.name, known);
    const before = input[name];
    if (!argument.isList) {
      if (before !== undefined) throw new UsageError(`--${flag.name} is given twice, but takes one value.`);
      input[name] = convert(argument, flag, flag.value);
      continue;
    }
    const texts = hasCommas(argument) ? (flag.value ?? '').split(',').map((text) => text.trim()) : [flag.value];
    const entries = texts.map((text) => convert(argument, flag, text));
    input[name] = Array.isArray(before) ? [...(before as unknown[]), ...entries] : entries;
  }
  return input;
}

function convert(argument: ToolArgument, flag: OpenFlag, text: string | undefined): unknown {
  const takes = (kind: string) => argument.kinds.includes(kind);
  if (takes('boolean') && (text === undefined || text === 'true' || text === 'false')) return text !== 'false';
  if (text === undefined || text === '') throw new UsageError(`--${flag.name} needs a value (${argument.type}).`);
  if ((takes('number') || takes('integer')) && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (takes('object')) return parseJson(text, `--${flag.name}`);
  if (takes('string')) return text;
  throw new UsageError(`--${flag.name} must be ${argument.type}, but is "${text}".`);
}

/** Parses JSON from the command line. @throws UsageError */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${what} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Whether commas separate the entries of a list. In the JSON of an object they do not. */
function hasCommas(argument: ToolArgument): boolean {
  return !argument.kinds.includes('object');
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
