import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canary } from '../support/canaries.ts';
import type { SqlRow } from '../../src/store/database.ts';
import {
  hasRow,
  json,
  nullable,
  readCount,
  readNumber,
  readNumbers,
  readRow,
  readRows,
  readTally,
  readTexts,
} from '../../src/store/rows.ts';

/** A database whose every SELECT answers with these rows. */
function answering(...rows: readonly SqlRow[]) {
  return { all: () => Promise.resolve(rows), first: () => Promise.resolve(rows[0]) };
}

const Thing = z.object({ id: z.string(), size: nullable(z.number()), facts: json(z.object({ hue: z.string() })) });

describe('rows of the store', () => {
  test('become the values of their schema: NULL is undefined, JSON is parsed', async () => {
    const db = answering(
      { id: 'a', size: null, facts: '{"hue":"red"}' },
      { id: 'b', size: 2, facts: '{"hue":"blue"}' },
    );
    expect(await readRows(db, Thing, 'SELECT')).toEqual([
      { id: 'a', size: undefined, facts: { hue: 'red' } },
      { id: 'b', size: 2, facts: { hue: 'blue' } },
    ]);
    expect(await readRow(answering(), Thing, 'SELECT')).toBeUndefined();
  });

  test('of one column become numbers or texts', async () => {
    const db = answering({ n: 3 }, { n: 4 });
    expect(await readNumber(db, 'SELECT')).toBe(3);
    expect(await readCount(db, 'SELECT')).toBe(3);
    expect(await readNumbers(db, 'SELECT')).toEqual([3, 4]);
    expect(await readTexts(answering({ t: 'x' }), 'SELECT')).toEqual(['x']);
    expect(await readTally(answering({ t: 'x', n: 2 }), 'SELECT')).toEqual(new Map([['x', 2]]));
  });

  test('are told apart from none: a NULL is no number, and no row counts as zero', async () => {
    expect(await readNumber(answering({ n: null }), 'SELECT')).toBeUndefined();
    expect(await readNumber(answering(), 'SELECT')).toBeUndefined();
    expect(await readCount(answering(), 'SELECT')).toBe(0);
    expect(await hasRow(answering({ n: null }), 'SELECT')).toBe(true);
    expect(await hasRow(answering(), 'SELECT')).toBe(false);
  });
});

describe('a row that this version cannot have written', () => {
  const secret = canary('row');

  test.each([
    ['a missing column', () => readRow(answering({ id: 'a' }), Thing, 'SELECT'), 'size, facts'],
    ['a broken JSON', () => readRow(answering({ id: 'a', size: 1, facts: `{${secret}` }), Thing, 'SELECT'), 'facts'],
    ['other JSON', () => readRows(answering({ id: 'a', size: 1, facts: '{}' }), Thing, 'SELECT'), 'facts.hue'],
    ['a text for a count', () => readCount(answering({ n: secret }), 'SELECT'), 'value'],
    ['a NULL among numbers', () => readNumbers(answering({ n: null }), 'SELECT'), 'value'],
    ['a number for a name', () => readTally(answering({ t: 1, n: 2 }), 'SELECT'), '0'],
  ])('with %s is a problem that names the columns and no values', async (_, read, columns) => {
    const problem: unknown = await read().catch((error: unknown) => error);
    expect(problem).toMatchObject({
      code: 'store_unreadable',
      actor: 'operator',
      message: `The store holds a row that this version cannot read (${columns}).`,
    });
    expect(JSON.stringify(problem)).not.toContain(secret);
  });
});
