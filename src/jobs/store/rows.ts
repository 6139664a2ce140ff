import type { z } from 'zod';
import type { Queryable, SqlValue } from '../../store/database.ts';
import { fromRow, type JobRow } from '../model/job-row.ts';

type Many = Pick<Queryable, 'all'>;
type One = Pick<Queryable, 'first'>;
type Params = readonly SqlValue[];

/** All rows. @throws z.ZodError when a row does not match the schema, which would be a defect */
export async function readRows<Row>(
  from: Many,
  schema: z.ZodType<Row>,
  sql: string,
  params?: Params,
): Promise<readonly Row[]> {
  return (await from.all(sql, params)).map((row) => schema.parse(row));
}

/** The first row, if any. @throws z.ZodError when it does not match the schema, which would be a defect */
export async function readRow<Row>(
  from: One,
  schema: z.ZodType<Row>,
  sql: string,
  params?: Params,
): Promise<Row | undefined> {
  const row = await from.first(sql, params);
  return row && schema.parse(row);
}

/** The only column of the first row; undefined for NULL and where there is no row. */
export async function readNumber(from: One, sql: string, params?: Params): Promise<number | undefined> {
  const [value] = Object.values((await from.first(sql, params)) ?? {});
  return value === undefined || value === null ? undefined : Number(value);
}

/** The result of `SELECT COUNT(*)`. */
export async function readCount(from: One, sql: string, params?: Params): Promise<number> {
  return (await readNumber(from, sql, params)) ?? 0;
}

/** The only column of all rows, as numbers. */
export async function readNumbers(from: Many, sql: string, params?: Params): Promise<readonly number[]> {
  return (await from.all(sql, params)).flatMap((row) => Object.values(row).map(Number));
}

/** The only column of all rows, as texts. */
export async function readTexts(from: Many, sql: string, params?: Params): Promise<readonly string[]> {
  return (await from.all(sql, params)).flatMap((row) => Object.values(row).map(String));
}

/** Counts (second column) by name (first column). */
export async function readTally(from: Many, sql: string, params?: Params): Promise<Map<string, number>> {
  const rows = (await from.all(sql, params)).map((row) => Object.values(row));
  return new Map(rows.map(([name, count]) => [String(name), Number(count)]));
}

/** Whole rows of `jobs`. */
export async function readJobs(from: Many, sql: string, params?: Params): Promise<readonly JobRow[]> {
  return (await from.all(sql, params)).map(fromRow);
}

/** The first whole row of `jobs`, if any. */
export async function readJob(from: One, sql: string, params?: Params): Promise<JobRow | undefined> {
  const row = await from.first(sql, params);
  return row && fromRow(row);
}
