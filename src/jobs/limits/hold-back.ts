import type { Transaction } from '../../store/database.ts';
import type { JobRow } from '../model/job-row.ts';
import { holdBackFollowing } from '../store/fair-queue.ts';

/** Longest time for which a job is held back before it asks again: a request in flight may be refused. */
const MAX_HOLD_MS = 5 * 60_000;

/**
 * Holds a job back that fits into the budget of its principal from `until` on (epoch ms), or into a budget never
 * (Infinity): it must not keep the jobs of other principals waiting. Those of its own that follow it are held back with
 * it, lest each be claimed in vain; behind a job that never fits, only those that cost as much.
 */
export async function holdBack(
  tx: Transaction,
  job: JobRow,
  until: number,
): Promise<{ readonly granted: false; readonly retryAt: number; readonly requeue: true }> {
  const retryAt = Math.min(until, tx.now + MAX_HOLD_MS);
  await holdBackFollowing(tx, job, { until: retryAt, least: Number.isFinite(until) ? 0 : job.operations });
  return { granted: false, retryAt, requeue: true };
}
