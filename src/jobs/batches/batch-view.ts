import { NO_COST } from '../../firefly/pricing.ts';
import type { ImageLibrary, ImageRecord } from '../../images/types.ts';
import { groupsOf } from '../../shared/groups.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import type { Queryable } from '../../store/database.ts';
import { VALUES_AT_ONCE } from '../../store/placeholders.ts';
import {
  blockedJob,
  countByState,
  failedItems,
  itemsWithJobs,
  lastAcceptedOfBatch,
} from '../store/batches/batch-items.ts';
import { missesComposite, type JobRow } from '../model/job-row.ts';
import { compositeMissing } from '../model/problems.ts';
import type { BatchRow } from '../store/batches/batch-row.ts';
import { lineTo } from '../limits/line.ts';
import { lastWaitingOfBatch } from '../store/fair-queue.ts';
import { costByItemJob, costOfBatch } from '../store/permits/costs.ts';
import { picturesOf, type ViewDeps } from '../views/job-view.ts';
import { manifestFiles } from './output/manifest.ts';
import { batchState, countItems, endedItems } from './model/batch-counts.ts';
import type { BatchCounts, BatchFailure, BatchItemView, BatchView } from './model/batch-types.ts';

/** Dependencies of a view. */
export type BatchViewDeps = Pick<ViewDeps, 'db' | 'account' | 'jobStore' | 'permits'>;

/** Duration that estimates assume before the first job of a kind has ended. */
export const ASSUMED_DURATION_MS = 10_000;
const SHOWN_FAILURES = 5;
/** Characters of a name from a batch file that are shown. */
const LONGEST_NAME = 100;
/** Characters of a prompt in an answer, where an item has no file. */
const LONGEST_PROMPT = 32;
/** Roles of pictures that only guide a prompt. */
const REFERENCES: readonly string[] = ['style', 'structure'];

/** A batch as its owner may see it: counts, cost, estimated end, first failures. Takes about eight queries. */
export async function viewBatch(batch: BatchRow, deps: BatchViewDeps): Promise<BatchView> {
  const { db } = deps;
  const counts = await countsOf(batch.id, db);
  const state = batchState(batch.desiredState, counts, batch.items);
  const written = counts.waiting + counts.running + endedItems(counts);
  return {
    id: batch.id,
    tool: batch.tool,
    source: quoteUntrusted(batch.source, LONGEST_NAME),
    state,
    createdAt: batch.createdAt,
    items: batch.items,
    written,
    duplicates: batch.duplicates,
    counts,
    cost: await costOfBatch(db, batch.id),
    endsAt:
      state === 'active' || counts.running > 0 ? await estimateEnd(batch.id, batch.items - written, deps) : undefined,
    folder: batch.folder ?? undefined,
    manifests: manifestFiles(batch),
    settled: batch.settledAt !== null,
    isDriven: await deps.jobStore.isDriven(),
    waitsFor: counts.waiting > 0 ? (await blockedJob(db, batch.id))?.problem : undefined,
    failures: counts.failed + counts.unknown > 0 ? await failuresOf(batch.id, db) : [],
  };
}

/** Items of a batch by group of states. */
export async function countsOf(batch: string, db: Queryable): Promise<BatchCounts> {
  return countItems(await countByState(db, batch));
}

/** The items of a batch, or a selection of them, in the order of its source. */
export async function viewItems(
  db: Queryable,
  images: ImageLibrary,
  { id, principal }: Pick<BatchRow, 'id' | 'principal'>,
  selection?: Parameters<typeof itemsWithJobs>[2],
): Promise<readonly BatchItemView[]> {
  const costs = await costByItemJob(db, id);
  const rows = await itemsWithJobs(db, id, selection);
  const given = rows.flatMap(({ job: { facts } }) => facts.sources?.slice(0, 1) ?? []);
  const fileOf = await fileNames(new Set(given), images, principal);
  const pictures = await picturesOfAll(
    rows.map(({ job }) => job),
    images,
  );
  return rows.map(({ item, job }) => {
    const { sources: [source = ''] = [], roles = [] } = job.facts;
    // Equal pictures have one handle, and each item the name that it was given by.
    const own = roles.find(({ image }) => image === source);
    // A style of all items would name each of them by the same file.
    const file = own && REFERENCES.includes(own.role) ? undefined : (own?.file ?? fileOf.get(source));
    return {
      item: item.item,
      place: item.place,
      label: item.label,
      source: file ?? (job.facts.prompt && quoteUntrusted(job.facts.prompt, LONGEST_PROMPT)),
      job: job.id,
      state: job.state,
      images: pictures.get(job.id) ?? [],
      files: item.files ?? {},
      problem: job.problem,
      remark: missesComposite(job) ? compositeMissing(job.edit?.failure ?? '') : undefined,
      cost: costs.get(job.id) ?? NO_COST,
    };
  });
}

/** The pictures of any number of jobs, by job. */
async function picturesOfAll(jobs: readonly JobRow[], images: ImageLibrary) {
  const found: (readonly [string, readonly ImageRecord[]])[] = [];
  for (const some of groupsOf(jobs, VALUES_AT_ONCE)) found.push(...(await picturesOf(some, images)));
  return new Map(found);
}

/** Names of the files that pictures were imported from, by handle. */
async function fileNames(ids: ReadonlySet<string>, images: ImageLibrary, principal: string) {
  const found: [string, string | undefined][] = [];
  for (const some of groupsOf([...ids], VALUES_AT_ONCE)) {
    const records = await images.list({ limit: some.length, ids: some }, { principal, conversation: undefined });
    found.push(...records.map(({ id, facts }) => [id, facts.file] as [string, string | undefined]));
  }
  return new Map(found);
}

async function failuresOf(batch: string, db: Queryable): Promise<readonly BatchFailure[]> {
  const failed = await failedItems(db, batch, SHOWN_FAILURES);
  return failed.map(({ label, job: { id, state, problem } }) => ({
    label: quoteUntrusted(label, LONGEST_NAME),
    job: id,
    state,
    problem,
  }));
}

/** Estimated end of the last item (epoch ms); `unwritten` items follow those that are stored. */
async function estimateEnd(batch: string, unwritten: number, { db, jobStore, permits }: BatchViewDeps) {
  const now = await db.now();
  const waiting = await lastWaitingOfBatch(db, batch);
  const job = waiting ?? (await lastAcceptedOfBatch(db, batch));
  if (job === undefined) return undefined;
  const durationMs = (await jobStore.typicalDuration(job)) ?? ASSUMED_DURATION_MS;
  if (waiting === undefined) return Math.max(now, (job.acceptedAt ?? now) + durationMs);
  const line = await lineTo(db, job);
  const ahead = [...line.ahead, ...Array.from({ length: unwritten }, () => line.own)];
  const { startsAt, latencyMs } = await permits.forecast(now, { ...line, ahead });
  return Number.isFinite(startsAt) ? startsAt + latencyMs + durationMs : undefined;
}
