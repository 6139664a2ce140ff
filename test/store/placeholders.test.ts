import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numbered, cachedNumbering } from '../../src/store/postgres/placeholders.ts';
import { lockKey, types } from '../../src/store/postgres/values.ts';
import { databaseLocation } from '../../src/store/database-url.ts';
import { placeholders } from '../../src/store/placeholders.ts';

describe('placeholders for PostgreSQL', () => {
  test.each([
    ['SELECT 1', 'SELECT 1'],
    ['a = ? AND b IN (?, ?)', 'a = $1 AND b IN ($2, $3)'],
    [`a = '?' AND b = ?`, `a = '?' AND b = $1`],
    [`a = 'it''s ?' AND b = ?`, `a = 'it''s ?' AND b = $1`],
    [`"a?" = ? AND "b""?" = ?`, `"a?" = $1 AND "b""?" = $2`],
    ['a = ? -- why?\nAND b = ?', 'a = $1 -- why?\nAND b = $2'],
    ['a /* why? */ = ?', 'a /* why? */ = $1'],
    [`'' = ? AND '''' = ?`, `'' = $1 AND '''' = $2`],
    ['?'.repeat(12), Array.from({ length: 12 }, (_, i) => `$${i + 1}`).join('')],
  ])('of %s are numbered', (sql, expected) => {
    expect(numbered(sql)).toBe(expected);
    const translate = cachedNumbering();
    expect([translate(sql), translate(sql)]).toEqual([expected, expected]);
  });

  test('are counted outside quotes only', () => {
    const quoted = fc.string().map((text) => `'${text.replaceAll("'", "''")}'`);
    const piece = fc.oneof(quoted, fc.constant('?'), fc.constant(' AND '));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        // Joined by a blank, as two adjacent strings would be one with a quote in it.
        const sql = pieces.join(' ');
        const marks = pieces.filter((text) => text === '?').length;
        let n = 0;
        expect(numbered(sql)).toBe(pieces.map((text) => (text === '?' ? `$${(n += 1)}` : text)).join(' '));
        expect(n).toBe(marks);
      }),
    );
  });
});

test('the keys of locks are signed numbers of 64 bits that differ by name', () => {
  const keys = Array.from({ length: 1_000 }, (_, n) => lockKey(`queue:${n}`));
  expect(new Set(keys).size).toBe(1_000);
  expect(keys.every((key) => BigInt.asIntN(64, BigInt(key)).toString() === key)).toBe(true);
  expect(keys.some((key) => key.startsWith('-'))).toBe(true);
});

test('columns of PostgreSQL are read as numbers, flags as 0 and 1, others as text', () => {
  const read = (oid: number, text: string) => types.getTypeParser(oid)(text);
  expect([read(20, '1790000000000'), read(701, '0.25'), read(1700, '12')]).toEqual([1_790_000_000_000, 0.25, 12]);
  expect([read(16, 't'), read(16, 'f'), read(25, '007')]).toEqual([1, 0, '007']);
});

test('an empty list after IN finds nothing, and a longer one has a placeholder for each value', () => {
  expect([placeholders([]), placeholders([1]), placeholders(['a', 'b'])]).toEqual(['(NULL)', '(?)', '(?, ?)']);
});

test('a location names a server or a file', () => {
  expect(databaseLocation('postgres://u:p@h/d')).toEqual({ dialect: 'postgres', url: 'postgres://u:p@h/d' });
  expect(databaseLocation('postgresql://h/d')).toMatchObject({ dialect: 'postgres' });
  for (const url of ['sqlite:/a/b', 'sqlite:///a/b', '/a/b']) {
    expect(databaseLocation(url)).toEqual({ dialect: 'sqlite', path: '/a/b' });
  }
  expect(databaseLocation('sqlite:///C:/a')).toEqual({ dialect: 'sqlite', path: 'C:/a' });
});
