import { z } from 'zod';
import { isRecord } from '../../shared/text/json.ts';

/** JSON Schema (draft 2020-12) whose root is an object. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly [keyword: string]: unknown;
}

type Schema = Readonly<Record<string, unknown>>;

/**
 * Keywords of a published schema besides `description`. Every host takes them; some hosts refuse all tools for one keyword
 * that they do not know (docs/hosts.md#the-tool-list). Limits are said in descriptions, and the server checks all of them.
 */
const KEYWORDS = ['type', 'enum', 'properties', 'required', 'items'] as const;

/**
 * The arguments of a tool as clients see them. Every model that reads the catalogue pays for each word: a field with
 * `unlisted` in its meta is left out, and of an object with `brief` only the fields named there are listed. Both are for
 * what is in words elsewhere.
 */
export function publishedInput(schema: z.ZodObject): ObjectSchema {
  return inputOf(schema, isListed);
}

/** As `publishedInput`, with the arguments that are not listed, for people and scripts at the command line. */
export function wholeInput(schema: z.ZodObject): ObjectSchema {
  return inputOf(schema, () => true);
}

function inputOf(schema: z.ZodObject, isShown: (field: unknown) => boolean): ObjectSchema {
  const { required, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  // What an earlier job can bring is checked here, and required of no client.
  const asked = 'like' in schema.shape ? json : { ...json, required };
  const argument = (field: Schema) => ({
    // The description of an argument explains what is in its entries too.
    ...(field['description'] === undefined ? {} : { description: field['description'] }),
    ...keep(field),
  });
  return publish(asked, argument, isShown);
}

/** The fields of a result: names and types, all optional, and further ones may come with later versions. */
export function publishedOutline(schema: z.ZodObject | undefined): ObjectSchema {
  if (schema === undefined) return { type: 'object' };
  const { properties, ...outlined } = publish(
    z.toJSONSchema(schema, { io: 'output', target: 'draft-2020-12' }),
    outline,
  );
  // Explains itself, and not every model that reads the catalogue should pay for a field of demos.
  const { demo_note: _, ...shown } = { ...(isRecord(properties) ? properties : {}) };
  return { ...outlined, properties: shown };
}

function publish(json: Schema, field: (schema: Schema) => Schema, isShown = isListed): ObjectSchema {
  const { required } = json;
  const properties = each(json['properties'], field, isShown);
  return { type: 'object', properties, ...(required === undefined ? {} : { required }) };
}

function keep(schema: Schema): Schema {
  const known = KEYWORDS.filter((keyword) => keyword in schema);
  const kept = Object.fromEntries(known.map((keyword) => [keyword, schema[keyword]]));
  const { brief } = schema;
  if (Array.isArray(brief) && isRecord(kept['properties'])) {
    kept['properties'] = Object.fromEntries(
      Object.entries(kept['properties']).filter(([name]) => brief.includes(name)),
    );
  }
  return {
    ...kept,
    ...('properties' in kept && { properties: each(kept['properties'], keep) }),
    ...(isRecord(kept['items']) && { items: keep(kept['items']) }),
  };
}

/** A plain field is explained by its name; an object by the names of its fields, outside of lists by those it always has. */
function outline(schema: Schema): Schema {
  const { type, items, properties, required } = schema;
  if (type === 'array') return { type, items: entryOutline(isRecord(items) ? items : {}) };
  if (isRecord(properties)) return { type, description: (Array.isArray(required) ? required : []).join(', ') };
  return { type };
}

function entryOutline(schema: Schema): Schema {
  const { type, properties } = schema;
  return isRecord(properties) ? { type, description: Object.keys(properties).join(', ') } : outline(schema);
}

function isListed(field: unknown): boolean {
  return !isRecord(field) || field['unlisted'] !== true;
}

function each(fields: unknown, change: (schema: Schema) => Schema, isShown = isListed): Schema {
  const entries = Object.entries(isRecord(fields) ? fields : {}).filter(([, field]) => isShown(field));
  return Object.fromEntries(entries.map(([name, field]) => [name, change(isRecord(field) ? field : {})]));
}
