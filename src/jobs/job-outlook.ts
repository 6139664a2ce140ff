import { costOf, NO_COST } from '../firefly/pricing.ts';
import type { Firefly } from '../firefly/types.ts';
import type { Caller } from '../shared/caller.ts';
import type { Database, Transaction } from '../store/database.ts';
import { findDuplicate } from './deduplication/duplicates.ts';
import { waitingInteractive } from './limits/line.ts';
import type { Permits } from './limits/permits.ts';
import { refuseLongQueue } from './limits/queue-limit.ts';
import type { EnqueueOptions, JobOutlook } from './model/requests/call-options.ts';
import type { PaidRequest } from './model/types.ts';
import type { JobStore } from './store/job-store.ts';

/** What the outlook of a job asks. */
interface OutlookDeps {
  readonly db: Database;
  readonly account: string;
  readonly firefly: Pick<Firefly, 'prepare'>;
  readonly permits: Permits;
  readonly jobStore: Pick<JobStore, 'typicalDuration'>;
}

/** What a call would do now. Nothing is stored. @throws Problem as `Jobs.enqueue` */
export async function outlookOf(
  request: PaidRequest,
  caller: Caller,
  options: EnqueueOptions,
  { db, account, firefly, permits, jobStore }: OutlookDeps,
): Promise<JobOutlook> {
  const now = await db.now();
  const duplicate = await findDuplicate({ ...options, request, caller, account }, db, now);
  if (duplicate) return { attachesTo: duplicate.id, cost: NO_COST, startsAt: undefined, endsAt: undefined };
  await firefly.prepare();
  const cost = costOf(request);
  const own = { principal: caller.principal, operations: cost.operations, principalBudget: caller.can.budget };
  await db.transaction(async (tx: Transaction) => {
    await permits.budget.admit(tx, own);
    await refuseLongQueue(tx, own, { account, permits });
  });
  const line = { ahead: await waitingInteractive(db, account), own };
  const { startsAt, latencyMs } = await permits.forecast(now, line);
  // A limit of zero permits nothing, ever.
  if (!Number.isFinite(startsAt)) return { attachesTo: undefined, cost, startsAt: undefined, endsAt: undefined };
  const typicalMs = await jobStore.typicalDuration(request);
  const endsAt = typicalMs === undefined ? undefined : startsAt + latencyMs + typicalMs;
  return { attachesTo: undefined, cost, startsAt, endsAt };
}
