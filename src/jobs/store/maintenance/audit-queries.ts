import { z } from 'zod';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { hasRow, nullable, readCount, readRows, time } from '../../../store/rows.ts';

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
  /** What Adobe bills for it, where it is charged. */
  readonly operations: number;
  /** `accepted`, `unknown`, `refused`, `rate_limited`, `unauthorized`; `not_sent` where nothing left this machine. */
  readonly outcome: string;
  /** The `x-request-id` that Adobe was sent. */
  readonly requestId: string;
}

const EndedPermitRow = z
  .object({
    ended_at: time,
    granted_at: time,
    account: z.string(),
    principal: z.string(),
    job: z.string(),
    attempt: z.number(),
    tool: z.string(),
    operation: z.string(),
    model: nullable(z.string()),
    count: z.number(),
    operations: z.number(),
    outcome: z.string(),
    request_id: z.string(),
  })
  .transform(({ ended_at: endedAt, granted_at: grantedAt, request_id: requestId, ...rest }): EndedPermit => ({
    ...rest,
    endedAt,
    grantedAt,
    requestId,
  }));

/** Ended permits that are not in the audit log yet, in the order of their ends. */
export function unauditedPermits(from: Queryable, limit: number): Promise<readonly EndedPermit[]> {
  return readRows(
    from,
    EndedPermitRow,
    `SELECT * FROM permits WHERE ended_at IS NOT NULL AND audited_at IS NULL ORDER BY ended_at, job, attempt LIMIT ?`,
    [limit],
  );
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
  const missing = await readCount(
    from,
    `SELECT COUNT(*) AS missing FROM permits WHERE ended_at < ? AND audited_at IS NULL AND outcome <> 'not_sent'`,
    [before],
  );
  const isBegun = await hasRow(
    from,
    `SELECT 1 AS audited FROM permits WHERE audited_at IS NOT NULL AND outcome <> 'not_sent' LIMIT 1`,
  );
  return { missing, isBegun };
}
