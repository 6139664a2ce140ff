import { costOf, totalCost } from '../../../firefly/pricing.ts';
import type { Queryable } from '../../../store/database.ts';
import { waitingJobs } from '../../limits/line.ts';
import { fingerprint } from '../../deduplication/fingerprint.ts';
import { requestsOfSource } from '../../store/batches/batch-items.ts';
import type { Caller } from '../../../shared/caller.ts';
import type { BatchOutlook, BatchPlan } from '../model/batch-types.ts';
import { ASSUMED_DURATION_MS, type BatchViewDeps } from '../batch-view.ts';

const NOTHING = { principal: '', operations: 0, principalBudget: undefined };

/** Cost and estimated end of a batch, if it were submitted now, and the budgets that it would find. */
export async function outlookOf(
  { items }: BatchPlan,
  { principal, can }: Caller,
  { db, account, jobStore, permits }: BatchViewDeps,
): Promise<BatchOutlook> {
  const now = await db.now();
  const costs = items.map(({ request }) => costOf(request));
  const own = costs.map(({ operations }) => ({ principal, operations, principalBudget: can.budget }));
  const line = { ahead: [...(await waitingJobs(db, account)), ...own.slice(0, -1)], own: own.at(-1) ?? NOTHING };
  const { startsAt, latencyMs } = await permits.forecast(now, line);
  const [first] = items;
  const typicalMs = first && (await jobStore.typicalDuration(first.request));
  const budgets = [
    { owner: 'principal' as const, view: await permits.budget.viewOf({ principal, budget: can.budget }, now) },
    { owner: 'installation' as const, view: await permits.budget.view(now) },
  ];
  return {
    endsAt: Number.isFinite(startsAt) ? startsAt + latencyMs + (typicalMs ?? ASSUMED_DURATION_MS) : undefined,
    cost: totalCost(costs),
    budgets: budgets.flatMap(({ owner, view }) => {
      if (view === undefined) return [];
      const { limit, left } = view;
      return [{ owner, limit, left, tooLarge: costs.filter(({ operations }) => operations > limit).length }];
    }),
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
  const remaining = new Map(await requestsOfSource(db, { account, principal, source, tool }));
  const made = new Set<string>();
  for (const { key, request } of items) {
    const hash = fingerprint(request);
    const times = remaining.get(hash) ?? 0;
    if (times > 0) made.add(key);
    remaining.set(hash, times - 1);
  }
  return made;
}
