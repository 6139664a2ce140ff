import { z } from 'zod';
import type { Queryable, Transaction } from '../../../store/database.ts';
import { readRow, time } from '../../../store/rows.ts';

const Cooldown = z
  .object({ cooldown_until: time, rate_limit_count: z.number(), rate_limited_at: time })
  .transform(({ cooldown_until: until, rate_limit_count: count, rate_limited_at: lastAt }) => ({
    until,
    backoff: { count, lastAt },
  }));

/**
 * End of the last cooldown of an account, number of recent 429s, and time of the last one. Times are epoch
 * milliseconds.
 */
export interface Cooldown {
  readonly until: number;
  readonly backoff: { readonly count: number; readonly lastAt: number };
}

/** Undefined before the first 429. `until` may be in the past. */
export function readCooldown(from: Queryable, account: string): Promise<Cooldown | undefined> {
  const sql = 'SELECT cooldown_until, rate_limit_count, rate_limited_at FROM cooldowns WHERE account = ?';
  return readRow(from, Cooldown, sql, [account]);
}

/** Inserts or replaces the row of the account. */
export async function saveCooldown(tx: Transaction, account: string, { until, backoff }: Cooldown): Promise<void> {
  await tx.run(
    `INSERT INTO cooldowns (account, cooldown_until, rate_limit_count, rate_limited_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (account) DO UPDATE SET cooldown_until = excluded.cooldown_until,
       rate_limit_count = excluded.rate_limit_count, rate_limited_at = excluded.rate_limited_at`,
    [account, until, backoff.count, backoff.lastAt],
  );
}
