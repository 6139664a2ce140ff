import type { RemoteStatus } from '../../../firefly/types.ts';
import type { ProblemRecord } from '../../../shared/errors.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { isUnknownForGood } from '../../model/status/after-status.ts';
import type { JobRow } from '../../model/job-row.ts';
import { RESULTS_EXPIRED } from '../../model/problems.ts';
import { holdContents } from '../../store/image-references.ts';
import { storeContents, type StoredContents } from './store-contents.ts';
import { DAY_MS } from '../../../shared/time/durations.ts';

/** Time after acceptance during which Adobe keeps results, and so can give fresh links (docs/adobe-api.md#result-url-life). */
const RETENTION_MS = DAY_MS;

/** Requests for the fresh link of one result so far. */
export interface Asked {
  /** Number of requests, by which each takes the next of the ways to the status. */
  readonly requests: number;
  /** The last answers in a row that Adobe does not know the job, and when the first one came (monotonic ms). */
  readonly unknown: { readonly answers: number; readonly since: number };
}

export const NOTHING_ASKED: Asked = { requests: 0, unknown: { answers: 0, since: 0 } };

/** What a request for fresh links has brought. */
export interface FreshLinks {
  readonly asked: Asked;
  /** The job with its fresh links; unchanged where Adobe has none, undefined where it gave no answer yet. */
  readonly job?: JobRow;
  /** How the job ends: Adobe says that it has failed after all, or does not know it any more. */
  readonly end?: { readonly end: 'expired' | 'failed'; readonly problem: ProblemRecord };
}

/** Requests the status once more, since its answer may carry freshly signed links (docs/jobs.md#saving). */
export async function freshLinks(job: JobRow, deps: EngineDeps, lease: JobLease, before: Asked): Promise<FreshLinks> {
  if (!job.handle) return { asked: before, job };
  const cooldownMs = await deps.permits.cooldownMs();
  if (cooldownMs > 0) await lease.pause(cooldownMs);
  const answer = await deps.firefly.status(job.handle, job.operation, lease.signal, before.requests);
  lease.signal.throwIfAborted();
  const { status, contents } = await storeContents(answer, job, deps);
  if (status.kind === 'rate_limited') {
    await deps.db.transaction((tx) => deps.permits.startCooldown(tx, status.retryAfterMs));
  }
  const now = deps.clock.monotonic();
  const asked = { requests: before.requests + 1, unknown: unknownAfter(before, status, now) };
  const end = endOf(status, asked, now);
  if (end !== undefined) return { asked, end };
  if (status.kind === 'succeeded') return { asked, job: await withLinks(job, { status, contents }, deps) };
  return deps.clock.now() - (job.acceptedAt ?? job.createdAt) < RETENTION_MS ? { asked } : { asked, job };
}

function unknownAfter({ unknown }: Asked, status: RemoteStatus, now: number): Asked['unknown'] {
  if (status.kind !== 'gone') return NOTHING_ASKED.unknown;
  return { answers: unknown.answers + 1, since: unknown.answers === 0 ? now : unknown.since };
}

function endOf(status: RemoteStatus, { unknown }: Asked, now: number): FreshLinks['end'] {
  switch (status.kind) {
    case 'failed':
    case 'timed_out':
      return { end: 'failed', problem: status.problem };
    case 'cancelled':
      return { end: 'expired', problem: RESULTS_EXPIRED };
    case 'gone':
      return isUnknownForGood(unknown, now) ? { end: 'expired', problem: RESULTS_EXPIRED } : undefined;
    default:
      return undefined;
  }
}

async function withLinks(
  job: JobRow,
  { status, contents }: { status: Extract<RemoteStatus, { kind: 'succeeded' }>; contents: StoredContents },
  { db, jobStore }: EngineDeps,
): Promise<JobRow> {
  if (status.outputs.length !== job.outputs.length) return job;
  const outputs = status.outputs.map(({ url, content, expiresAt, seed }, index) => ({
    url,
    expiresAt,
    seed: seed ?? job.outputs[index]?.seed,
    stored: content && contents.get(content),
  }));
  return db.transaction(async (tx) => {
    await holdContents(tx, job.id, [...contents.values()]);
    return jobStore.applyIn(tx, job, { outputs });
  });
}
