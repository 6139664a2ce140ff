// Renews adobe-facts.json from Adobe's OpenAPI document: `node test/contract/extract-facts.mjs path/to/openapi.json`.
// Keeps what a machine can check and drops prose. A keyword that is in neither list stops the script, so that a new
// version of the document cannot lose a constraint unnoticed.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const FACTS = new URL('adobe-facts.json', import.meta.url);
const METHODS = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put', 'trace'];

/** Keywords of a schema whose value is a list of schemas, a schema, or named schemas. */
const LISTS = ['allOf', 'anyOf', 'oneOf'];
const SINGLE = ['additionalProperties', 'items', 'not', 'propertyNames'];
const NAMED = ['patternProperties', 'properties'];
/** Lists in which order means nothing. */
const SETS = ['enum', 'required', 'type'];
/** Keywords that are copied as they are. */
const PLAIN = [
  'const default deprecated format nullable pattern readOnly writeOnly uniqueItems',
  'exclusiveMaximum exclusiveMinimum maximum minimum multipleOf',
  'maxItems maxLength maxProperties minItems minLength minProperties',
].flatMap((line) => line.split(' '));
const PROSE = ['$comment', 'description', 'example', 'examples', 'externalDocs', 'summary', 'tags', 'title'];

/** The facts of an OpenAPI document, with keys in alphabetical order. */
export function factsOf({ openapi, info, servers, security, paths, components }) {
  const operations = {};
  for (const [path, item] of Object.entries(paths)) {
    refuseUnknown(path, item, METHODS);
    for (const [method, operation] of Object.entries(item)) {
      const { operationId } = operation;
      if (operationId === undefined || operationId in operations)
        throw new Error(`${method} ${path} has no id of its own`);
      operations[operationId] = { method, path, ...operationFacts(operationId, operation) };
    }
  }
  return sorted({
    source: { openapi, title: info.title, version: info.version },
    servers: servers.map(({ url }) => url),
    security,
    securitySchemes: mapped(components.securitySchemes, ({ description: _prose, ...scheme }) => scheme),
    operations,
    schemas: mapped(components.schemas, schemaFacts),
  });
}

/** The text of adobe-facts.json: whatever fits on a line of the project's width is on one. */
export function textOf(facts) {
  return format(JSON.stringify(facts), { parser: 'json', printWidth: 120 });
}

function operationFacts(id, operation) {
  refuseUnknown(id, operation, ['operationId', 'parameters', 'requestBody', 'responses', ...PROSE]);
  const parameters = {};
  for (const { name, in: place, required = false, schema, ...rest } of operation.parameters ?? []) {
    refuseUnknown(`${id}, parameter ${name}`, rest, PROSE);
    (parameters[place] ??= {})[name] = { required, schema: schemaFacts(schema, `${id}, parameter ${name}`) };
  }
  return {
    ...(operation.parameters && { parameters }),
    ...(operation.requestBody && { request: bodyFacts(id, operation.requestBody) }),
    responses: mapped(operation.responses, (response, status) => bodyFacts(`${id} ${status}`, response)),
  };
}

/** A request body or a response: media types, and the headers of a response. */
function bodyFacts(at, { content, headers, required, ...rest }) {
  refuseUnknown(at, rest, PROSE);
  return {
    ...(required !== undefined && { required }),
    ...(headers && { headers: mapped(headers, ({ schema }, name) => schemaFacts(schema, `${at}, header ${name}`)) }),
    ...(content && { content: mapped(content, ({ schema }, type) => schemaFacts(schema, `${at}, ${type}`)) }),
  };
}

/** The constraints of a schema. `components` is left out of references, as it is left out of the facts. */
function schemaFacts(schema, at) {
  if (typeof schema === 'boolean') return schema;
  refuseUnknown(at, schema, ['$ref', 'discriminator', ...LISTS, ...SINGLE, ...NAMED, ...SETS, ...PLAIN, ...PROSE]);
  const facts = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$ref') facts[keyword] = localReference(value);
    else if (keyword === 'discriminator')
      facts[keyword] = { ...value, mapping: mapped(value.mapping ?? {}, localReference) };
    else if (LISTS.includes(keyword)) facts[keyword] = value.map((each) => schemaFacts(each, `${at}/${keyword}`));
    else if (SINGLE.includes(keyword)) facts[keyword] = schemaFacts(value, `${at}/${keyword}`);
    else if (NAMED.includes(keyword))
      facts[keyword] = mapped(value, (each, name) => schemaFacts(each, `${at}/${name}`));
    else if (SETS.includes(keyword)) facts[keyword] = Array.isArray(value) ? value.toSorted(ascending) : value;
    else if (PLAIN.includes(keyword)) facts[keyword] = value;
  }
  return facts;
}

function localReference(reference) {
  if (!reference.startsWith('#/components/schemas/')) throw new Error(`unexpected reference ${reference}`);
  return reference.replace('/components', '');
}

function refuseUnknown(at, object, known) {
  const unknown = Object.keys(object).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`${at}: decide whether these are facts or prose: ${unknown.join(', ')}`);
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => ascending(a, b));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

function ascending(a, b) {
  return a < b ? -1 : Number(a > b);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , document] = process.argv;
  if (document === undefined) throw new Error('usage: node test/contract/extract-facts.mjs path/to/openapi.json');
  await writeFile(FACTS, await textOf(factsOf(JSON.parse(await readFile(document, 'utf8')))));
}
