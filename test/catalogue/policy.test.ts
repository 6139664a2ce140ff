import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { describeTools, type ToolDescription } from '../../src/tools/definition/catalogue.ts';
import { tools } from '../../src/tools/registry.ts';

/** Bytes of `tools/list` with these tools. 32 kB is for sixteen of them; raising this is a reviewed change. */
const MOST_BYTES = 25_800;
const MOST_TOOLS = 20;
const SRC = join(import.meta.dirname, '../../src/tools');
const catalogue = describeTools();
type Schema = Record<string, unknown> & { readonly description?: string };

const propertiesOf = (schema: Schema | undefined) => Object.entries((schema?.['properties'] ?? {}) as Record<string, Schema>);

describe('the catalogue', () => {
  test(`takes at most ${MOST_BYTES} bytes and ${MOST_TOOLS} tools`, () => {
    expect(Buffer.byteLength(JSON.stringify(catalogue))).toBeLessThanOrEqual(MOST_BYTES);
    expect(catalogue.length).toBeLessThanOrEqual(MOST_TOOLS);
  });

  test('is the same at every call, plain JSON, in the order of the registry', () => {
    expect(JSON.stringify(describeTools())).toBe(JSON.stringify(catalogue));
    expect(catalogue).toEqual(JSON.parse(JSON.stringify(catalogue)));
    expect(catalogue.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  });

  test('each file that defines a tool is registered under its own name', () => {
    const files = readdirSync(SRC).filter((file) => tools.some(({ name }) => file === `${name.replaceAll('_', '-')}.ts`));
    expect(files).toHaveLength(tools.length);
  });
});

describe.each(catalogue.map((tool) => [tool.name, tool] as const))('%s', (name, tool: ToolDescription) => {
  test('has a file of its name', () => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+){1,3}$/);
    expect(existsSync(join(SRC, `${name.replaceAll('_', '-')}.ts`))).toBe(true);
  });

  test('is described in sentences of bounded length', () => {
    expect(tool.title.length).toBeGreaterThan(3);
    expect(tool.description.length).toBeGreaterThan(60);
    expect(tool.description.length).toBeLessThanOrEqual(600);
    expect(tool.description).toMatch(/^[A-Z][^]*\.$/);
  });

  test('sets every annotation, and none that contradicts another', () => {
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations;
    for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint]) expect(hint).toBeTypeOf('boolean');
    expect(readOnlyHint && destructiveHint).toBe(false);
  });

  test('takes a flat object and describes every argument with its limits', () => {
    expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    for (const [argument, schema] of propertiesOf(tool.inputSchema)) {
      const { description = '' } = schema;
      expect(description.length, argument).toBeGreaterThan(10);
      expect(description.length, argument).toBeLessThanOrEqual(200);
      expect(['string', 'number', 'integer', 'boolean', 'array'], argument).toContain(schema['type']);
      for (const limit of ['minimum', 'maximum']) {
        // Some hosts strip limits, so that the words have to carry them.
        const value = schema[limit];
        if (typeof value === 'number' && value !== 0) expect(description, `${argument} ${limit}`).toContain(String(value));
      }
    }
  });

  test('promises an object whose every property is optional and described', () => {
    if (name === 'show_images') return expect(tool.outputSchema).toBeUndefined();
    expect(tool.outputSchema).toMatchObject({ type: 'object' });
    expect(tool.outputSchema?.['required']).toBeUndefined();
    for (const [field, schema] of propertiesOf(tool.outputSchema)) expect(schema['description'], field).toBeTypeOf('string');
    for (const shared of ['error', 'next', 'demo', 'warnings']) expect(tool.outputSchema?.['properties']).toHaveProperty(shared);
  });

  test('has schemas of draft 2020-12 without combinators or references', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false });
    for (const schema of [tool.inputSchema, tool.outputSchema ?? { type: 'object' }]) {
      expect(() => ajv.compile(schema)).not.toThrow();
      expect(JSON.stringify(schema)).not.toMatch(/"(anyOf|oneOf|allOf|\$ref|\$schema|\$defs)":/);
    }
  });
});

describe('names that stay fixed', () => {
  const argumentsOf = (name: string) =>
    propertiesOf(catalogue.find((tool) => tool.name === name)?.inputSchema).map(([argument]) => argument);

  test('are the arguments of generate_image', () => {
    expect(argumentsOf('generate_image')).toEqual(
      expect.arrayContaining([
        'prompt',
        'model',
        'custom_model',
        'count',
        'size',
        'aspect_ratio',
        'seeds',
        'negative_prompt',
        'content_class',
        'style_presets',
        'style_strength',
        'visual_intensity',
        'locale',
        'wait_seconds',
        'idempotency_key',
      ]),
    );
  });

  test('job and image name what they name everywhere', () => {
    for (const name of ['job_status', 'cancel_job', 'resubmit_job']) expect(argumentsOf(name)).toContain('job');
    for (const name of ['show_images', 'save_image']) expect(argumentsOf(name)).toContain('image');
  });
});
