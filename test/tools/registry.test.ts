import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { paidTools } from '../../src/tools/registry.ts';

const FOLDER = join(import.meta.dirname, '../../src/tools');

test('batches can be made of exactly the tools that are defined as spending one paid request', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const paid = files.filter((name) => readFileSync(join(FOLDER, name), 'utf8').includes('defineGenerationTool({'));
  const names = paid.map((name) => basename(name, '.ts').replaceAll('-', '_'));
  expect(names.toSorted()).toEqual(paidTools.map(({ name }) => name).toSorted());
});
