import type { Queryable } from '../../store/database.ts';
import { PRIORITY } from '../turns.ts';
import { fingerprint } from '../deduplication/fingerprint.ts';
import type { Caller } from '../types.ts';
import type { BatchOutlook, BatchPlan } from './types.ts';
import { ASSUMED_DURATION_MS, type BatchViewParts } from './view.ts';

/** What submitting a batch now would mean, before it is written down. */
export async function outlookOf(
  { items }: BatchPlan,
  { db, account, journal, permits }: BatchViewParts,
): Promise<BatchOutlook> {
  const now = await db.now();
  const row = await db.first(
    `SELECT COUNT(*) AS jobs FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ('queued', 'preparing') AND priority <> ?`,
    [account, PRIORITY.paused],
  );
  const { startsAt, latencyMs } = await permits.forecast(now, Number(row?.['jobs'] ?? 0) + items.length - 1);
  const [first] = items;
  const typicalMs = first && (await journal.typicalDuration(first.request));
  const budget = await permits.budget.view(now);
  return {
    endsAt: Number.isFinite(startsAt) ? startsAt + latencyMs + (typicalMs ?? ASSUMED_DURATION_MS) : undefined,
    budget: budget && { limit: budget.limit, left: Math.max(0, budget.limit - budget.spent - budget.committed) },
  };
}

/** Keys of items whose requests earlier batches of this source have made, or may yet make, as often as they did. */
export async function madeBefore(
  { tool, source, items }: BatchPlan,
  { principal }: Caller,
  { db, account }: { readonly db: Queryable; readonly account: string },
): Promise<ReadonlySet<string>> {
  const rows = await db.all(
    `SELECT j.fingerprint AS mark, COUNT(*) AS times
     FROM batches b JOIN batch_items i ON i.batch = b.id JOIN jobs j ON j.id = i.job
     WHERE b.account = ? AND b.principal = ? AND b.source = ? AND b.tool = ?
       AND j.state NOT IN ('failed', 'expired', 'cancelled')
     GROUP BY j.fingerprint`,
    [account, principal, source, tool],
  );
  // Over all batches: one with `--new-only` adds to those before it.
  const left = new Map(rows.map((row) => [String(row['mark']), Number(row['times'])]));
  const made = new Set<string>();
  for (const { key, request } of items) {
    const mark = fingerprint(request);
    const times = left.get(mark) ?? 0;
    if (times > 0) made.add(key);
    left.set(mark, times - 1);
  }
  return made;
}
