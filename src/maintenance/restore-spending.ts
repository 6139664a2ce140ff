import {
  holdsNoPermit,
  restoreFromTable,
  restorePermits,
  unknownPermits,
} from '../jobs/store/maintenance/restore-permits.ts';
import { recordPlace } from '../jobs/store/permits/spending-record.ts';
import { HOUR_MS } from '../shared/time/durations.ts';
import { Problem } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Database } from '../store/database.ts';
import { recentSpending } from './recent-spending.ts';

/** Longer than the windows of budget and quota. */
export const RESTORED_WINDOW_MS = 25 * HOUR_MS;

/**
 * Takes the last day's spending from the record into a store that does not know it: a new one, the successor of a damaged
 * one, or an older copy. Without that, budget and quota would begin at zero. What the store knows is left as it is, so
 * that nothing counts twice. Called before the first permit is granted.
 * @throws Problem `store_failed` where a store without any permit has a record that cannot be read
 */
export async function restoreSpending(db: Database, path: string, logger: Logger): Promise<void> {
  const after = (await db.now()) - RESTORED_WINDOW_MS;
  const requests =
    recordPlace(db) === 'table' ? await restoreFromTable(db, after) : await fromFile(db, path, after, logger);
  if (requests > 0) logger.warn('spending_restored', { requests });
}

async function fromFile(db: Database, path: string, after: number, logger: Logger): Promise<number> {
  try {
    const permits = await recentSpending(path, after);
    const unknown = permits.length === 0 ? [] : await unknownPermits(db, permits, after);
    if (unknown.length === 0) return 0;
    return await db.transaction((tx) => restorePermits(tx, unknown), { repeatable: true });
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (await holdsNoPermit(db)) throw unreadable(path, error);
    logger.warn('audit_log_unreadable', { error });
    return 0;
  }
}

function unreadable(path: string, cause: unknown): Problem {
  return new Problem(
    'store_failed',
    `The job store is new, and the record of what was spent cannot be read: ${path}. Budget and quota would begin at zero.`,
    { next: 'Let this user read that file, or move it away to begin at zero.', places: [path], cause },
  );
}
