import type { Queryable, SqlValue } from '../../store/database.ts';
import { fromRow, type JobRow } from '../model/job-row.ts';

/** Whole rows of `jobs`. @throws Problem as `fromRow` does */
export async function readJobs(
  from: Pick<Queryable, 'all'>,
  sql: string,
  params?: readonly SqlValue[],
): Promise<readonly JobRow[]> {
  return (await from.all(sql, params)).map(fromRow);
}

/** The first whole row of `jobs`, if any. @throws Problem as `fromRow` does */
export async function readJob(
  from: Pick<Queryable, 'first'>,
  sql: string,
  params?: readonly SqlValue[],
): Promise<JobRow | undefined> {
  const row = await from.first(sql, params);
  return row && fromRow(row);
}
