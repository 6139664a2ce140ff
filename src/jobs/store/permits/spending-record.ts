import type { Database, Queryable, Transaction } from '../../../store/database.ts';
import { readCount } from '../../../store/rows.ts';

/** Where the record of spending is kept: in `audit.jsonl`, or in table `spending_record` (docs/quota-and-money.md#record-of-spending). */
export type RecordPlace = 'file' | 'table';

/** The table with PostgreSQL, which several machines share; the file with SQLite, whose database it has to outlive. */
export function recordPlace({ dialect }: Pick<Database, 'dialect'>): RecordPlace {
  return dialect === 'postgres' ? 'table' : 'file';
}

const COLUMNS = 'job, attempt, account, principal, tool, operation, model, count, operations';

/** Adds the permits of a job that have ended, and were or may have been sent, to the table. Rows that are there stay. */
export async function recordSpending(tx: Transaction, job: string): Promise<void> {
  await tx.run(
    `INSERT INTO spending_record (${COLUMNS}, requests, outcome, request_id, granted_at, ended_at)
     SELECT ${COLUMNS}, 1, outcome, request_id, granted_at, ended_at FROM permits
     WHERE job = ? AND ended_at IS NOT NULL AND outcome <> 'not_sent'
     ON CONFLICT (job, attempt) DO NOTHING`,
    [job],
  );
}

/** Number of requests in the table. */
export function countRecorded(from: Queryable): Promise<number> {
  return readCount(from, 'SELECT COUNT(*) AS requests FROM spending_record');
}
