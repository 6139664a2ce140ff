import { z } from 'zod';
import { isEstimated, totalCost, type Cost } from '../../../firefly/pricing.ts';
import { DAY_MS } from '../../../shared/time/durations.ts';
import type { Queryable, SqlValue } from '../../../store/database.ts';
import { readRows, parseRow, time } from '../../../store/rows.ts';
import type { PictureCost } from '../../model/spending-views.ts';
import { MAY_HAVE_COST, placeholders } from '../sql.ts';

const Subtotal = z.object({ name: z.string(), operation: z.string(), operations: z.number(), requests: z.number() });

/** Selects permits, and groups them. */
interface Selection {
  /** SQL of the name of a group; a text. */
  readonly by: string;
  readonly where: string;
  readonly params: readonly SqlValue[];
}

/** Day since 1970 of a permit, as text. */
const DAY = `CAST(granted_at / ${DAY_MS} AS TEXT)`;

/** What the selected permits may have cost, by group. */
async function costsBy({ by, where, params }: Selection, from: Queryable): Promise<ReadonlyMap<string, Cost>> {
  const subtotals = await readRows(
    from,
    Subtotal,
    `SELECT ${by} AS name, operation, SUM(operations) AS operations, COUNT(*) AS requests FROM permits
     WHERE ${MAY_HAVE_COST} AND ${where} GROUP BY 1, 2`,
    params,
  );
  const costs = new Map<string, Cost>();
  for (const { name, operation, operations, requests } of subtotals) {
    const subtotal = { operations, requests, estimate: isEstimated(operation) };
    const earlier = costs.get(name);
    costs.set(name, earlier === undefined ? subtotal : totalCost([earlier, subtotal]));
  }
  return costs;
}

/** What may have been charged for these jobs, by job. Jobs without such a permit are left out. */
export async function costOfJobs(from: Queryable, jobs: readonly string[]): Promise<ReadonlyMap<string, Cost>> {
  if (jobs.length === 0) return new Map();
  return costsBy({ by: 'job', where: `job IN ${placeholders(jobs)}`, params: jobs }, from);
}

const Share = z.object({ job: z.string(), operation: z.string(), operations: z.number(), pictures: z.number() });

/** What may have been charged for one picture of each of a principal's jobs, by job: an equal share of what was asked for. */
export async function costOfPictures(
  from: Queryable,
  { principal, jobs }: { readonly principal: string; readonly jobs: readonly string[] },
): Promise<ReadonlyMap<string, PictureCost>> {
  if (jobs.length === 0) return new Map();
  const shares = await readRows(
    from,
    Share,
    `SELECT job, MAX(operation) AS operation, SUM(operations) AS operations, MAX(count) AS pictures FROM permits
     WHERE ${MAY_HAVE_COST} AND principal = ? AND job IN ${placeholders(jobs)} GROUP BY job`,
    [principal, ...jobs],
  );
  return new Map(
    shares.map(({ job, operation, operations, pictures }) => [
      job,
      { operations: Math.round((operations / pictures) * 100) / 100, estimate: isEstimated(operation) },
    ]),
  );
}

/** What may have been charged for every job of a batch, replaced ones included. */
export async function costOfBatch(from: Queryable, batch: string): Promise<Cost> {
  const where = 'job IN (SELECT id FROM jobs WHERE batch = ? UNION SELECT job FROM batch_items WHERE batch = ?)';
  return totalCost([...(await costsBy({ by: 'account', where, params: [batch, batch] }, from)).values()]);
}

/** What may have been charged for the current jobs of a batch's items, by job. */
export function costByItemJob(from: Queryable, batch: string): Promise<ReadonlyMap<string, Cost>> {
  const where = 'job IN (SELECT job FROM batch_items WHERE batch = ?)';
  return costsBy({ by: 'job', where, params: [batch] }, from);
}

/** What one principal was charged, or may have been, on one day since 1970. */
interface PrincipalDay {
  readonly principal: string;
  readonly day: number;
  readonly cost: Cost;
}

/** What each principal may have been charged for since a time (epoch ms), by principal and day since 1970. */
export async function costByPrincipal(
  from: Queryable,
  { account, since }: { readonly account: string; readonly since: number },
): Promise<readonly PrincipalDay[]> {
  const costs = await costsByDay(
    'principal',
    { where: 'account = ? AND granted_at >= ?', params: [account, since] },
    from,
  );
  return costs.map(({ name, ...rest }) => ({ principal: name, ...rest }));
}

/** Permits of one principal: since a time, and before another one where that is given (epoch ms). */
interface PrincipalPermits {
  readonly account: string;
  readonly principal: string;
  readonly since: number;
  readonly until?: number;
}

/** What one principal may have been charged for, by tool and day since 1970. */
export async function costOfPrincipal(
  from: Queryable,
  { account, principal, since, until }: PrincipalPermits,
): Promise<readonly { readonly tool: string; readonly day: number; readonly cost: Cost }[]> {
  const before = until === undefined ? '' : ' AND granted_at < ?';
  const where = `account = ? AND principal = ? AND granted_at >= ?${before}`;
  const params = [account, principal, since, ...(until === undefined ? [] : [until])];
  const costs = await costsByDay('tool', { where, params }, from);
  return costs.map(({ name, ...rest }) => ({ tool: name, ...rest }));
}

async function costsByDay(
  column: 'principal' | 'tool',
  selection: Omit<Selection, 'by'>,
  from: Queryable,
): Promise<readonly { readonly name: string; readonly day: number; readonly cost: Cost }[]> {
  const costs = await costsBy({ by: `${DAY} || ' ' || ${column}`, ...selection }, from);
  return [...costs].map(([key, cost]) => {
    const blank = key.indexOf(' ');
    const day = Number(key.slice(0, blank));
    parseRow(time, day * DAY_MS);
    return { day, name: key.slice(blank + 1), cost };
  });
}
