import { z } from 'zod';
import type { Intent, Tool } from './define.ts';
import { tools } from '../registry.ts';

/** JSON Schema (draft 2020-12) whose root is an object. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly [keyword: string]: unknown;
}

/** MCP tool annotations, with every hint set. */
interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One tool as `tools/list` shows it. */
export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema?: ObjectSchema;
  readonly annotations: Annotations;
}

/** The catalogue in the order of the registry, as plain JSON. Every call gives equal content. */
export function describeTools(): readonly ToolDescription[] {
  return tools.map(describeTool);
}

function describeTool(tool: Tool): ToolDescription {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: toSchema(tool.input, 'input'),
    ...(tool.output === undefined ? {} : { outputSchema: toSchema(tool.output, 'output') }),
    annotations: annotationsOf(tool),
  };
}

/** MCP's hints for an intent. */
function annotationsOf({ intent, idempotent, openWorld }: Tool): Annotations {
  const hints: Record<Intent, { readOnlyHint: boolean; destructiveHint: boolean }> = {
    read: { readOnlyHint: true, destructiveHint: false },
    create: { readOnlyHint: false, destructiveHint: false },
    write: { readOnlyHint: false, destructiveHint: false },
    end: { readOnlyHint: false, destructiveHint: true },
  };
  return { ...hints[intent], idempotentHint: idempotent, openWorldHint: openWorld };
}

function toSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    override: ({ jsonSchema, path }) => {
      // zod marks every whole number with the bounds of safe integers: noise for a reader.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (io === 'output') loosen(jsonSchema, path);
      else abridge(jsonSchema, path);
    },
  });
  return { ...json, type: 'object' };
}

/**
 * Leaves out what the server checks anyway, since every model that reads the catalogue pays for each word: lengths of
 * texts, limits of inner numbers, and the description of shapes everywhere but in `make_mask`.
 */
function abridge(jsonSchema: z.core.JSONSchema.BaseSchema, path: readonly (string | number)[]): void {
  delete jsonSchema.minLength;
  delete jsonSchema.maxLength;
  delete jsonSchema.pattern;
  const isInner = path.length > 2;
  if (isInner) {
    delete jsonSchema.minimum;
    delete jsonSchema.maximum;
  }
  if (!isInner || !path.includes('mask_shapes')) return;
  delete jsonSchema.description;
  delete jsonSchema.maxItems;
  delete jsonSchema.additionalProperties;
}

/**
 * Allows additional properties, which results may gain later and a client with a cached schema must not refuse, and
 * reduces inner objects to a list of their fields, since every model that reads the catalogue pays for each word.
 */
function loosen(jsonSchema: z.core.JSONSchema.BaseSchema, path: readonly (string | number)[]): void {
  delete jsonSchema.additionalProperties;
  if (path.length === 0 || jsonSchema.properties === undefined) return;
  const fields = Object.keys(jsonSchema.properties).join(', ');
  if (fields === '') return void delete jsonSchema.properties;
  jsonSchema.description = jsonSchema.description === undefined ? fields : `${jsonSchema.description}: ${fields}`;
  delete jsonSchema.properties;
  delete jsonSchema.required;
}
