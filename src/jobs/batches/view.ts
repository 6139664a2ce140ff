import type { ProblemRecord } from '../../shared/errors.ts';
import type { Queryable } from '../../store/database.ts';
import { MAY_HAVE_COST } from '../budget.ts';
import type { ViewParts } from '../view.ts';
import { fromRow } from '../record.ts';
import { JOB_STATES } from '../states.ts';
import { GOES_BEFORE, placeInQueue, PRIORITY, QUEUE_ORDER } from '../turns.ts';
import { manifestFiles } from './manifest-files.ts';
import { batchState, countItems, endedItems } from './progress.ts';
import type { BatchRecord } from './record.ts';
import type { BatchCounts, BatchFailure, BatchView } from './types.ts';

/** What a view is made from. */
export type BatchViewParts = Pick<ViewParts, 'db' | 'account' | 'journal' | 'permits'>;

/** How long a job takes before the first one of its kind has ended, as estimates assume. */
export const ASSUMED_DURATION_MS = 10_000;
const SHOWN_FAILURES = 5;

/** A batch as its owner may see it: counts, cost, estimated end, first failures. */
export async function viewBatch(batch: BatchRecord, parts: BatchViewParts): Promise<BatchView> {
  const { db } = parts;
  const counts = await countsOf(batch, db);
  const state = batchState(batch.wish, counts, batch.items);
  const written = counts.waiting + counts.running + endedItems(counts);
  return {
    id: batch.id,
    tool: batch.tool,
    source: batch.source,
    state,
    createdAt: batch.createdAt,
    items: batch.items,
    written,
    duplicates: batch.duplicates,
    counts,
    paidRequests: await spent(batch.id, db),
    endsAt: state === 'active' || counts.running > 0 ? await endOf(batch, batch.items - written, parts) : undefined,
    folder: batch.folder ?? undefined,
    manifests: manifestFiles(batch),
    settled: batch.settledAt !== null,
    isDriven: await parts.journal.isDriven(),
    waitsFor: counts.waiting > 0 ? await waitsFor(batch.id, db) : undefined,
    failures: counts.failed + counts.unknown > 0 ? await failuresOf(batch.id, db) : [],
  };
}

/** How many items of a batch stand where. */
export async function countsOf({ id }: Pick<BatchRecord, 'id'>, db: Queryable): Promise<BatchCounts> {
  const rows = await db.all(
    `SELECT j.state AS state, COUNT(*) AS jobs FROM batch_items i JOIN jobs j ON j.id = i.job
     WHERE i.batch = ? GROUP BY j.state`,
    [id],
  );
  const jobs = new Map(rows.map((row) => [String(row['state']), Number(row['jobs'])]));
  return countItems(new Map(JOB_STATES.map((state) => [state, jobs.get(state) ?? 0])));
}

/** Of every job of the batch, those that were tried again included. */
async function spent(batch: string, db: Queryable): Promise<number> {
  const row = await db.first(
    `SELECT COUNT(*) AS spent FROM permits WHERE ${MAY_HAVE_COST}
       AND job IN (SELECT id FROM jobs WHERE batch = ? UNION SELECT job FROM batch_items WHERE batch = ?)`,
    [batch, batch],
  );
  return Number(row?.['spent'] ?? 0);
}

/** Of items that a process holds, or that are paused: those in the queue may tell of something that is over. */
async function waitsFor(batch: string, db: Queryable): Promise<ProblemRecord | undefined> {
  const row = await db.first(
    `SELECT * FROM jobs WHERE batch = ? AND finished_at IS NULL AND (state = 'preparing' OR priority = ?)
       AND problem IS NOT NULL ORDER BY updated_at DESC LIMIT 1`,
    [batch, PRIORITY.paused],
  );
  return row && fromRow(row).problem;
}

async function failuresOf(batch: string, db: Queryable): Promise<readonly BatchFailure[]> {
  const rows = await db.all(
    `SELECT j.*, i.label AS label FROM batch_items i JOIN jobs j ON j.id = i.job
     WHERE i.batch = ? AND j.state IN ('failed', 'expired', 'submit_unknown') ORDER BY i.place LIMIT ?`,
    [batch, SHOWN_FAILURES],
  );
  return rows.map((row) => {
    const { id, state, problem } = fromRow(row);
    return { label: String(row['label']), job: id, state, problem };
  });
}

/** When the last item will have ended, by the ledger and the durations seen so far; `unwritten` ones come after it. */
async function endOf(batch: BatchRecord, unwritten: number, { db, account, journal, permits }: BatchViewParts) {
  const now = await db.now();
  const unfinished = `SELECT * FROM jobs WHERE batch = ? AND finished_at IS NULL`;
  const waiting = await db.first(
    `${unfinished} AND state IN ('queued', 'preparing') AND priority <> ?
     ORDER BY ${QUEUE_ORDER.replaceAll(',', ' DESC,')} DESC LIMIT 1`,
    [batch.id, PRIORITY.paused],
  );
  const newest = await db.first(`${unfinished} AND accepted_at IS NOT NULL ORDER BY accepted_at DESC LIMIT 1`, [
    batch.id,
  ]);
  const last = waiting ?? newest;
  if (last === undefined) return undefined;
  const job = fromRow(last);
  const durationMs = (await journal.typicalDuration(job)) ?? ASSUMED_DURATION_MS;
  if (waiting === undefined) return Math.max(now, (job.acceptedAt ?? now) + durationMs);
  const row = await db.first(
    `SELECT COUNT(*) AS ahead FROM jobs
     WHERE account = ? AND finished_at IS NULL AND state IN ('queued', 'preparing') AND ${GOES_BEFORE}`,
    [account, ...placeInQueue(job)],
  );
  const { startsAt, latencyMs } = await permits.forecast(now, Number(row?.['ahead'] ?? 0) + unwritten);
  return Number.isFinite(startsAt) ? startsAt + latencyMs + durationMs : undefined;
}
