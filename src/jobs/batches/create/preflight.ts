import type { Queryable } from '../../../store/database.ts';
import { fingerprint } from '../../deduplication/fingerprint.ts';
import { requestsOfSource } from '../../store/batches/batch-items.ts';
import { countWaiting } from '../../store/fair-queue.ts';
import type { Caller } from '../../../shared/caller.ts';
import type { BatchOutlook, BatchPlan } from '../model/batch-types.ts';
import { ASSUMED_DURATION_MS, type BatchViewDeps } from '../batch-view.ts';

/** Estimated end of a batch, if it were submitted now, and the budget that it would find. */
export async function outlookOf(
  { items }: BatchPlan,
  { db, account, jobStore, permits }: BatchViewDeps,
): Promise<BatchOutlook> {
  const now = await db.now();
  const waiting = await countWaiting(db, account);
  const { startsAt, latencyMs } = await permits.forecast(now, waiting + items.length - 1);
  const [first] = items;
  const typicalMs = first && (await jobStore.typicalDuration(first.request));
  const budget = await permits.budget.view(now);
  return {
    endsAt: Number.isFinite(startsAt) ? startsAt + latencyMs + (typicalMs ?? ASSUMED_DURATION_MS) : undefined,
    budget: budget && { limit: budget.limit, left: Math.max(0, budget.limit - budget.spent - budget.committed) },
  };
}

/**
 * Keys of items whose requests earlier batches of this source have made, or may yet make. A request that was made twice
 * covers two items.
 */
export async function alreadyMade(
  { tool, source, items }: BatchPlan,
  { principal }: Caller,
  { db, account }: { readonly db: Queryable; readonly account: string },
): Promise<ReadonlySet<string>> {
  // Of all earlier batches, since one with `--new-only` holds only what those before it lack.
  const remaining = await requestsOfSource(db, { account, principal, source, tool });
  const made = new Set<string>();
  for (const { key, request } of items) {
    const hash = fingerprint(request);
    const times = remaining.get(hash) ?? 0;
    if (times > 0) made.add(key);
    remaining.set(hash, times - 1);
  }
  return made;
}
