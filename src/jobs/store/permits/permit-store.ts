import type { SubmitOutcome } from '../../../firefly/types.ts';
import type { Database, Transaction } from '../../../store/database.ts';
import { readTexts } from '../../../store/rows.ts';
import type { JobRow } from '../../model/job-row.ts';
import { LEASE_MS } from '../lease.ts';
import { placeholders } from '../sql.ts';
import { recordSpending, type RecordPlace } from './spending-record.ts';

const INSERT = `INSERT INTO permits
  (job, attempt, account, granted_at, lease_until, principal, tool, operation, model, count, operations, request_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Inserts the permit for the job's next attempt, with the `x-request-id` that it will be sent with. */
export async function insertPermit(tx: Transaction, job: JobRow, requestId: string): Promise<void> {
  const { id, attempt, account, principal, tool, operation, model = null, count, operations } = job;
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
    operations,
    requestId,
  ]);
}

/** Ends the permit of the job's current attempt now, with its outcome. */
export async function endPermit(
  tx: Transaction,
  { id, attempt }: Pick<JobRow, 'id' | 'attempt'>,
  { outcome, place }: { readonly outcome: SubmitOutcome['kind']; readonly place: RecordPlace },
): Promise<void> {
  await tx.run('UPDATE permits SET ended_at = ?, outcome = ?, audited_at = ? WHERE job = ? AND attempt = ?', [
    tx.now,
    outcome,
    place === 'table' ? tx.now : null,
    id,
    attempt,
  ]);
  if (place === 'table') await recordSpending(tx, id);
}

/** Ends the permits that a dead process left in flight, as of the end of their lease: it may have sent until then. */
export async function endLapsedPermits(
  tx: Transaction,
  job: string,
  { outcome, place }: { readonly outcome: 'unknown' | 'not_sent'; readonly place: RecordPlace },
): Promise<void> {
  const ended = await tx.run(
    'UPDATE permits SET ended_at = lease_until, outcome = ?, audited_at = ? WHERE job = ? AND ended_at IS NULL',
    [outcome, place === 'table' ? tx.now : null, job],
  );
  if (place === 'table' && ended > 0) await recordSpending(tx, job);
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
