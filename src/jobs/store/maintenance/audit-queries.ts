import type { Queryable, SqlRow, Transaction } from '../../../store/database.ts';

/** One paid request that has ended, as the audit log records it: no prompt. */
export interface EndedPermit {
  /** Epoch milliseconds. */
  readonly endedAt: number;
  readonly grantedAt: number;
  readonly account: string;
  readonly principal: string;
  readonly job: string;
  readonly attempt: number;
  readonly tool: string;
  readonly operation: string;
  readonly model: string | undefined;
  /** Pictures asked for. */
  readonly count: number;
  /** `accepted`, `unknown`, `refused`, `rate_limited`, `unauthorized`; `not_sent` where nothing left this machine. */
  readonly outcome: string;
  /** The `x-request-id` that Adobe was sent. */
  readonly requestId: string;
}

/** Ended permits that are not in the audit log yet, in the order of their ends. */
export async function unauditedPermits(from: Queryable, limit: number): Promise<readonly EndedPermit[]> {
  const rows = await from.all(
    `SELECT * FROM permits WHERE ended_at IS NOT NULL AND audited_at IS NULL ORDER BY ended_at, job, attempt LIMIT ?`,
    [limit],
  );
  return rows.map(toEndedPermit);
}

/** Records that these permits are in the audit log. */
export async function markAudited(tx: Transaction, permits: readonly EndedPermit[]): Promise<void> {
  for (const { job, attempt } of permits) {
    await tx.run('UPDATE permits SET audited_at = ? WHERE job = ? AND attempt = ?', [tx.now, job, attempt]);
  }
}

/** How many permits that ended before `before` (epoch ms) are missing in the audit log, and whether any is in it. */
export async function auditProgress(
  from: Queryable,
  before: number,
): Promise<{ readonly missing: number; readonly isBegun: boolean }> {
  const row = await from.first(
    `SELECT COUNT(*) AS missing FROM permits WHERE ended_at < ? AND audited_at IS NULL AND outcome <> 'not_sent'`,
    [before],
  );
  const audited = await from.first(
    `SELECT job FROM permits WHERE audited_at IS NOT NULL AND outcome <> 'not_sent' LIMIT 1`,
  );
  return { missing: Number(row?.['missing'] ?? 0), isBegun: audited !== undefined };
}

function toEndedPermit(row: SqlRow): EndedPermit {
  const text = (name: string) => String(row[name]);
  return {
    endedAt: Number(row['ended_at']),
    grantedAt: Number(row['granted_at']),
    account: text('account'),
    principal: text('principal'),
    job: text('job'),
    attempt: Number(row['attempt']),
    tool: text('tool'),
    operation: text('operation'),
    model: row['model'] === null ? undefined : text('model'),
    count: Number(row['count']),
    outcome: text('outcome'),
    requestId: text('request_id'),
  };
}
