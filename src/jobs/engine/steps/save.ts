import type { Unread } from '../../../images/formats/format.ts';
import { mediumOf } from '../../../images/media.ts';
import type { Receiver, StoredBytes } from '../../../images/types.ts';
import { Problem, toProblemRecord, type ProblemRecord } from '../../../shared/errors.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { RESULTS_EXPIRED } from '../../model/problems.ts';
import type { JobRow } from '../../model/job-row.ts';
import { ended } from '../../model/transitions.ts';
import { composeResults } from './compose.ts';
import { freshLinks, NOTHING_ASKED, type Asked } from './fresh-links.ts';
import { resultWarnings } from './result-warnings.ts';
import { HOUR_MS } from '../../../shared/time/durations.ts';

/** Pauses between two rounds of attempts, which double; up to the second limit where a retry hardly helps. */
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;
const MAX_WAIT_REFUSED_MS = 60_000;
/** Time during which a fresh link counts as valid, whatever expiry it names: the clock that set it may be wrong. */
const FRESH_LINK_MS = HOUR_MS;
/** Time during which a lapsed fresh link, or content that is no picture, counts as a passing fault of the storage. */
const DOUBT_MS = 600_000;

/** A result that is not saved yet. */
interface PendingResult {
  /** Position from 1 among the outputs of the job. */
  readonly index: number;
  /** Expiry of the result's link (epoch ms). */
  expiresAt: number;
  /** Whether a fresh link has replaced a lapsed one. */
  refreshed: boolean;
  /** First of the consecutive answers of the storage that lose the result after `DOUBT_MS` (epoch ms). */
  doubtfulSince: number | undefined;
  /** Requests for fresh links so far. */
  asked: Asked;
}

/** Result of one attempt. `retry` follows after `maxWaitMs` at the latest. */
type Outcome =
  | { readonly kind: 'saved' }
  | { readonly kind: 'lost'; readonly problem: ProblemRecord; readonly end: 'expired' | 'failed' }
  | { readonly kind: 'retry'; readonly maxWaitMs: number };

/**
 * State `saving`: fetches every picture, those with the earliest expiry first, and ends the job. A failed picture is
 * retried after all others, so that it costs none of them its link (docs/jobs.md#saving).
 */
export async function saveResults(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, images } = deps;
  await deps.failpoint('saving');
  const saved = new Set((await images.ofJob(job.id)).map((image) => image.index));
  const lost: Extract<Outcome, { kind: 'lost' }>[] = [];
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
      if (outcome.kind === 'lost') lost.push(outcome);
      if (outcome.kind !== 'retry') continue;
      retries.push(result);
      waitMs = Math.min(waitMs, outcome.maxWaitMs);
    }
    pending = retries;
    if (pending.length > 0) await lease.pause(waitMs);
  }
  if (lost.length === job.outputs.length) {
    const { end = 'expired', problem = RESULTS_EXPIRED } = lost[0] ?? {};
    return jobStore.apply(current, (now) => ended(end, now, problem));
  }
  const { media } = deps.firefly.operation(job.operation).limits.result;
  const warnings = [
    ...current.warnings,
    ...resultWarnings(current, { media, lost: lost.map(({ problem }) => problem), made: await images.ofJob(job.id) }),
  ];
  const edit = await composeResults(current, deps, lease);
  return jobStore.apply(current, (now) => ({ ...ended('succeeded', now), warnings, edit }));
}

function pendingResult(index: number, expiresAt: number): PendingResult {
  return { index, expiresAt, refreshed: false, doubtfulSince: undefined, asked: NOTHING_ASKED };
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
    // Bytes of no known form are still what was paid for.
    const isLeft = kind === 'bad-content' && problem.code === 'not_a_picture';
    if (isLeft && (await fetchResult(job, result.index, deps, lease, 'any')) === 'saved') {
      return { job, outcome: { kind: 'saved' } };
    }
    const saysWhy = kind === 'refused' || kind === 'bad-content';
    return { job, outcome: { kind: 'lost', problem: saysWhy ? problem : RESULTS_EXPIRED, end: 'expired' } };
  }
  const lapsed = kind === 'expired' || isExpired;
  // A link to a refused host is replaced too: the fresh one may name another host.
  const answer = lapsed || kind === 'refused' ? await freshLinks(job, deps, lease, result.asked) : undefined;
  result.asked = answer?.asked ?? result.asked;
  // No later request can bring a link of a job that has failed after all, or that Adobe knows no more.
  if (answer?.end !== undefined) return { job, outcome: { kind: 'lost', ...answer.end } };
  const fresh = answer?.job;
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

async function fetchResult(
  job: JobRow,
  index: number,
  deps: EngineDeps,
  lease: JobLease,
  unread: Unread = 'named',
): Promise<Attempt> {
  const { images, firefly } = deps;
  const output = job.outputs[index - 1];
  if (output?.stored) return record(job, index, output.stored, deps).catch(failedAttempt);
  if (!output || output.url === '') return { kind: 'expired', problem: RESULTS_EXPIRED };
  const { mostBytes: maxBytes } = firefly.operation(job.operation).limits.result;
  const receiver = await images.receive({ maxBytes, unread }).catch(failedAttempt);
  if ('problem' in receiver) return receiver;
  try {
    const options = { maxBytes, signal: lease.signal };
    const outcome = await firefly.download(output.url, (chunk) => receiver.write(chunk), options);
    if (outcome.kind === 'expired') return { kind: 'expired', problem: RESULTS_EXPIRED };
    if (outcome.kind === 'refused' && outcome.problem.code === 'result_too_large') {
      return { kind: 'bad-content', problem: outcome.problem };
    }
    if (outcome.kind === 'refused' || (outcome.kind === 'transient' && !outcome.isCut)) return outcome;
    await deps.failpoint('downloaded');
    const bytes = outcome.kind === 'complete' ? await receiver.finish() : ((await wholeStill(receiver)) ?? outcome);
    if ('problem' in bytes) return bytes;
    await deps.failpoint('file-in-place');
    return await record(job, index, bytes, deps);
  } catch (error) {
    return failedAttempt(error);
  } finally {
    await receiver.discard();
  }
}

/** Records a stored content as the result of this number. */
async function record(job: JobRow, index: number, bytes: StoredBytes, deps: EngineDeps): Promise<'saved'> {
  const { images, firefly, db, logger } = deps;
  const { media } = firefly.operation(job.operation).limits.result;
  if (mediumOf(bytes.mimeType).kind !== media) {
    logger.warn('result_of_other_kind', { job: job.id, index, wanted: media, type: bytes.mimeType });
  }
  const { principal, account, conversation } = job;
  const facts = { ...job.facts, seed: job.outputs[index - 1]?.seed ?? job.facts.seed };
  const kind = job.edit === undefined ? 'generated' : 'painted';
  await db.transaction((tx) =>
    images.add(tx, { ...bytes, principal, account, conversation, kind, job: job.id, index, facts }),
  );
  await deps.failpoint('picture-recorded');
  return 'saved';
}

/**
 * What was received of a body that ended early, where it is a whole picture by its own form: then the length was wrong that
 * was announced. A video does not tell whether it ends too soon.
 */
async function wholeStill(receiver: Receiver): Promise<StoredBytes | undefined> {
  const bytes = await receiver.finish().catch(() => undefined);
  return bytes && mediumOf(bytes.mimeType).kind === 'still' ? bytes : undefined;
}

/** A full disk is transient until the link lapses: the picture has been paid for. */
function failedAttempt(error: unknown): Exclude<Attempt, 'saved'> {
  if (!(error instanceof Problem)) throw error;
  const kind = error.code === 'not_a_picture' ? 'bad-content' : 'transient';
  return { kind, problem: toProblemRecord(error) };
}
