import { z } from 'zod';
import { groupsOf } from '../../shared/groups.ts';
import type { Database } from '../../store/database.ts';
import { nullable, readRows, readTally, time } from '../../store/rows.ts';
import { JobRow } from '../model/job-row.ts';
import { PRIORITY } from '../model/priority.ts';
import { readJobs } from './rows.ts';
import { IS_BEGUN, IS_KNOWN, placeholders, VALUES_AT_ONCE, WAITING } from './sql.ts';

/** Selects the jobs of one principal outside of batches. */
interface ListQuery {
  readonly account: string;
  readonly principal: string;
  readonly limit: number;
}

/** Newest first, created before `before` (epoch milliseconds). */
export function listNewestJobs(
  db: Database,
  { account, principal, limit, before }: ListQuery & { readonly before: number },
): Promise<readonly JobRow[]> {
  return readJobs(
    db,
    `SELECT * FROM jobs WHERE account = ? AND principal = ? AND created_at < ? AND batch IS NULL AND ${IS_KNOWN}
     ORDER BY created_at DESC LIMIT ?`,
    [account, principal, before, limit],
  );
}

/** Unfinished jobs that have a permit, newest first. */
export function listBegunJobs(db: Database, { account, principal, limit }: ListQuery): Promise<readonly JobRow[]> {
  return readJobs(
    db,
    `SELECT * FROM jobs WHERE account = ? AND principal = ? AND ${IS_BEGUN} AND priority = ? AND ${IS_KNOWN}
     ORDER BY created_at DESC LIMIT ?`,
    [account, principal, PRIORITY.interactive, limit],
  );
}

/** Unfinished jobs of one principal without and with a permit. Items of batches count unless their batch is paused. */
export async function countUnfinished(
  db: Database,
  { account, principal }: Pick<ListQuery, 'account' | 'principal'>,
): Promise<{ readonly queued: number; readonly running: number }> {
  const counts = await readTally(
    db,
    `SELECT CASE WHEN state IN ${WAITING} THEN 'queued' ELSE 'running' END AS phase, COUNT(*) AS jobs
     FROM jobs WHERE account = ? AND principal = ? AND finished_at IS NULL AND priority IN (?, ?)
     GROUP BY 1`,
    [account, principal, PRIORITY.interactive, PRIORITY.batch],
  );
  return { queued: counts.get('queued') ?? 0, running: counts.get('running') ?? 0 };
}

/** Which jobs: the newest ones outside of batches, or those of these ids. */
export type VersionsOf = { readonly newest: number } | { readonly ids: readonly string[] };

const Version = z
  .object({
    id: z.string(),
    state: z.string(),
    cancel: JobRow.shape.cancel,
    progress: nullable(z.number()),
    updated_at: time,
  })
  .transform(({ updated_at: updatedAt, ...facts }) => ({ ...facts, updatedAt }));
const VERSION_COLUMNS = 'id, state, cancel, progress, updated_at';

/** A text that changes with the job. */
export function versionOf(job: Pick<JobRow, 'cancel' | 'progress' | 'updatedAt'> & { readonly state: string }): string {
  return `${job.state} ${job.cancel} ${job.progress ?? ''} ${job.updatedAt}`;
}

/** The versions of these jobs, of any principal, by id. A job that is gone is left out. */
export async function versionsOfJobs(
  db: Pick<Database, 'all'>,
  account: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const some of groupsOf(ids, VALUES_AT_ONCE)) {
    const sql = `SELECT ${VERSION_COLUMNS} FROM jobs WHERE account = ? AND id IN ${placeholders(some)}`;
    for (const job of await readRows(db, Version, sql, [account, ...some])) found.set(job.id, versionOf(job));
  }
  return found;
}

/** By id, newest first, a text that changes with the job. A job of another principal is left out. */
export async function jobVersions(
  db: Database,
  { account, principal }: { readonly account: string; readonly principal: string },
  of: VersionsOf,
): Promise<ReadonlyMap<string, string>> {
  if ('ids' in of && of.ids.length === 0) return new Map();
  const [which, values] =
    'ids' in of ? [`id IN ${placeholders(of.ids)}`, of.ids] : [`batch IS NULL AND ${IS_KNOWN}`, []];
  const rows = await readRows(
    db,
    Version,
    `SELECT ${VERSION_COLUMNS} FROM jobs WHERE account = ? AND principal = ? AND ${which} ORDER BY created_at DESC${'ids' in of ? '' : ' LIMIT ?'}`,
    [account, principal, ...values, ...('ids' in of ? [] : [of.newest])],
  );
  return new Map(rows.map((job) => [job.id, versionOf(job)]));
}
