import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import { PROBLEM_CODES } from '../../../src/shared/problem-codes.ts';
import { MAY_IMPORT, MAY_IMPORT_IN_JOBS } from '../rooms.ts';
import { filesBelow, ROOT } from '../source-files.ts';

const TABLE = 'src/shared/problem-codes.ts';
const OPERATING = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
const ARCHITECTURE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
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
  const families = section(ARCHITECTURE, 'Families of operations', 3);
  const shared = source
    .filter(({ path }) => path.startsWith('src/firefly/families/'))
    .flatMap(({ text }) => declaredIn(text));
  expect(shared.length).toBeGreaterThan(20);
  expect(namedInRows(families).toSorted()).toEqual(shared.toSorted());
});

/** What the rows of a table say that each room may import: names in backticks, or everything but those. */
function toldImports(table: string): Readonly<Record<string, readonly string[]>> {
  const rows = [...table.matchAll(/^\| `src\/([a-z/]+?)(?:\/studio)?(?:\/|\.ts)` \| [^|]* \| ([^|]*) \|$/gm)];
  const rooms = rows.map(([, room = '']) => room);
  const imports = rows.map(([, room = '', cell = '']) => {
    const named = cell.startsWith('nothing') ? [] : [...cell.matchAll(/`([a-z/]+)`/g)].map(([, name = '']) => name);
    const others = rooms.filter((other) => other !== room && !named.includes(other));
    return [room, withoutImplied(cell.startsWith('everything but') ? others : named)] as const;
  });
  return Object.fromEntries(imports);
}

/** The table leaves out `shared`, which nearly all may import, and the contract where the room around it is named. */
function withoutImplied(rooms: readonly string[]): readonly string[] {
  const isContractImplied = rooms.includes('firefly');
  return rooms.filter((room) => room !== 'shared' && !(room === 'firefly/contract' && isContractImplied)).toSorted();
}

/** The solid arrows of a diagram, by the name of a room or by its label where that is the path of one. */
function arrowsIn(diagram: string): readonly (readonly [from: string, to: string])[] {
  const labels = new Map([...diagram.matchAll(/(\w+)\["([a-z/]+)"\]/g)].map(([, id = '', label = '']) => [id, label]));
  const nameOf = (id = '') => labels.get(id) ?? id;
  return [...diagram.matchAll(/(\w+)(?:\["[^"]*"\])? --> (\w+)/g)].map(([, from, to]) => [nameOf(from), nameOf(to)]);
}

/** What a room may import by the arrows of a diagram, each of which includes what its target may import. */
function reachedFrom(room: string, arrows: ReturnType<typeof arrowsIn>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [room];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const targets = arrows.flatMap(([from, to]) => (from === next && !found.has(to) ? [to] : []));
    targets.forEach((target) => found.add(target));
    open.push(...targets);
  }
  return found;
}

describe('the arrows between rooms', () => {
  const told = section(ARCHITECTURE, 'Rooms and arrows');
  const inJobs = section(ARCHITECTURE, 'Inside jobs');

  test('are those of the table in docs/architecture.md', () => {
    const meant = Object.entries(MAY_IMPORT).map(([room, may]) => [room, withoutImplied(may)] as const);
    expect(toldImports(told)).toEqual(Object.fromEntries(meant));
  });

  test.each([
    ['of the program', told, MAY_IMPORT],
    ['inside jobs', inJobs, MAY_IMPORT_IN_JOBS],
  ])('are those of the picture %s', (_which, page, rooms) => {
    const arrows = arrowsIn(page).filter(([from]) => from in rooms);
    expect(arrows.length).toBeGreaterThan(8);
    expect(arrows.filter(([from, to]) => rooms[from]?.includes(to) !== true)).toEqual([]);
    const missing = Object.entries(rooms).flatMap(([room, may]) => {
      const reached = reachedFrom(room, arrows);
      return may.filter((other) => !reached.has(other)).map((other) => `${room} --> ${other}`);
    });
    expect(missing).toEqual([]);
  });

  test('are read from a page as it is written', () => {
    const row = (room: string, may: string) => `| \`src/${room}\` | x | ${may} |\n`;
    const table = row('cli/', 'everything but `main`') + row('main.ts', '`cli`') + row('a/b/', 'nothing');
    expect(toldImports(table)).toEqual({ cli: ['a/b'], main: ['cli'], 'a/b': [] });
    const arrows = arrowsIn('  a --> b["a/b"]\n  b --> c\n  d["x, y"] --> c\n  e -. types .-> c');
    expect(arrows).toEqual([
      ['a', 'a/b'],
      ['a/b', 'c'],
      ['d', 'c'],
    ]);
    expect([...reachedFrom('a', arrows)]).toEqual(['a/b', 'c']);
  });
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
