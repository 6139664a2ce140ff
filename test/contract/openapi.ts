import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** The facts of Adobe's OpenAPI document; the README of this folder describes how they are extracted. */
export const FACTS_FILE = new URL('adobe-facts.json', import.meta.url);

interface Facts {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

interface Schema {
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly maximum?: number; readonly maxItems?: number }>>;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters?: {
    readonly header?: Readonly<Record<string, { readonly schema: { readonly enum?: unknown } }>>;
  };
  readonly request?: { readonly content: Readonly<Record<string, { readonly $ref?: string }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/** Validates requests and answers against Adobe's published API. */
export const openApi = judge(JSON.parse(readFileSync(FACTS_FILE, 'utf8')) as Facts);

function judge(facts: Facts) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  formats.default(ajv);
  ajv.addFormat('uuid4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i);
  ajv.addFormat('binary', true);
  ajv.addSchema(facts, 'facts');
  const compiled = new Map<string, ValidateFunction>();
  const faults = (pointer: readonly string[], body: unknown): readonly string[] => {
    const $ref = `facts#/${pointer.map(escaped).join('/')}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  return {
    /** Operations by their id. */
    operations: facts.operations,
    /** The names of the fields of a schema; a schema without fields has none. */
    fields: (name: string): readonly string[] => Object.keys(facts.schemas[name]?.properties ?? {}),
    /** The values of an enumeration. */
    values: (name: string): readonly string[] => facts.schemas[name]?.enum ?? [],
    /** Most results of one request: variations, or seeds where an operation has no variations. */
    mostVariations(id: string): number | undefined {
      const name = facts.operations[id]?.request?.content['application/json']?.$ref?.split('/').at(-1) ?? '';
      const { numVariations, seeds } = facts.schemas[name]?.properties ?? {};
      return numVariations?.maximum ?? seeds?.maxItems;
    },
    /** What is wrong with a body by a schema; empty if nothing is. */
    schemaFaults: (name: string, body: unknown) => faults(['schemas', name], body),
    /** What is wrong with the JSON answer of an operation. A status that is not documented is a fault, too. */
    answerFaults(id: string, status: number, body: unknown): readonly string[] {
      const answer = facts.operations[id]?.responses[String(status)];
      if (!answer) return [`${id} does not document ${status}`];
      if (!answer.content?.['application/json']) return body === undefined ? [] : [`${id} ${status} has no JSON`];
      return faults(['operations', id, 'responses', String(status), 'content', 'application/json'], body);
    },
  };
}

/** RFC 6901 within a URI fragment. */
function escaped(segment: string): string {
  return encodeURIComponent(segment.replace(/~/g, '~0').replace(/\//g, '~1'));
}
