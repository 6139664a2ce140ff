import type { RemoteStatus } from '../../../firefly/types.ts';
import { MOST_RESULT_BYTES } from '../../../images/limits.ts';
import { Problem, toProblemRecord, type ProblemRecord } from '../../../shared/errors.ts';
import type { EngineDeps, JobLease } from '../engine-context.ts';
import { RESULTS_EXPIRED } from '../../model/problems.ts';
import type { JobRow } from '../../model/job-row.ts';
import { ended } from '../../model/transitions.ts';

/** Waits between two rounds of attempts; the longer one where little hope is left. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const LONGEST_WAIT_REFUSED_MS = 60_000;
/** Longest that a fresh link counts as good, by our own clock alone: that of the link may be another. */
const FRESH_LINK_MS = 3_600_000;
/** After acceptance, how long Adobe is asked for fresh links while it does not answer (`firefly-api.md` §6: 24 hours). */
const RETENTION_MS = 24 * 3_600_000;
/** How long the storage may say that a fresh link has lapsed, or give what is no picture: either can be a passing fault. */
const DOUBT_MS = 600_000;

/** One result that is still to be fetched. */
interface Wanted {
  readonly index: number;
  /** When its link lapses, by our clock. */
  until: number;
  /** A fresh link was had for one that had lapsed. */
  refreshed: boolean;
  /** Since when its storage has said what would be the end if it stayed so. */
  doubtfulSince: number | undefined;
}

/** How an attempt at one result ended. What is `left` is tried again, after this pause at the latest. */
type Step =
  | { readonly kind: 'saved' }
  | { readonly kind: 'lost'; readonly problem: ProblemRecord }
  | { readonly kind: 'left'; readonly longestWaitMs: number };

/**
 * `saving`: fetches every picture, the one that lapses first before the others, and ends the job. What fails is tried
 * again after the others, so that no picture is lost to another one's trouble.
 */
export async function saveResults(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow> {
  const { jobStore, images } = deps;
  await deps.failpoint('saving');
  const have = new Set((await images.ofJob(job.id)).map((image) => image.index));
  const lost: ProblemRecord[] = [];
  let current = job;
  let wanted = job.outputs
    .map(({ expiresAt }, place) => wantedOne(place + 1, expiresAt))
    .filter(({ index }) => !have.has(index))
    .sort((a, b) => a.until - b.until);
  for (let wait = FIRST_WAIT_MS; wanted.length > 0; wait = Math.min(wait * 2, LONGEST_WAIT_REFUSED_MS)) {
    const left: Wanted[] = [];
    let waitMs = wait;
    for (const result of wanted) {
      const attempt = await attemptAt(current, result, deps, lease);
      current = attempt.job;
      if (attempt.step.kind === 'lost') lost.push(attempt.step.problem);
      if (attempt.step.kind !== 'left') continue;
      left.push(result);
      waitMs = Math.min(waitMs, attempt.step.longestWaitMs);
    }
    wanted = left;
    if (wanted.length > 0) await lease.pause(waitMs);
  }
  const saved = job.outputs.length - lost.length;
  if (saved === 0) return jobStore.apply(current, (now) => ended('expired', now, lost[0] ?? RESULTS_EXPIRED));
  const warnings = lost.length === 0 ? current.warnings : [...current.warnings, lostSome(lost, job.outputs.length)];
  return jobStore.apply(current, (now) => ({ ...ended('succeeded', now), warnings }));
}

function wantedOne(index: number, until: number): Wanted {
  return { index, until, refreshed: false, doubtfulSince: undefined };
}

function lostSome(lost: readonly ProblemRecord[], all: number): string {
  return `${lost.length} of ${all} pictures could not be fetched: ${lost[0]?.message ?? ''}`;
}

async function attemptAt(
  job: JobRow,
  result: Wanted,
  deps: EngineDeps,
  lease: JobLease,
): Promise<{ job: JobRow; step: Step }> {
  const { jobStore, logger, clock } = deps;
  const attempt = await fetchOne(job, result.index, deps, lease);
  lease.signal.throwIfAborted();
  if (attempt === 'saved') return { job, step: { kind: 'saved' } };
  const { kind, problem } = attempt;
  const now = clock.now();
  const isOver = result.until < now;
  const isDoubtful = kind === 'bad-content' || kind === 'expired';
  result.doubtfulSince = isDoubtful ? (result.doubtfulSince ?? now) : undefined;
  if (now - (result.doubtfulSince ?? now) >= DOUBT_MS || (isOver && result.refreshed)) {
    const isTold = kind === 'refused' || kind === 'bad-content';
    return { job, step: { kind: 'lost', problem: isTold ? problem : RESULTS_EXPIRED } };
  }
  const lapsed = kind === 'expired' || isOver;
  // Where a link must not be followed, Adobe may name another place meanwhile.
  const fresh = lapsed || kind === 'refused' ? await freshLinks(job, deps, lease) : undefined;
  if (fresh && lapsed && !result.refreshed) {
    result.refreshed = true;
    result.until = Math.max(fresh.outputs[result.index - 1]?.expiresAt ?? 0, clock.now() + FRESH_LINK_MS);
    return { job: fresh, step: { kind: 'left', longestWaitMs: 0 } };
  }
  // Nobody could be asked, so that this answer tells nothing.
  if (!fresh && kind === 'expired') result.doubtfulSince = undefined;
  logger.warn('download_failed', { job: job.id, index: result.index, problem: problem.code });
  const longestWaitMs = kind === 'transient' ? LONGEST_WAIT_MS : LONGEST_WAIT_REFUSED_MS;
  return { job: await jobStore.apply(fresh ?? job, { problem }), step: { kind: 'left', longestWaitMs } };
}

type Attempt =
  'saved' | { readonly kind: 'expired' | 'refused' | 'transient' | 'bad-content'; readonly problem: ProblemRecord };

async function fetchOne(job: JobRow, index: number, deps: EngineDeps, lease: JobLease): Promise<Attempt> {
  const { images, firefly, db } = deps;
  const output = job.outputs[index - 1];
  if (!output) return { kind: 'expired', problem: RESULTS_EXPIRED };
  const receiver = await received(() => images.receive());
  if ('problem' in receiver) return receiver;
  try {
    const options = { maxBytes: MOST_RESULT_BYTES, signal: lease.signal };
    const outcome = await firefly.download(output.url, (chunk) => receiver.write(chunk), options);
    if (outcome.kind === 'expired') return { kind: 'expired', problem: RESULTS_EXPIRED };
    if (outcome.kind === 'refused' && outcome.problem.code === 'result_too_large') {
      return { kind: 'bad-content', problem: outcome.problem };
    }
    if (outcome.kind !== 'complete') return outcome;
    await deps.failpoint('downloaded');
    const bytes = await receiver.finish();
    await deps.failpoint('file-in-place');
    const { principal, account, conversation } = job;
    const facts = { ...job.facts, seed: output.seed ?? job.facts.seed };
    await db.transaction((tx) =>
      images.add(tx, { ...bytes, principal, account, conversation, kind: 'generated', job: job.id, index, facts }),
    );
    await deps.failpoint('picture-recorded');
    return 'saved';
  } catch (error) {
    return asAttempt(error);
  } finally {
    await receiver.discard();
  }
}

/** A full disk is waited out until the link lapses: the picture has been paid for. */
function asAttempt(error: unknown): Exclude<Attempt, 'saved'> {
  if (!(error instanceof Problem)) throw error;
  const kind = error.code === 'not_a_picture' ? 'bad-content' : 'transient';
  return { kind, problem: toProblemRecord(error) };
}

async function received<T>(open: () => Promise<T>): Promise<T | Exclude<Attempt, 'saved'>> {
  try {
    return await open();
  } catch (error) {
    return asAttempt(error);
  }
}

/**
 * Asks Adobe once more: a status answer may carry freshly signed links. The job as it was where Adobe has none;
 * undefined where it did not answer, so that asking again is worth it.
 */
async function freshLinks(job: JobRow, deps: EngineDeps, lease: JobLease): Promise<JobRow | undefined> {
  if (!job.handle) return job;
  const heldMs = await deps.permits.cooldownMs();
  if (heldMs > 0) await lease.pause(heldMs);
  const status: RemoteStatus = await deps.firefly.status(job.handle, lease.signal);
  lease.signal.throwIfAborted();
  if (status.kind === 'rate_limited') {
    await deps.db.transaction((tx) => deps.permits.startCooldown(tx, status.retryAfterMs));
  }
  const silent = status.kind === 'transient' || status.kind === 'rate_limited';
  if (silent && deps.clock.now() - (job.acceptedAt ?? job.createdAt) < RETENTION_MS) return undefined;
  if (status.kind !== 'succeeded' || status.outputs.length !== job.outputs.length) return job;
  const outputs = status.outputs.map(({ url, expiresAt, seed }) => ({ url, expiresAt, seed }));
  return deps.jobStore.apply(job, { outputs });
}
