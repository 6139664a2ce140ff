import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { paidTools } from '../../src/tools/registry.ts';

const FOLDER = new URL('../../src/tools/', import.meta.url);

test('batches can be made of exactly the tools that are defined as spending one paid request', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
  const paid = files.filter((name) => readFileSync(new URL(name, FOLDER), 'utf8').includes('defineGenerationTool({'));
  const names = paid.map((name) => name.replace('.ts', '').replaceAll('-', '_'));
  expect(names.toSorted()).toEqual(paidTools.map(({ name }) => name).toSorted());
});
