import { countUnfinished, listBegunJobs, listNewestJobs } from '../store/job-lists.ts';
import type { JobView, Overview } from '../model/types.ts';
import type { Caller } from '../../shared/caller.ts';
import type { Limit } from '../limits/sliding-window.ts';
import { viewsOf, type ViewDeps } from './job-view.ts';

/** Jobs of this caller that are no items of a batch, newest first; those older than `before` (epoch ms) where given. */
export async function newestJobs(
  { principal }: Caller,
  { limit, before = Number.MAX_SAFE_INTEGER }: { limit: number; before?: number | undefined },
  deps: ViewDeps,
): Promise<readonly JobView[]> {
  const { db, account } = deps;
  const jobs = await listNewestJobs(db, { account, principal, limit, before });
  return viewsOf(jobs, deps);
}

/** Counts of queued and running jobs, the first of each, and what is used of quota and budget. */
export async function overviewOf(caller: Caller, limit: number, deps: ViewDeps): Promise<Overview> {
  const { db, account, permits } = deps;
  const counts = await countUnfinished(db, { account, principal: caller.principal });
  const now = await db.now();
  const { principal, can } = caller;
  const ledger = await permits.ledger(db, now, {
    ahead: [],
    own: { principal, operations: 1, principalBudget: undefined },
  });
  return {
    ...counts,
    ...(await runningFirst(caller, limit, deps)),
    budget: await permits.budget.view(now),
    ownBudget: await permits.budget.viewOf({ principal, budget: can.budget }, now),
    quota: {
      perMinute: ledger.quota.perMinute,
      usedThisMinute: ledger.thisMinute,
      minuteResetsAt: resetOf(ledger.limits[0]),
      perDay: ledger.quota.perDay,
      usedToday: ledger.today,
      dayResetsAt: await permits.dayResetsAt(now),
      cooldownUntil:
        ledger.cooldownUntil !== undefined && ledger.cooldownUntil > now ? ledger.cooldownUntil : undefined,
    },
  };
}

/** When the oldest use leaves the window of a limit. */
function resetOf(limit: Limit | undefined): number | undefined {
  const [oldest] = limit?.oldest ?? [];
  return limit && oldest && oldest.from + limit.windowMs;
}

/** Running jobs first: many are older than all queued ones, and would be missing among the newest. */
async function runningFirst(
  { principal }: Caller,
  limit: number,
  deps: ViewDeps,
): Promise<Pick<Overview, 'jobs' | 'hasOlder'>> {
  const { db, account } = deps;
  // One more than is told shows whether there are others; a count would read the whole history.
  const query = { account, principal, limit: limit + 1 };
  const running = await listBegunJobs(db, query);
  const newest = await listNewestJobs(db, { ...query, before: Number.MAX_SAFE_INTEGER });
  const others = newest.filter(({ id }) => !running.some((job) => job.id === id));
  const all = [...running, ...others];
  return { jobs: await viewsOf(all.slice(0, limit), deps), hasOlder: all.length > limit };
}
