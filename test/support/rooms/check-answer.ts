import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { z } from 'zod';
import { BatchResult } from '../../../src/render/batch-schemas.ts';
import type { Rendered } from '../../../src/render/rendered.ts';
import {
  ImagesResult,
  JobResult,
  JobStatusResult,
  MaskResult,
  ModelsResult,
  SavedResult,
} from '../../../src/render/schemas.ts';
import { describeTools } from '../../../src/tools/definition/catalogue.ts';
import { tools } from '../../../src/tools/registry.ts';

/**
 * The whole shape of a structured result. Published schemas are abridged and loose, so that they alone would let a field
 * pass that no schema declares.
 */
function exactSchema(tool: string, { batch, jobs }: Record<string, unknown>): z.ZodObject {
  switch (tool) {
    case 'list_images':
      return ImagesResult;
    case 'list_custom_models':
      return ModelsResult;
    case 'make_mask':
      return MaskResult;
    case 'save_image':
      return SavedResult;
    default:
      if (jobs !== undefined) return JobStatusResult;
      return batch === undefined ? JobResult : BatchResult;
  }
}

const ajv = new Ajv2020({ strict: true, strictRequired: false });
const published = new Map<string, ValidateFunction | undefined>(
  describeTools().map(({ name, outputSchema }) => [name, outputSchema && ajv.compile(outputSchema)]),
);

/**
 * Fails the running test where an answer of a tool, errors included, would be refused by a client that validates it
 * against the published output schema, or has a field that the exact schema does not declare, or does not tell in its
 * text what its structured form tells.
 */
export function checkAnswer(name: string, { structured, text, isError }: Rendered): void {
  expect(text.trim(), `${name} answers with text`).not.toBe('');
  const promise = published.get(name);
  if (promise === undefined) {
    if (!isError) expect(structured, `${name} has no output schema`).toBeUndefined();
    return;
  }
  if (structured === undefined) return expect.unreachable(`${name} promises structured content and has none`);
  expect(structured, `${name} sends what JSON can hold`).toStrictEqual(JSON.parse(JSON.stringify(structured)));
  promise(structured);
  expect(promise.errors ?? [], `${name} keeps to its published output schema`).toEqual([]);
  const internal = tools.find((tool) => tool.name === name)?.output?.safeParse(structured);
  expect(internal?.error?.issues ?? [], `${name} keeps to its own output schema`).toEqual([]);
  const exact = exactSchema(name, structured).safeParse(structured);
  expect(exact.error?.issues ?? [], `${name} keeps to the exact schema of its results`).toEqual([]);
  // Parsing drops what a schema does not declare.
  expect(structured, `${name} sends declared fields only`).toEqual(exact.data);
  checkError(name, structured, text);
}

/** An error is told in the text as well: some hosts show one form, some the other. */
function checkError(name: string, { error }: Record<string, unknown>, text: string): void {
  if (typeof error !== 'object' || error === null || !('code' in error)) return;
  expect(text, `${name} names the code of its error in the text`).toContain(`Code: ${String(error.code)}.`);
}
