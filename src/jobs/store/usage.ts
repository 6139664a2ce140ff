import { z } from 'zod';
import { DAY_MS } from '../../shared/durations.ts';
import type { Database } from '../../store/database.ts';
import { readRows, readTally } from '../../store/rows.ts';
import type { Usage } from '../model/types.ts';
import { MAY_HAVE_COST } from './sql.ts';

const Day = z.object({ day: z.number(), spent: z.number() });

/** Days that are reported, today included. Permits are kept longer. */
const USAGE_DAYS = 30;

/** Paid requests of one principal by day and by tool, from its permits. */
export async function usageOf(db: Database, account: string, principal: string): Promise<Usage> {
  const today = Math.floor((await db.now()) / DAY_MS);
  const params = [account, principal, (today - USAGE_DAYS + 1) * DAY_MS];
  const where = `account = ? AND principal = ? AND granted_at >= ? AND ${MAY_HAVE_COST}`;
  const days = await readRows(
    db,
    Day,
    `SELECT granted_at / ${DAY_MS} AS day, COUNT(*) AS spent FROM permits WHERE ${where} GROUP BY 1 ORDER BY 1 DESC`,
    params,
  );
  const tools = await readTally(
    db,
    `SELECT tool, COUNT(*) AS spent FROM permits WHERE ${where} GROUP BY tool ORDER BY 2 DESC, tool`,
    params,
  );
  return {
    days: days.map(({ day, spent }) => ({ day: isoDay(day), paidRequests: spent })),
    tools: [...tools].map(([tool, paidRequests]) => ({ tool, paidRequests })),
  };
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
