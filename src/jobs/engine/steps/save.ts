import type { RemoteStatus } from '../../../firefly/types.ts';
import { mediumOf } from '../../../images/media.ts';
import { Problem, toProblemRecord, type ProblemRecord } from '../../../shared/errors.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { RESULTS_EXPIRED } from '../../model/problems.ts';
import type { JobRow } from '../../model/job-row.ts';
import { MIN_UNKNOWN_ANSWERS } from '../../model/after-status.ts';
import { ended } from '../../model/transitions.ts';
import { resultWarnings } from './result-warnings.ts';

/** Pauses between two rounds of attempts, which double; up to the second limit where a retry hardly helps. */
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;
const MAX_WAIT_REFUSED_MS = 60_000;
/** Time during which a fresh link counts as valid, whatever expiry it names: the clock that set it may be wrong. */
const FRESH_LINK_MS = 3_600_000;
/** Time after acceptance during which Adobe keeps results, and so can give fresh links (docs/adobe-api.md#result-url-life). */
const RETENTION_MS = 24 * 3_600_000;
/** Time during which a lapsed fresh link, or content that is no picture, counts as a passing fault of the storage. */
const DOUBT_MS = 600_000;

/** A result that is not saved yet. */
interface PendingResult {
  /** Position from 1 among the outputs of the job. */
  readonly index: number;
  /** Expiry of its link (epoch ms). */
  expiresAt: number;
  /** Its lapsed link was replaced by a fresh one. */
  refreshed: boolean;
  /** First of the consecutive answers of the storage that lose the result after `DOUBT_MS` (epoch ms). */
  doubtfulSince: number | undefined;
  /** Requests for fresh links so far, which take the ways to the status in turn. */
  statusRequests: number;
}

/** Result of one attempt. `retry` follows after `maxWaitMs` at the latest. */
type Outcome =
  | { readonly kind: 'saved' }
  | { readonly kind: 'lost'; readonly problem: ProblemRecord }
  | { readonly kind: 'retry'; readonly maxWaitMs: number };

/**
 * State `saving`: fetches every picture, those with the earliest expiry first, and ends the job. A failed picture is
 * retried after all others, so that it costs none of them its link (docs/jobs.md#saving).
 */
export async function saveResults(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, images } = deps;
  await deps.failpoint('saving');
  const saved = new Set((await images.ofJob(job.id)).map((image) => image.index));
  const lost: ProblemRecord[] = [];
  let current = job;
  let pending = job.outputs
    .map(({ expiresAt }, place) => pendingResult(place + 1, expiresAt))
    .filter(({ index }) => !saved.has(index))
    .sort((a, b) => a.expiresAt - b.expiresAt);
  for (let wait = FIRST_WAIT_MS; pending.length > 0; wait = Math.min(wait * 2, MAX_WAIT_REFUSED_MS)) {
    const retries: PendingResult[] = [];
    let waitMs = wait;
    for (const result of pending) {
      const { job: after, outcome } = await trySave(current, result, deps, lease);
      current = after;
      if (outcome.kind === 'lost') lost.push(outcome.problem);
      if (outcome.kind !== 'retry') continue;
      retries.push(result);
      waitMs = Math.min(waitMs, outcome.maxWaitMs);
    }
    pending = retries;
    if (pending.length > 0) await lease.pause(waitMs);
  }
  if (lost.length === job.outputs.length)
    return jobStore.apply(current, (now) => ended('expired', now, lost[0] ?? RESULTS_EXPIRED));
  const { media } = deps.firefly.operation(job.operation).limits.result;
  const warnings = [...current.warnings, ...resultWarnings(current, { media, lost, made: await images.ofJob(job.id) })];
  return jobStore.apply(current, (now) => ({ ...ended('succeeded', now), warnings }));
}

function pendingResult(index: number, expiresAt: number): PendingResult {
  return { index, expiresAt, refreshed: false, doubtfulSince: undefined, statusRequests: 0 };
}

async function trySave(
  job: JobRow,
  result: PendingResult,
  deps: EngineDeps,
  lease: JobLease,
): Promise<{ job: JobRow; outcome: Outcome }> {
  const { jobStore, logger, clock } = deps;
  const attempt = await fetchResult(job, result.index, deps, lease);
  lease.signal.throwIfAborted();
  if (attempt === 'saved') return { job, outcome: { kind: 'saved' } };
  const { kind, problem } = attempt;
  const now = clock.now();
  const isExpired = result.expiresAt < now;
  const isDoubtful = kind === 'bad-content' || kind === 'expired';
  result.doubtfulSince = isDoubtful ? (result.doubtfulSince ?? now) : undefined;
  if (now - (result.doubtfulSince ?? now) >= DOUBT_MS || (isExpired && result.refreshed)) {
    const saysWhy = kind === 'refused' || kind === 'bad-content';
    return { job, outcome: { kind: 'lost', problem: saysWhy ? problem : RESULTS_EXPIRED } };
  }
  const lapsed = kind === 'expired' || isExpired;
  // A link to a refused host is replaced too: the fresh one may name another host.
  const fresh = lapsed || kind === 'refused' ? await freshLinks(job, deps, lease, result.statusRequests++) : undefined;
  if (fresh && lapsed && !result.refreshed) {
    result.refreshed = true;
    result.expiresAt = Math.max(fresh.outputs[result.index - 1]?.expiresAt ?? 0, clock.now() + FRESH_LINK_MS);
    return { job: fresh, outcome: { kind: 'retry', maxWaitMs: 0 } };
  }
  // Without a fresh link, an expired one is no sign of a faulty storage.
  if (!fresh && kind === 'expired') result.doubtfulSince = undefined;
  logger.warn('download_failed', { job: job.id, index: result.index, problem: problem.code });
  const maxWaitMs = kind === 'transient' ? MAX_WAIT_MS : MAX_WAIT_REFUSED_MS;
  return { job: await jobStore.apply(fresh ?? job, { problem }), outcome: { kind: 'retry', maxWaitMs } };
}

type Attempt =
  'saved' | { readonly kind: 'expired' | 'refused' | 'transient' | 'bad-content'; readonly problem: ProblemRecord };

async function fetchResult(job: JobRow, index: number, deps: EngineDeps, lease: JobLease): Promise<Attempt> {
  const { images, firefly, db } = deps;
  const output = job.outputs[index - 1];
  if (!output) return { kind: 'expired', problem: RESULTS_EXPIRED };
  const { mostBytes: maxBytes, media } = firefly.operation(job.operation).limits.result;
  const receiver = await images.receive({ maxBytes }).catch(failedAttempt);
  if ('problem' in receiver) return receiver;
  try {
    const options = { maxBytes, signal: lease.signal };
    const outcome = await firefly.download(output.url, (chunk) => receiver.write(chunk), options);
    if (outcome.kind === 'expired') return { kind: 'expired', problem: RESULTS_EXPIRED };
    if (outcome.kind === 'refused' && outcome.problem.code === 'result_too_large') {
      return { kind: 'bad-content', problem: outcome.problem };
    }
    if (outcome.kind !== 'complete') return outcome;
    await deps.failpoint('downloaded');
    const bytes = await receiver.finish();
    await deps.failpoint('file-in-place');
    if (mediumOf(bytes.mimeType).kind !== media) {
      deps.logger.warn('result_of_other_kind', { job: job.id, index, wanted: media, type: bytes.mimeType });
    }
    const { principal, account, conversation } = job;
    const facts = { ...job.facts, seed: output.seed ?? job.facts.seed };
    await db.transaction((tx) =>
      images.add(tx, { ...bytes, principal, account, conversation, kind: 'generated', job: job.id, index, facts }),
    );
    await deps.failpoint('picture-recorded');
    return 'saved';
  } catch (error) {
    return failedAttempt(error);
  } finally {
    await receiver.discard();
  }
}

/** A full disk is transient until the link lapses: the picture has been paid for. */
function failedAttempt(error: unknown): Exclude<Attempt, 'saved'> {
  if (!(error instanceof Problem)) throw error;
  const kind = error.code === 'not_a_picture' ? 'bad-content' : 'transient';
  return { kind, problem: toProblemRecord(error) };
}

/** Adobe's own words for a job that it has no results of any more. */
const GIVES_UP: ReadonlySet<RemoteStatus['kind']> = new Set(['failed', 'cancelled', 'timed_out']);

/**
 * Requests the status once more, since its answer may carry freshly signed links. The unchanged job where Adobe has
 * none; undefined where it did not answer, so that a later request may get them.
 */
async function freshLinks(job: JobRow, deps: EngineDeps, lease: JobLease, way: number): Promise<JobRow | undefined> {
  if (!job.handle) return job;
  const cooldownMs = await deps.permits.cooldownMs();
  if (cooldownMs > 0) await lease.pause(cooldownMs);
  const status: RemoteStatus = await deps.firefly.status(job.handle, job.operation, lease.signal, way);
  lease.signal.throwIfAborted();
  if (status.kind === 'rate_limited') {
    await deps.db.transaction((tx) => deps.permits.startCooldown(tx, status.retryAfterMs));
  }
  const isUnknown = status.kind === 'gone' && way + 1 >= MIN_UNKNOWN_ANSWERS;
  const isUnanswered = status.kind !== 'succeeded' && !GIVES_UP.has(status.kind) && !isUnknown;
  if (isUnanswered && deps.clock.now() - (job.acceptedAt ?? job.createdAt) < RETENTION_MS) return undefined;
  if (status.kind !== 'succeeded' || status.outputs.length !== job.outputs.length) return job;
  const outputs = status.outputs.map(({ url, expiresAt, seed }, index) => ({
    url,
    expiresAt,
    seed: seed ?? job.outputs[index]?.seed,
  }));
  return deps.jobStore.apply(job, { outputs });
}
