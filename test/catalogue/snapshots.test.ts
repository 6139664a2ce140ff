import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeTools } from '../../src/tools/definition/catalogue.ts';

/**
 * What clients see of each tool, as files: a change of the contract is a diff for reviewers.
 * `UPDATE=1 npx vitest run test/catalogue` rewrites them.
 */
const FOLDER = join(import.meta.dirname, 'tools');
const update = process.env['UPDATE'] === '1';
const catalogue = describeTools();

test.each(catalogue.map((tool) => [tool.name, tool] as const))('%s is as it was', (name, tool) => {
  const file = join(FOLDER, `${name}.json`);
  const text = `${JSON.stringify(tool, undefined, 2)}\n`;
  if (update) writeFileSync(file, text);
  expect(existsSync(file), `${file} is missing: run with UPDATE=1`).toBe(true);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(tool);
});

test('no file is left of a tool that is gone', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(catalogue.map(({ name }) => `${name}.json`).toSorted());
});
