import type { RemoteStatus } from '../firefly/types.ts';
import { Problem, toProblemRecord, type ProblemRecord } from '../shared/errors.ts';
import type { EngineParts, Hold } from './parts.ts';
import { RESULTS_EXPIRED } from './problems.ts';
import type { JobRecord } from './record.ts';
import { ended } from './transitions.ts';

/** Largest picture that is taken; the largest ones known are far below. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Waits between attempts at one result. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** Longest that a fresh link counts as good, by our own clock alone: that of the link may be another. */
const FRESH_LINK_MS = 3_600_000;
/** After acceptance, how long Adobe is asked for fresh links while it does not answer (`firefly-api.md` §6: 24 hours). */
const RETENTION_MS = 24 * 3_600_000;
/** Attempts at a result that comes whole but is no picture. */
const MOST_BAD_CONTENTS = 3;

/** How one result ended. */
type Saved = { readonly kind: 'saved' } | { readonly kind: 'lost'; readonly problem: ProblemRecord };

/** `saving`: fetches every picture, the one that lapses first before the others, and ends the job. */
export async function save(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord> {
  const { journal, images } = parts;
  await parts.reached('saving');
  const have = new Set((await images.ofJob(job.id)).map((image) => image.index));
  const order = job.outputs
    .map((output, place) => ({ ...output, index: place + 1 }))
    .filter(({ index }) => !have.has(index))
    .sort((a, b) => a.expiresAt - b.expiresAt);
  const lost: ProblemRecord[] = [];
  let current = job;
  for (const { index } of order) {
    const result = await saveOne(current, index, parts, hold);
    current = result.job;
    if (result.saved.kind === 'lost') lost.push(result.saved.problem);
  }
  const saved = job.outputs.length - lost.length;
  if (saved === 0) return journal.apply(current, (now) => ended('expired', now, lost[0] ?? RESULTS_EXPIRED));
  const warnings = lost.length === 0 ? current.warnings : [...current.warnings, lostSome(lost, job.outputs.length)];
  return journal.apply(current, (now) => ({ ...ended('succeeded', now), warnings }));
}

function lostSome(lost: readonly ProblemRecord[], all: number): string {
  return `${lost.length} of ${all} pictures could not be fetched: ${lost[0]?.message ?? ''}`;
}

async function saveOne(
  job: JobRecord,
  index: number,
  parts: EngineParts,
  hold: Hold,
): Promise<{ job: JobRecord; saved: Saved }> {
  let current = job;
  let refreshedAt: number | undefined;
  let badContents = 0;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const attempt = await fetchOne(current, index, parts, hold);
    hold.signal.throwIfAborted();
    if (attempt === 'saved') return { job: current, saved: { kind: 'saved' } };
    if (attempt.kind === 'refused') return { job: current, saved: { kind: 'lost', problem: attempt.problem } };
    if (attempt.kind === 'bad-content') badContents += 1;
    if (badContents >= MOST_BAD_CONTENTS) return { job: current, saved: { kind: 'lost', problem: attempt.problem } };
    const goodUntil = Math.max(current.outputs[index - 1]?.expiresAt ?? 0, (refreshedAt ?? -Infinity) + FRESH_LINK_MS);
    const lapsed = attempt.kind === 'expired' || goodUntil < parts.clock.now();
    if (lapsed && refreshedAt !== undefined) return { job: current, saved: { kind: 'lost', problem: RESULTS_EXPIRED } };
    const fresh = lapsed ? await freshLinks(current, parts, hold) : undefined;
    if (fresh) {
      refreshedAt = parts.clock.now();
      current = fresh;
      continue;
    }
    parts.logger.warn('download_failed', { job: job.id, index, problem: attempt.problem.code });
    current = await parts.journal.apply(current, { problem: attempt.problem });
    await hold.pause(wait);
  }
}

type Attempt =
  'saved' | { readonly kind: 'expired' | 'refused' | 'transient' | 'bad-content'; readonly problem: ProblemRecord };

async function fetchOne(job: JobRecord, index: number, parts: EngineParts, hold: Hold): Promise<Attempt> {
  const { images, firefly, db } = parts;
  const output = job.outputs[index - 1];
  if (!output) return { kind: 'refused', problem: RESULTS_EXPIRED };
  const receiver = await received(() => images.receive());
  if ('problem' in receiver) return receiver;
  try {
    const options = { maxBytes: MOST_BYTES, signal: hold.signal };
    const outcome = await firefly.download(output.url, (chunk) => receiver.write(chunk), options);
    if (outcome.kind === 'expired') return { kind: 'expired', problem: RESULTS_EXPIRED };
    if (outcome.kind !== 'complete') return outcome;
    await parts.reached('downloaded');
    const bytes = await receiver.finish();
    await parts.reached('file-in-place');
    const { principal, account, conversation } = job;
    const facts = { ...job.facts, seed: output.seed ?? job.facts.seed };
    await db.transaction((tx) =>
      images.add(tx, { ...bytes, principal, account, conversation, kind: 'generated', job: job.id, index, facts }),
    );
    await parts.reached('picture-recorded');
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
async function freshLinks(job: JobRecord, parts: EngineParts, hold: Hold): Promise<JobRecord | undefined> {
  if (!job.handle) return job;
  const heldMs = await parts.permits.heldForMs();
  if (heldMs > 0) await hold.pause(heldMs);
  const status: RemoteStatus = await parts.firefly.status(job.handle, hold.signal);
  hold.signal.throwIfAborted();
  if (status.kind === 'rate_limited') {
    await parts.db.transaction((tx) => parts.permits.hold(tx, status.retryAfterMs));
  }
  const silent = status.kind === 'transient' || status.kind === 'rate_limited';
  if (silent && parts.clock.now() - (job.acceptedAt ?? job.createdAt) < RETENTION_MS) return undefined;
  if (status.kind !== 'succeeded' || status.outputs.length !== job.outputs.length) return job;
  const outputs = status.outputs.map(({ url, expiresAt, seed }) => ({ url, expiresAt, seed }));
  return parts.journal.apply(job, { outputs });
}
