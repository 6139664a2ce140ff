import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../source-files.ts';

interface Named {
  readonly file: string;
  readonly title: string;
}

/** Cells and their tests: a file in backquotes, then titles in `<q>`. */
function namedIn(table: string): readonly Named[] {
  return [...table.matchAll(/`(test\/[^`]+\.ts)`: ((?:<q>.*?<\/q>(?:, )?)+)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/<q>(.*?)<\/q>/g)].map(([, title = '']) => ({ file, title })),
  );
}

/** Tests that are not there: of a file that does not exist, or with a title that no literal of the file begins with. */
function missing(named: readonly Named[]): readonly Named[] {
  return named.filter(({ file, title }) => {
    const path = join(ROOT, file);
    if (!existsSync(path)) return true;
    const source = readFileSync(path, 'utf8');
    return !["'", '"', '`'].some((quote) => source.includes(quote + title));
  });
}

test('each case names a test that exists, or says that it waits for something', () => {
  const table = readFileSync(join(ROOT, 'test', 'cases.md'), 'utf8');
  const rows = table.split('\n').filter((line) => /^\| (?!case |-)/.test(line));
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => !row.startsWith('| not yet: ') && namedIn(row).length === 0)).toEqual([]);
  expect(missing(namedIn(table))).toEqual([]);
});

test('each promise about masks of subjects names a test that exists', () => {
  const page = readFileSync(join(ROOT, 'docs/subject-masks.md'), 'utf8');
  const [, table = ''] = /^\| picture \| hint .*\n.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
  const rows = table.trim().split('\n');
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.filter((row) => namedIn(row).length === 0)).toEqual([]);
  expect(missing(namedIn(table))).toEqual([]);
});

test('a file or a title that is not there is found', () => {
  const file = 'test/architecture/sizes.test.ts';
  const cell = `\`${file}\`: <q>say what is inside</q>, <q>is nowhere</q>; \`test/none.test.ts\`: <q>any</q>`;
  expect(missing(namedIn(cell)).map(({ title }) => title)).toEqual(['is nowhere', 'any']);
});
