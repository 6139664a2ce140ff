import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Where Adobe's published document lies beside a checkout. It is not part of this project. */
const FILE = resolve(dirname(fileURLToPath(import.meta.url)), '../../..', 'shared/reference/firefly-openapi.json');

/** Adobe's OpenAPI document, as a judge of bodies. */
export interface OpenApi {
  /** The names under `components.schemas`. */
  readonly schemas: readonly string[];
  /** Every operation: method, path, id, and the statuses that it documents. */
  readonly operations: readonly OpenApiOperation[];
  /** What is wrong with a body by a schema of `components.schemas`; empty if nothing is. */
  schemaFaults(name: string, body: unknown): readonly string[];
  /** What is wrong with the JSON answer of an operation. A status that is not documented is a fault, too. */
  answerFaults(operationId: string, status: number, body: unknown): readonly string[];
}

export interface OpenApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly statuses: readonly string[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId?: string; responses?: Responses }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}
type Responses = Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;

/** The document, or undefined where it is absent; then the console says so, and tests skip visibly. */
export const openApi: OpenApi | undefined = load();

function load(): OpenApi | undefined {
  let text: string;
  try {
    text = readFileSync(FILE, 'utf8');
  } catch {
    console.warn(
      `SKIPPED: contract tests against Adobe's OpenAPI document; it is not at ${join('..', 'shared', 'reference')}.`,
    );
    return undefined;
  }
  return judge(JSON.parse(text) as Document);
}

function judge(document: Document): OpenApi {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  formats.default(ajv);
  ajv.addFormat('uuid4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i);
  ajv.addFormat('binary', true);
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<string, ValidateFunction>();
  const faults = (pointer: readonly string[], body: unknown): readonly string[] => {
    const $ref = `openapi#/${pointer.map(escaped).join('/')}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId, responses }]) =>
      operationId === undefined ? [] : [{ id: operationId, method, path, responses: responses ?? {} }],
    ),
  );
  return {
    schemas: Object.keys(document.components.schemas),
    operations: operations.map(({ responses, ...rest }) => ({ ...rest, statuses: Object.keys(responses) })),
    schemaFaults: (name, body) => faults(['components', 'schemas', name], body),
    answerFaults: (id, status, body) => {
      const operation = operations.find((each) => each.id === id);
      if (!operation) return [`no operation ${id}`];
      const answer = operation.responses[String(status)];
      if (!answer) return [`${id} does not document ${status}`];
      if (!answer.content?.['application/json']) return body === undefined ? [] : [`${id} ${status} has no JSON`];
      const { path, method } = operation;
      return faults(
        ['paths', path, method, 'responses', String(status), 'content', 'application/json', 'schema'],
        body,
      );
    },
  };
}

/** RFC 6901 within a URI fragment. */
function escaped(segment: string): string {
  return encodeURIComponent(segment.replace(/~/g, '~0').replace(/\//g, '~1'));
}
