import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Rendered } from '../../../src/render/rendered.ts';
import { describeTools } from '../../../src/tools/definition/catalogue.ts';
import { tools } from '../../../src/tools/registry.ts';

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
  // Strict at every depth (test/catalogue/policy.test.ts), so that a field that no schema declares is an issue.
  const exact = tools.find((tool) => tool.name === name)?.output?.safeParse(structured);
  expect(exact?.error?.issues ?? [], `${name} keeps to the exact schema of its results`).toEqual([]);
  expect(structured, `${name} sends declared fields only`).toEqual(exact?.data);
  checkError(name, structured, text);
}

/** An error is told in the text as well: some hosts show one form, some the other. */
function checkError(name: string, { error }: Record<string, unknown>, text: string): void {
  if (typeof error !== 'object' || error === null || !('code' in error)) return;
  expect(text, `${name} names the code of its error in the text`).toContain(`Code: ${String(error.code)}.`);
}
