import { countUnfinished, listBegunJobs, listNewestJobs } from './store/job-lists.ts';
import type { Caller, JobView, Overview } from './types.ts';
import { viewOf, type ViewParts } from './view.ts';

/** Jobs of this caller that are no items of a batch, newest first; those older than `before` (epoch ms) where given. */
export async function newestJobs(
  { principal }: Caller,
  { limit, before = Number.MAX_SAFE_INTEGER }: { limit: number; before?: number | undefined },
  parts: ViewParts,
): Promise<readonly JobView[]> {
  const { db, account } = parts;
  const jobs = await listNewestJobs(db, { account, principal, limit, before });
  return Promise.all(jobs.map((job) => viewOf(job, parts)));
}

/** What is queued and running, the first jobs of each, and how much of quota and budget is used. */
export async function overviewOf(caller: Caller, limit: number, parts: ViewParts): Promise<Overview> {
  const { db, account, permits } = parts;
  const counts = await countUnfinished(db, { account, principal: caller.principal });
  const now = await db.now();
  const ledger = await permits.ledger(db, now);
  return {
    ...counts,
    jobs: await runningFirst(caller, limit, parts),
    budget: await permits.budget.view(now),
    quota: {
      perMinute: ledger.quota.perMinute,
      usedThisMinute: ledger.recent.length,
      perDay: ledger.quota.perDay,
      usedToday: ledger.today,
      heldUntil: ledger.heldUntil !== undefined && ledger.heldUntil > now ? ledger.heldUntil : undefined,
    },
  };
}

/** What runs is often older than all that waits, and would not be among the newest. */
async function runningFirst(caller: Caller, limit: number, parts: ViewParts): Promise<readonly JobView[]> {
  const { db, account } = parts;
  const begun = await listBegunJobs(db, { account, principal: caller.principal, limit });
  const running = await Promise.all(begun.map((job) => viewOf(job, parts)));
  const others = await newestJobs(caller, { limit }, parts);
  return [...running, ...others.filter(({ id }) => !running.some((job) => job.id === id))].slice(0, limit);
}
