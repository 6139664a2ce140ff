import { z } from 'zod';
import { Problem } from '../shared/errors.ts';
import type { Queryable, SqlRow, SqlValue } from './database.ts';

type Many = Pick<Queryable, 'all'>;
type One = Pick<Queryable, 'first'>;
type Params = readonly SqlValue[];

/** A column that may be NULL, which becomes undefined. */
export function nullable<Column extends z.ZodType>(column: Column) {
  return column.nullable().transform((value) => value ?? undefined);
}

/** Furthest time from 1970 that a date can have, milliseconds (ECMAScript, "Time Values"). */
const FURTHEST_MS = 8.64e15;

/** A column of a time, epoch milliseconds: one that no date has would end each answer that shows it. */
export const time = z.number().min(-FURTHEST_MS).max(FURTHEST_MS);

/** A column of JSON text. */
export function json<Content extends z.ZodType>(content: Content) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('not JSON');
        return z.NEVER;
      }
    })
    .pipe(content);
}

/**
 * A row of a SELECT as the value of its schema, which is compiled once, by its module. Numbers of both dialects are
 * numbers, since the driver of PostgreSQL converts BIGINT and NUMERIC.
 * @throws Problem `store_unreadable` for a row that this version cannot have written
 */
export function parseRow<Row>(schema: z.ZodType<Row>, row: unknown): Row {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw unreadableRow(columnsOf(parsed.error), parsed.error);
}

/** All rows. @throws Problem `store_unreadable`, as all functions of this file do */
export async function readRows<Row>(
  from: Many,
  schema: z.ZodType<Row>,
  sql: string,
  params?: Params,
): Promise<readonly Row[]> {
  return (await from.all(sql, params)).map((row) => parseRow(schema, row));
}

/** The first row, if any. */
export async function readRow<Row>(
  from: One,
  schema: z.ZodType<Row>,
  sql: string,
  params?: Params,
): Promise<Row | undefined> {
  const row = await from.first(sql, params);
  return row && parseRow(schema, row);
}

/** Whether there is any row. */
export async function hasRow(from: One, sql: string, params?: Params): Promise<boolean> {
  return (await from.first(sql, params)) !== undefined;
}

/** The only column of the first row; undefined for NULL and where there is no row. */
export async function readNumber(from: One, sql: string, params?: Params): Promise<number | undefined> {
  const row = await from.first(sql, params);
  return row && parseRow(MAYBE_NUMBER, onlyColumn(row));
}

/** The result of `SELECT COUNT(*)`. */
export async function readCount(from: One, sql: string, params?: Params): Promise<number> {
  return (await readNumber(from, sql, params)) ?? 0;
}

/** The only column of all rows, as numbers. */
export async function readNumbers(from: Many, sql: string, params?: Params): Promise<readonly number[]> {
  return (await from.all(sql, params)).map((row) => parseRow(NUMBER, onlyColumn(row)));
}

/** The only column of all rows, as texts. */
export async function readTexts(from: Many, sql: string, params?: Params): Promise<readonly string[]> {
  return (await from.all(sql, params)).map((row) => parseRow(TEXT, onlyColumn(row)));
}

/** Counts (second column) by name (first column). */
export async function readTally(from: Many, sql: string, params?: Params): Promise<ReadonlyMap<string, number>> {
  return new Map((await from.all(sql, params)).map((row) => parseRow(TALLY, Object.values(row))));
}

const NUMBER = z.number();
const MAYBE_NUMBER = nullable(NUMBER);
const TEXT = z.string();
const TALLY = z.tuple([TEXT, NUMBER]);

function onlyColumn(row: SqlRow): SqlValue | undefined {
  return Object.values(row)[0];
}

/** The problem of a row that has other values in these columns than this version writes. It names no value. */
export function unreadableRow(columns: readonly string[], cause?: z.ZodError): Problem {
  return new Problem(
    'store_unreadable',
    `The store holds a row that this version cannot read (${columns.join(', ')}).`,
    {
      next: 'Update every process that shares this store to one version. If that does not help, report this.',
      cause,
    },
  );
}

function columnsOf(error: z.ZodError): readonly string[] {
  return [...new Set(error.issues.map(({ path }) => path.map(String).join('.') || 'value'))];
}
