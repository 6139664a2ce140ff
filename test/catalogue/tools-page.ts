import { z } from 'zod';
import { describeTools, type ToolDescription } from '../../src/tools/definition/catalogue.ts';
import type { Tool } from '../../src/tools/definition/define.ts';
import { tools } from '../../src/tools/registry.ts';

type Schema = Readonly<Record<string, unknown>>;

const PREFACE = `# Tools

Every tool with its exact input and output, generated from \`src/tools/\` (\`UPDATE=1 npx vitest run test/catalogue\`). What clients see in \`tools/list\` is shorter: [the tool list](hosts.md#the-tool-list).

Input is checked against exactly these fields and limits; any other argument is refused. A failed call has the same shapes with \`error\` and little else, so that no field of a result is required at its root. Where two shapes are given, the answer has one of them. Adding a field to a result is no breaking change.
`;

/** docs/tools.md as it should be. */
export function toolsPage(): string {
  const published = new Map(describeTools().map((tool) => [tool.name, tool]));
  const sets = [...new Set(tools.map(({ toolset }) => toolset))];
  const index = sets.map((set) => `| \`${set}\` | ${linksOf(tools.filter((tool) => tool.toolset === set))} |`);
  const parts = tools.map((tool) => partOf(tool, published.get(tool.name)));
  return [
    PREFACE,
    '## Sets\n',
    '`FIREFLY_TOOLSETS` offers some of these sets.\n',
    ['| set | tools |', '|---|---|', ...index].join('\n'),
    '',
    ...parts,
  ].join('\n');
}

function linksOf(some: readonly Tool[]): string {
  return some.map(({ name }) => `[\`${name}\`](#${name})`).join(', ');
}

function partOf(tool: Tool, published: ToolDescription | undefined): string {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = published?.annotations ?? {};
  const hints = [
    readOnlyHint ? 'changes nothing' : 'changes something',
    destructiveHint ? 'may end or delete something' : undefined,
    idempotentHint ? 'repeating it has no further effect' : undefined,
    openWorldHint ? 'may reach Adobe' : 'stays on this machine',
  ].filter((hint) => hint !== undefined);
  return [
    `## ${tool.name}\n`,
    `${tool.title}, of set \`${tool.toolset}\`: ${hints.join(', ')}.\n`,
    `> ${tool.description}\n`,
    '### Input\n',
    tableOf(z.toJSONSchema(tool.input, { io: 'input' })),
    '### Output\n',
    outputOf(tool),
  ].join('\n');
}

function outputOf({ output }: Tool): string {
  if (output === undefined) return 'Text and a picture; structured content only with an error.\n';
  const json: Schema = z.toJSONSchema(output, { io: 'output' });
  const { anyOf } = json;
  return (Array.isArray(anyOf) ? (anyOf as Schema[]) : [json]).map(tableOf).join('\n');
}

function tableOf(schema: Schema): string {
  const rows = fieldsOf(schema, '').map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return `${['| field | type | meaning |', '|---|---|---|', ...rows].join('\n')}\n`;
}

/** A field as name, type with limits, and meaning; then the fields within it. */
function fieldsOf(schema: Schema, path: string): string[][] {
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).flatMap(([name, field]) => {
    const items = field['items'] as Schema | undefined;
    const place = `${path}${name}`;
    const isInner = path !== '';
    const need = required.includes(name) && !isInner ? ', required' : isInner && !required.includes(name) ? ', optional' : '';
    const row = [`\`${place}\``, `${typeOf(field)}${need}`, typeof field['description'] === 'string' ? field['description'] : ''];
    return [row, ...fieldsOf(field, `${place}.`), ...(items ? fieldsOf(items, `${place}[].`) : [])];
  });
}

/** "integer 1 to 4", "list of 1 to 20 string", "`a` or `b`". */
function typeOf(schema: Schema): string {
  const { type, enum: values, const: only, items } = schema;
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(' or ');
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (type === 'array') return `list of${limits(schema, 'minItems', 'maxItems')} ${typeOf(items as Schema)}`;
  const length = limits(schema, 'minLength', 'maxLength');
  const text = length === ' from 1' ? ', not empty' : length === '' ? '' : `,${length} characters`;
  return `${String(type)}${limits(schema, 'minimum', 'maximum')}${text}`;
}

function limits(schema: Schema, low: string, high: string): string {
  const [least, most] = [low, high].map((keyword) => {
    const value = schema[keyword];
    return typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? value : undefined;
  });
  if (least === undefined) return most === undefined ? '' : ` up to ${most}`;
  if (most === undefined) return ` from ${least}`;
  return least === most ? ` ${least}` : ` ${least} to ${most}`;
}
