import { fromRow } from './record.ts';
import { PRIORITY } from './turns.ts';
import type { Caller, JobView, Overview } from './types.ts';
import { viewOf, type ViewParts } from './view.ts';

/** Jobs of this caller that are no items of a batch, newest first; those older than `before` (epoch ms) where given. */
export async function newestJobs(
  { principal }: Caller,
  { limit, before = Number.MAX_SAFE_INTEGER }: { limit: number; before?: number | undefined },
  parts: ViewParts,
): Promise<readonly JobView[]> {
  const rows = await parts.db.all(
    `SELECT * FROM jobs WHERE account = ? AND principal = ? AND created_at < ? AND batch IS NULL
     ORDER BY created_at DESC LIMIT ?`,
    [parts.account, principal, before, limit],
  );
  return Promise.all(rows.map((row) => viewOf(fromRow(row), parts)));
}

/** What is queued and running, the first jobs of each, and how much of quota and budget is used. */
export async function overviewOf(caller: Caller, limit: number, parts: ViewParts): Promise<Overview> {
  const { db, account, permits } = parts;
  const rows = await db.all(
    `SELECT CASE WHEN state IN ('queued', 'preparing') THEN 'queued' ELSE 'running' END AS phase, COUNT(*) AS jobs
     FROM jobs WHERE account = ? AND principal = ? AND finished_at IS NULL AND priority IN (?, ?)
     GROUP BY 1`,
    [account, caller.principal, PRIORITY.interactive, PRIORITY.batch],
  );
  const counts = new Map(rows.map((row) => [String(row['phase']), Number(row['jobs'])]));
  const now = await db.now();
  const ledger = await permits.ledger(db, now);
  return {
    queued: counts.get('queued') ?? 0,
    running: counts.get('running') ?? 0,
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
  // Sorted here: SQLite would read an index of all jobs in this order to spare itself the sorting of a few.
  const rows = await parts.db.all(
    `SELECT * FROM jobs WHERE account = ? AND principal = ? AND finished_at IS NULL AND priority = ?
       AND batch IS NULL AND state IN ('permitted', 'submitting', 'accepted', 'running', 'saving')`,
    [parts.account, caller.principal, PRIORITY.interactive],
  );
  const newest = rows.map(fromRow).sort((a, b) => b.createdAt - a.createdAt);
  const running = await Promise.all(newest.slice(0, limit).map((job) => viewOf(job, parts)));
  const others = await newestJobs(caller, { limit }, parts);
  return [...running, ...others.filter(({ id }) => !running.some((job) => job.id === id))].slice(0, limit);
}
