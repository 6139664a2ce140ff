import type { Queryable } from '../../store/database.ts';
import { hasRow } from '../../store/rows.ts';
import type { JobRow } from '../model/job-row.ts';
import { readJob } from './rows.ts';
import { placeholders, UNSENT } from './sql.ts';

/** Jobs that are compared: those of one principal under one account. */
export interface Scope {
  readonly principal: string;
  readonly account: string;
}

/** Times (epoch ms): a job that ended later still counts as a duplicate. */
export interface Cutoffs {
  /** Cutoff for jobs with an undelivered answer. */
  readonly undelivered: number;
  /** Cutoff for jobs with an unknown outcome. */
  readonly unknown: number;
}

/**
 * The newest job of this fingerprint that an identical call attaches to. Items of batches are left out, jobs that a
 * resubmission has replaced, and those that are about to end as cancelled, for which nothing is paid.
 */
export function findIdentical(
  from: Queryable,
  fingerprint: string,
  { principal, account }: Scope,
  cutoffs: Cutoffs,
): Promise<JobRow | undefined> {
  return readJob(
    from,
    `SELECT * FROM jobs WHERE principal = ? AND account = ? AND fingerprint = ? AND batch IS NULL
       AND (finished_at IS NULL OR (state = 'submit_unknown' AND finished_at > ?)
            OR (delivery IN ('none', 'lost') AND finished_at > ?))
       AND NOT (cancel <> 'none' AND state IN ${UNSENT})
       AND NOT EXISTS (SELECT 1 FROM jobs AS newer WHERE newer.replaces = jobs.id)
     ORDER BY created_at DESC LIMIT 1`,
    [principal, account, fingerprint, cutoffs.unknown, cutoffs.undelivered],
  );
}

/** The newest job with this idempotency key that was created after `since` (epoch ms). */
export function findByKey(
  from: Queryable,
  key: string,
  { principal, account }: Scope,
  since: number,
): Promise<JobRow | undefined> {
  return readJob(
    from,
    `SELECT * FROM jobs WHERE principal = ? AND account = ? AND idempotency_key = ? AND created_at > ?
     ORDER BY created_at DESC LIMIT 1`,
    [principal, account, key, since],
  );
}

/**
 * Whether a job is unfinished, or ended after `since` (epoch ms) without a delivered answer. False for items of
 * batches.
 */
export function isUndeliveredSince(from: Queryable, id: string, since: number): Promise<boolean> {
  return hasRow(
    from,
    `SELECT 1 AS undelivered FROM jobs
     WHERE id = ? AND batch IS NULL AND (finished_at IS NULL OR (delivery IN ('none', 'lost') AND finished_at > ?))`,
    [id, since],
  );
}

/**
 * Records that an answer was delivered which showed the job unfinished (`running`) or ended (`final`). A recorded loss
 * stays unless the answer settles it: the answer of another call does not reach the caller of the lost one.
 */
export async function recordDelivery(
  from: Queryable,
  id: string,
  delivery: 'running' | 'final',
  settlesLoss: boolean,
): Promise<void> {
  const earlier = ['none', ...(delivery === 'final' ? ['running'] : []), ...(settlesLoss ? ['lost'] : [])];
  await from.run(`UPDATE jobs SET delivery = ? WHERE id = ? AND delivery IN ${placeholders(earlier)}`, [
    delivery,
    id,
    ...earlier,
  ]);
}

/** Records that an answer which showed the job was lost. */
export async function recordLoss(from: Queryable, id: string): Promise<void> {
  await from.run(`UPDATE jobs SET delivery = 'lost' WHERE id = ?`, [id]);
}

/** The newest job that replaces this one. */
export function findReplacement(from: Queryable, id: string): Promise<JobRow | undefined> {
  return readJob(from, 'SELECT * FROM jobs WHERE replaces = ? ORDER BY created_at DESC LIMIT 1', [id]);
}
