import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../src/shared/errors.ts';
import { PROBLEM_CODES } from '../../src/shared/problem-codes.ts';
import { filesBelow, ROOT } from './source-files.ts';

const TABLE = 'src/shared/problem-codes.ts';
const OPERATING = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
const source = filesBelow('src').filter(({ path }) => path.endsWith('.ts') && path !== TABLE);

/** The part of a page below a heading, up to the next one of its level or of one above. */
function section(page: string, heading: string, level = 2): string {
  const [, text = ''] = page.split(`\n${'#'.repeat(level)} ${heading}\n`);
  return text.split(new RegExp(`\n#{1,${level}} `))[0] ?? '';
}

/** The names in the first column of the tables of a text. */
function firstColumn(text: string): readonly string[] {
  return [...text.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name),
  );
}

/** Each code of the tables of a text, after the bold title of its table. */
function codesByTitle(text: string): readonly string[] {
  return text.split(/^\*\*/m).flatMap((table) => {
    const [title = ''] = table.split('**');
    return firstColumn(table).map((code) => `${title}: ${code}`);
  });
}

/** The names that no source uses as a string. */
function unused(names: readonly string[]): readonly string[] {
  return names.filter((name) => !source.some(({ text }) => text.includes(`'${name}'`)));
}

test('every problem code is explained to operators once, in the table that its declaration names', () => {
  const declared = Object.entries(PROBLEM_CODES).map(([code, { documented }]) => `${documented}: ${code}`);
  expect(declared.length).toBeGreaterThan(50);
  expect(codesByTitle(section(OPERATING, 'Troubleshooting')).toSorted()).toEqual(declared.toSorted());
});

test('every problem code is one that the program uses', () => {
  expect(unused(Object.keys(PROBLEM_CODES))).toEqual([]);
});

test('every event in the table of "Logs" is one that the program uses', () => {
  const events = firstColumn(section(OPERATING, 'Logs'));
  expect(events.length).toBeGreaterThan(20);
  expect(unused(events)).toEqual([]);
});

/** Events that a text logs at a level that operators are to see. */
function alarmsIn(text: string): readonly string[] {
  return [...text.matchAll(/\.(?:warn|error)\(\s*'([a-z_]+)'/g)].map(([, event = '']) => event);
}

test('every event that is logged as a warning or an error is in the table of "Logs"', () => {
  const events = new Set(firstColumn(section(OPERATING, 'Logs')));
  const logged = new Set(source.flatMap(({ text }) => alarmsIn(text)));
  expect(logged.size).toBeGreaterThan(30);
  expect([...logged].filter((event) => !events.has(event))).toEqual([]);
});

test('every metric is explained to operators', () => {
  const told = [...section(OPERATING, 'Metrics and probes').matchAll(/`((?:firefly|process)_\w+)/g)].map(
    ([, name = '']) => name,
  );
  const metrics = source
    .filter(({ path }) => path.startsWith('src/mcp/http/metrics/'))
    .flatMap(({ text }) => [...text.matchAll(/'((?:firefly|process)_\w+)'/g)].map(([, name = '']) => name));
  expect(metrics.length).toBeGreaterThan(10);
  expect([...new Set(told)].toSorted()).toEqual([...new Set(metrics)].toSorted());
});

test('every table of the database is explained to operators', () => {
  const tables = source.flatMap(({ text }) =>
    [...text.matchAll(/\bCREATE TABLE (?:IF NOT EXISTS )?(\w+) \(/g)].map(([, name = '']) => name),
  );
  expect(tables.length).toBeGreaterThan(10);
  expect(firstColumn(section(OPERATING, 'Tables')).toSorted()).toEqual(tables.toSorted());
});

/** Names of shared values: of those that files declare, and of those that the rows of a table name. */
const declaredIn = (text: string) =>
  [...text.matchAll(/^export const ([A-Z][A-Z_\d]+)\b/gm)].map(([, name = '']) => name);
const namedInRows = (text: string) =>
  [...text.matchAll(/^\|.*/gm)].flatMap(([row]) =>
    [...row.matchAll(/`([A-Z][A-Z_\d]+)`/g)].map(([, name = '']) => name),
  );

test('the values that declarations of operations share are those of the table of families', () => {
  const families = section(readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8'), 'Families of operations', 3);
  const shared = source
    .filter(({ path }) => path.startsWith('src/firefly/families/'))
    .flatMap(({ text }) => declaredIn(text));
  expect(shared.length).toBeGreaterThan(20);
  expect(namedInRows(families).toSorted()).toEqual(shared.toSorted());
});

describe('a problem', () => {
  test('with a code that no table has does not compile', () => {
    // @ts-expect-error -- misspelt
    expect(() => new Problem('job_finishd', 'The job has ended.', { next: 'Look at it.' })).toThrow();
  });

  test('has the actor and the family of its code, and says where it has another actor', () => {
    const full = new Problem('store_full', 'The disk is full.', { next: 'Free some space.' });
    expect(full).toMatchObject({ actor: 'operator', family: 'store' });
    const unreachable = { next: 'Look at the proxy.', actor: 'operator' } as const;
    expect(new Problem('adobe_unreachable', 'Away.', unreachable)).toMatchObject({ actor: 'operator' });
    expect(new Problem('adobe_unreachable', 'Away.', { next: 'Wait.' })).toMatchObject({ actor: 'wait' });
  });

  test('is of the family that the beginning of its code says', () => {
    for (const [code, { family }] of Object.entries(PROBLEM_CODES))
      expect({ code, family }).toEqual({ code, family: /^(store|image)_/.exec(code)?.[1] });
  });
});

test('the checks can fail', () => {
  const page = '\n## Logs\n\n**Here**\n\n| `gone`, `also_gone` | x |\n\n## Next\n\n| `other` | x |';
  expect(codesByTitle(section(page, 'Logs'))).toEqual(['Here: gone', 'Here: also_gone']);
  expect(section('\n### A\n\nx\n\n## B\n\ny', 'A', 3)).toBe('\nx\n');
  expect(declaredIn('export const NEW_LIMITS = {};\nconst OWN = 1;')).toEqual(['NEW_LIMITS']);
  expect(namedInRows('`NOT_HERE`\n| `limits` | `OLD_LIMITS`, `x` |')).toEqual(['OLD_LIMITS']);
  expect(unused(['gone_from_the_source'])).toEqual(['gone_from_the_source']);
  const text = "log.info('fine'); deps.logger.warn(\n 'odd', {}); logger.error('bad', { error });";
  expect(alarmsIn(text)).toEqual(['odd', 'bad']);
});
