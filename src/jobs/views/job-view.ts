import { NO_COST, type Cost } from '../../firefly/pricing.ts';
import { mediaOf } from '../../firefly/endpoints/registry.ts';
import type { ImageLibrary, ImageRecord } from '../../images/types.ts';
import type { Database } from '../../store/database.ts';
import { lineTo, type Line } from '../limits/line.ts';
import type { Permits } from '../limits/permits.ts';
import { missesComposite, type JobRow } from '../model/job-row.ts';
import { isFinal, isWaiting } from '../model/states.ts';
import type { JobStore } from '../store/job-store.ts';
import { PRIORITY } from '../model/priority.ts';
import { sentSeed } from '../model/requests/adobe-request.ts';
import { compositeMissing } from '../model/problems.ts';
import type { JobView } from '../model/types.ts';

/** Dependencies of a view. */
export interface ViewDeps {
  readonly db: Database;
  readonly account: string;
  readonly jobStore: JobStore;
  readonly permits: Permits;
  readonly images: ImageLibrary;
}

/** A job as its owner may see it, with its place in the queue or its expected end. */
export async function viewOf(job: JobRow, deps: ViewDeps): Promise<JobView> {
  return view(job, await factsOf([job], deps), deps);
}

/** Several jobs as `viewOf` shows one. */
export async function viewsOf(jobs: readonly JobRow[], deps: ViewDeps): Promise<readonly JobView[]> {
  const facts = await factsOf(jobs, deps);
  return Promise.all(jobs.map((job) => view(job, facts, deps)));
}

/** What one question to the store tells about any number of jobs. */
interface SharedFacts {
  readonly now: number;
  readonly costs: ReadonlyMap<string, Cost>;
  readonly pictures: ReadonlyMap<string, readonly ImageRecord[]>;
}

async function factsOf(jobs: readonly JobRow[], { db, images, permits }: ViewDeps): Promise<SharedFacts> {
  // What was sent and refused costs nothing, so a job that waits for its permit has cost nothing yet.
  const sent = jobs.filter(({ state }) => !isWaiting(state)).map(({ id }) => id);
  return { now: await db.now(), costs: await permits.costs(sent), pictures: await picturesOf(jobs, images) };
}

async function view(job: JobRow, { now, costs, pictures }: SharedFacts, deps: ViewDeps): Promise<JobView> {
  const isQueued = isWaiting(job.state) && job.priority !== PRIORITY.paused;
  const line = isQueued ? await lineTo(deps.db, job) : undefined;
  const row = rowView(job);
  const images = pictures.get(job.id) ?? [];
  return {
    ...row,
    position: line && line.ahead.length + 1,
    startsAt: line && (await startsAt(job, line, now, deps)),
    endsAt: await endsAt(job, now, deps),
    images,
    warnings: [...row.warnings, ...(isFinal(job.state) ? editWarnings(job, images) : [])],
    cost: costs.get(job.id) ?? NO_COST,
    results: job.outputs
      .filter(({ url, expiresAt }) => url !== '' && expiresAt > now)
      .map(({ url, expiresAt }) => ({ url, expiresAt })),
  };
}

/** A view from the row alone, without queries: position, estimates, pictures and cost are left out. */
export function rowView(job: JobRow): JobView {
  return {
    id: job.id,
    tool: job.tool,
    state: job.state,
    cancelling: !isFinal(job.state) && (job.cancel === 'requested' || job.cancel === 'sent'),
    cancelRefused: job.cancel === 'refused' || undefined,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    finishedAt: job.finishedAt,
    progress: job.progress,
    position: undefined,
    startsAt: undefined,
    endsAt: undefined,
    media: mediaOf(job.operation),
    count: job.count,
    size: job.size,
    model: job.model,
    facts: job.facts,
    arguments: job.arguments,
    seeds: seedsOf(job),
    saves: job.saves,
    images: [],
    missesComposite: missesComposite(job) || undefined,
    problem: job.problem,
    warnings: [...job.warnings, ...(AFTER_CANCEL[job.cancel] ?? [])],
    hasKey: job.idempotencyKey !== undefined,
    answerLost: job.delivery === 'lost',
    replaces: job.replaces,
    cost: NO_COST,
    results: [],
  };
}

/** The seed of each picture: Adobe's word, else what it was asked for. */
function seedsOf({ outputs, body, count }: JobRow): readonly number[] | undefined {
  const places = outputs.length > 0 ? outputs.length : count;
  const seeds = Array.from({ length: places }, (_, place) => outputs[place]?.seed ?? sentSeed(body, place));
  return seeds.every((seed) => seed !== undefined) ? seeds : undefined;
}

/**
 * The pictures of these jobs, by job. What Adobe has painted for an edit is none of them before the end, since it waits for
 * its composite.
 */
export async function picturesOf(
  jobs: readonly JobRow[],
  images: Pick<ImageLibrary, 'ofJobs'>,
): Promise<ReadonlyMap<string, readonly ImageRecord[]>> {
  const made = jobs.filter(({ outputs }) => outputs.length > 0);
  const stored = await images.ofJobs(made.map(({ id }) => id));
  const shown = ({ id, state }: JobRow) =>
    (stored.get(id) ?? []).filter(({ kind }) => isFinal(state) || kind !== 'painted');
  return new Map(made.map((job) => [job.id, shown(job)]));
}

/** What an edit has to say of its composites, each sentence once. */
function editWarnings({ edit }: JobRow, images: readonly ImageRecord[]): readonly string[] {
  if (edit === undefined) return [];
  const notes = new Set(images.flatMap(({ facts }) => facts.composite?.notes ?? []));
  const isWhole = images.every(({ kind }) => kind !== 'painted');
  return isWhole ? [...notes] : [compositeMissing(edit.failure ?? ''), ...notes];
}

/** What became of the cancel of a job that Adobe finished. */
const AFTER_CANCEL: Partial<Record<JobRow['cancel'], readonly string[]>> = {
  too_late: ['The cancel came too late: Adobe had already finished, so the picture was kept.'],
  refused: ['The cancel was refused, and Adobe finished the job, so the picture was kept.'],
};

/** Estimated time of the submit (epoch ms); undefined where none is ever permitted, such as with a budget of zero. */
async function startsAt(job: JobRow, line: Line, now: number, { permits }: ViewDeps) {
  const { startsAt: permittedAt } = await permits.forecast(now, line);
  return Number.isFinite(permittedAt) ? Math.max(job.runnableAt, permittedAt) : undefined;
}

/** Estimated end of an accepted job (epoch ms), by the median of its kind. */
async function endsAt(job: JobRow, now: number, { jobStore }: ViewDeps): Promise<number | undefined> {
  if (isFinal(job.state) || job.acceptedAt === undefined) return undefined;
  const typical = await jobStore.typicalDuration(job);
  return typical === undefined ? undefined : Math.max(now, job.acceptedAt + typical);
}
