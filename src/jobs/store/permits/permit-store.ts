import type { SubmitOutcome } from '../../../firefly/types.ts';
import type { Database, Queryable, Transaction } from '../../../store/database.ts';
import { readCount, readTally, readTexts } from '../../../store/rows.ts';
import type { JobRow } from '../../model/job-row.ts';
import { LEASE_MS } from '../lease.ts';
import { MAY_HAVE_COST, placeholders } from '../sql.ts';

const INSERT = `INSERT INTO permits
  (job, attempt, account, granted_at, lease_until, principal, tool, operation, model, count, request_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Inserts the permit for the job's next attempt, with the `x-request-id` that it will be sent with. */
export async function insertPermit(tx: Transaction, job: JobRow, requestId: string): Promise<void> {
  const { id, attempt, account, principal, tool, operation, model = null, count } = job;
  const { now } = tx;
  await tx.run(INSERT, [
    id,
    attempt + 1,
    account,
    now,
    now + LEASE_MS,
    principal,
    tool,
    operation,
    model,
    count,
    requestId,
  ]);
}

/** Ends the permit of the job's current attempt now, with its outcome. */
export async function endPermit(
  tx: Transaction,
  job: Pick<JobRow, 'id' | 'attempt'>,
  outcome: SubmitOutcome['kind'],
): Promise<void> {
  await tx.run('UPDATE permits SET ended_at = ?, outcome = ? WHERE job = ? AND attempt = ?', [
    tx.now,
    outcome,
    job.id,
    job.attempt,
  ]);
}

/** Ends the permits that a dead process left in flight, as of the end of their lease: it may have sent until then. */
export async function endLapsedPermits(tx: Transaction, job: string, outcome: 'unknown' | 'not_sent'): Promise<void> {
  await tx.run('UPDATE permits SET ended_at = lease_until, outcome = ? WHERE job = ? AND ended_at IS NULL', [
    outcome,
    job,
  ]);
}

/** Prolongs the leases of these jobs' permits in flight. */
export async function renewPermits(tx: Transaction, jobs: readonly string[], until: number): Promise<void> {
  await tx.run(`UPDATE permits SET lease_until = ? WHERE ended_at IS NULL AND job IN ${placeholders(jobs)}`, [
    until,
    ...jobs,
  ]);
}

/** The `x-request-id` of the job's current attempt. @throws Error where it has no permit, which would be a defect */
export async function requestIdOf(db: Database, job: Pick<JobRow, 'id' | 'attempt'>): Promise<string> {
  const [id] = await readTexts(db, 'SELECT request_id FROM permits WHERE job = ? AND attempt = ?', [
    job.id,
    job.attempt,
  ]);
  if (id === undefined) throw new Error(`attempt ${job.attempt} of ${job.id} has no permit`);
  return id;
}

/** Permits of a job that count as spent. */
export function countSpentOnJob(db: Queryable, job: string): Promise<number> {
  return readCount(db, `SELECT COUNT(*) AS spent FROM permits WHERE job = ? AND ${MAY_HAVE_COST}`, [job]);
}

/** Permits that count as spent of every job of a batch, replaced ones included. */
export function countSpentOnBatch(db: Queryable, batch: string): Promise<number> {
  return readCount(
    db,
    `SELECT COUNT(*) AS spent FROM permits WHERE ${MAY_HAVE_COST}
       AND job IN (SELECT id FROM jobs WHERE batch = ? UNION SELECT job FROM batch_items WHERE batch = ?)`,
    [batch, batch],
  );
}

/** Permits that count as spent, by job, of the current jobs of a batch's items. */
export function spentByItemJob(db: Queryable, batch: string): Promise<ReadonlyMap<string, number>> {
  return readTally(
    db,
    `SELECT job, COUNT(*) AS spent FROM permits
     WHERE ${MAY_HAVE_COST} AND job IN (SELECT job FROM batch_items WHERE batch = ?) GROUP BY job`,
    [batch],
  );
}
