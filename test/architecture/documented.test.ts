import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, ROOT } from './source-files.ts';

const OPERATING = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
const source = filesBelow('src').filter(({ path }) => path.endsWith('.ts') && !path.startsWith('src/emulator/'));

/** The codes of problems that a source makes by name. */
function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/new Problem\(\s*'([a-z_]+)'/g)].map(([, code = '']) => code);
}

/** The names in the first column of the tables below a heading, up to the next heading of its level. */
function firstColumn(page: string, heading: string): readonly string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name),
  );
}

test('every error code that the program throws is explained to operators', () => {
  const explained = new Set(firstColumn(OPERATING, 'Troubleshooting'));
  const codes = new Set(source.flatMap(({ text }) => codesIn(text)));
  expect(codes.size).toBeGreaterThan(50);
  expect([...codes].filter((code) => !explained.has(code))).toEqual([]);
});

test.each(['Troubleshooting', 'Logs'])('every name in the tables of "%s" is one that the program uses', (heading) => {
  const names = firstColumn(OPERATING, heading);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !source.some(({ text }) => text.includes(`'${name}'`)))).toEqual([]);
});

test('the checks can fail', () => {
  expect(codesIn("throw new Problem(\n  'not_explained', 'x');")).toEqual(['not_explained']);
  expect(firstColumn('\n## Logs\n\n| `gone`, `also_gone` | x |\n\n## Next\n\n| `other` | x |', 'Logs')).toEqual([
    'gone',
    'also_gone',
  ]);
});
