import { z } from 'zod';
import type { Database, Queryable, Transaction } from '../../../store/database.ts';
import { hasRow, readNumber, readRows } from '../../../store/rows.ts';
import { PERMIT_END } from '../sql.ts';
import type { EndedPermit } from './audit-queries.ts';

/** Name of the run in `maintenance_runs` that says when spending was last restored. */
const RUN = 'spending_restored';

const INSERT = `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
    model, count, operations, request_id, audited_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job, attempt) DO NOTHING`;

const Key = z.object({ job: z.string(), attempt: z.number() });

/** Whether no permit was ever granted in this store. */
export async function holdsNoPermit(from: Queryable): Promise<boolean> {
  return !(await hasRow(from, 'SELECT 1 AS permit FROM permits LIMIT 1'));
}

/** The permits among `permits` that the store does not know. @param after time before which none of them ended (epoch ms) */
export async function unknownPermits(
  from: Queryable,
  permits: readonly EndedPermit[],
  after: number,
): Promise<readonly EndedPermit[]> {
  const known = new Set<string>();
  for (const account of new Set(permits.map((permit) => permit.account))) {
    const sql = `SELECT job, attempt FROM permits WHERE account = ? AND ${PERMIT_END} > ?`;
    for (const key of await readRows(from, Key, sql, [account, after])) known.add(keyOf(key));
  }
  return permits.filter((permit) => !known.has(keyOf(permit)));
}

/** Inserts permits of the record, as recorded already. One that is there stays as it is. @returns how many were new */
export async function restorePermits(tx: Transaction, permits: readonly EndedPermit[]): Promise<number> {
  let inserted = 0;
  for (const permit of permits) {
    const { job, attempt, account, principal, tool, operation, model = null, count, operations } = permit;
    const { outcome, requestId, grantedAt } = permit;
    const endedAt = Math.min(permit.endedAt, tx.now);
    const times = [Math.min(grantedAt, endedAt), endedAt, endedAt];
    const facts = [outcome, principal, tool, operation, model, count, operations, requestId, endedAt];
    inserted += await tx.run(INSERT, [job, attempt, account, ...times, ...facts]);
  }
  if (inserted > 0) await recordRestoration(tx);
  return inserted;
}

/** As `restorePermits`, from table `spending_record` of PostgreSQL: permits that ended after `after` (epoch ms). */
export async function restoreFromTable(db: Database, after: number): Promise<number> {
  return db.transaction(async (tx) => {
    const inserted = await tx.run(
      `INSERT INTO permits (job, attempt, account, granted_at, ended_at, lease_until, outcome, principal, tool, operation,
         model, count, operations, request_id, audited_at)
       SELECT job, attempt, account, granted_at, ended_at, ended_at, outcome, principal, tool, operation,
         model, count, operations, request_id, ended_at FROM spending_record
       WHERE ended_at > ? ON CONFLICT (job, attempt) DO NOTHING`,
      [after],
    );
    if (inserted > 0) await recordRestoration(tx);
    return inserted;
  });
}

/** When spending was last taken from the record into this store (epoch ms); undefined for never. */
export function restoredAt(from: Queryable): Promise<number | undefined> {
  return readNumber(from, 'SELECT done_at FROM maintenance_runs WHERE name = ?', [RUN]);
}

async function recordRestoration(tx: Transaction): Promise<void> {
  await tx.run(
    `INSERT INTO maintenance_runs (name, done_at) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at`,
    [RUN, tx.now],
  );
}

function keyOf({ job, attempt }: z.infer<typeof Key>): string {
  return `${job} ${attempt}`;
}
