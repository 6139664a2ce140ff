import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { factsOf, textOf } from './extract-facts.mjs';
import { FACTS_FILE } from './openapi.ts';

/** Adobe's document beside a checkout: not part of the project, and named here only. */
const DOCUMENT = '../shared/reference/firefly-openapi.json';
const document = new URL(`../../${DOCUMENT}`, import.meta.url);

const schema = (extra: object) => ({ schemas: { A: { type: 'object', ...extra } }, securitySchemes: {} });
const tiny = (components: object, operation: object = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Tiny', version: '1' },
  servers: [],
  security: [],
  paths: { '/a': { get: { operationId: 'a', responses: { 200: { description: 'Prose.' } }, ...operation } } },
  components,
});

describe('the facts of Adobe’s API', () => {
  test('the file of facts holds every operation, and neither prose nor examples', () => {
    const text = readFileSync(FACTS_FILE, 'utf8');
    expect(Object.keys((JSON.parse(text) as { operations: object }).operations)).toHaveLength(14);
    expect(text).not.toMatch(/"(description|summary|example)": "|"examples": \[/);
    expect(text.match(/"[^"]{60,}"/g)).toBeNull();
  });

  test('the file of facts is exactly what the script makes of Adobe’s document', async ({ skip }) => {
    skip(!existsSync(document), `Adobe’s OpenAPI document is not at ${DOCUMENT}; adobe-facts.json was not compared.`);
    const made = await textOf(factsOf(JSON.parse(readFileSync(document, 'utf8'))));
    expect(readFileSync(FACTS_FILE, 'utf8') === made, 'node test/contract/extract-facts.mjs renews it').toBe(true);
  });
});

describe('the script that extracts the facts', () => {
  test('the script drops prose, but keeps a field that is named like prose', () => {
    const properties = { title: { type: 'string', title: 'Prose', description: 'Prose.', examples: ['b'] } };
    expect(factsOf(tiny(schema({ description: 'Prose.', properties })))).toMatchObject({
      operations: { a: { method: 'get', path: '/a', responses: { 200: {} } } },
      schemas: { A: { type: 'object', properties: { title: { type: 'string' } } } },
    });
  });

  test('the order of keys, of required fields and of enumerated values in the document does not matter', async () => {
    const one = { required: ['a', 'b'], enum: [1, 2], minimum: 1, maximum: 2 };
    const other = { maximum: 2, minimum: 1, enum: [2, 1], required: ['b', 'a'] };
    expect(await textOf(factsOf(tiny(schema(one))))).toBe(await textOf(factsOf(tiny(schema(other)))));
  });

  test.each<[string, object]>([
    ['a keyword of a schema', tiny(schema({ unevaluatedProperties: false }))],
    ['a part of an operation', tiny(schema({}), { callbacks: {} })],
    ['a part of a response', tiny(schema({}), { responses: { 200: { links: {} } } })],
    ['a reference elsewhere', tiny(schema({ $ref: 'https://example.com/a.json' }))],
  ])('%s that the script does not know makes it fail', (_name, document) => {
    expect(() => factsOf(document)).toThrow(/decide|unexpected reference/);
  });
});
