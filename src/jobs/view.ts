import type { ImageLibrary } from '../images/types.ts';
import type { Database } from '../store/database.ts';
import type { Permits } from './permits.ts';
import type { JobRecord } from './record.ts';
import { isFinal, isWaiting } from './states.ts';
import { countAhead } from './store/fair-queue.ts';
import type { JobStore } from './store/job-store.ts';
import { PRIORITY } from './turns.ts';
import type { JobView } from './types.ts';

/** What a view is made from. */
export interface ViewParts {
  readonly db: Database;
  readonly account: string;
  readonly journal: JobStore;
  readonly permits: Permits;
  readonly images: ImageLibrary;
}

/** A job as its owner may see it, with its place in the queue or its expected end. */
export async function viewOf(job: JobRecord, parts: ViewParts): Promise<JobView> {
  const waits = isWaiting(job.state) && job.priority !== PRIORITY.paused;
  const now = await parts.db.now();
  const ahead = waits ? await countAhead(parts.db, parts.account, job) : 0;
  return {
    ...rowView(job),
    position: waits ? ahead + 1 : undefined,
    startsAt: waits ? await startsAt(job, ahead, now, parts) : undefined,
    endsAt: await endsAt(job, now, parts),
    images: job.outputs.length > 0 ? await parts.images.ofJob(job.id) : [],
    paidRequests: await parts.permits.spent(job.id),
    results: job.outputs.filter(({ expiresAt }) => expiresAt > now).map(({ url, expiresAt }) => ({ url, expiresAt })),
  };
}

/** What the row alone tells of a job, for whoever looks again anyway: no place, no estimates, no pictures. */
export function rowView(job: JobRecord): JobView {
  return {
    id: job.id,
    tool: job.tool,
    state: job.state,
    cancelling: !isFinal(job.state) && (job.cancel === 'requested' || job.cancel === 'sent'),
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    finishedAt: job.finishedAt,
    progress: job.progress,
    position: undefined,
    startsAt: undefined,
    endsAt: undefined,
    count: job.count,
    size: job.size,
    model: job.model,
    facts: job.facts,
    images: [],
    problem: job.problem,
    warnings: job.cancel === 'too_late' ? [...job.warnings, TOO_LATE] : job.warnings,
    replaces: job.replaces,
    paidRequests: 0,
    results: [],
  };
}

const TOO_LATE = 'The cancel came too late: Adobe had already finished, so the picture was kept.';

/** Undefined where nobody can tell, such as with a budget of nothing. */
async function startsAt(job: JobRecord, ahead: number, now: number, { permits }: ViewParts) {
  const { startsAt: turn } = await permits.forecast(now, ahead);
  return Number.isFinite(turn) ? Math.max(job.runnableAt, turn) : undefined;
}

async function endsAt(job: JobRecord, now: number, { journal }: ViewParts): Promise<number | undefined> {
  if (isFinal(job.state) || job.acceptedAt === undefined) return undefined;
  const typical = await journal.typicalDuration(job);
  return typical === undefined ? undefined : Math.max(now, job.acceptedAt + typical);
}
