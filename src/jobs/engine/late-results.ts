import type { JobHandle, RemoteStatus } from '../../firefly/types.ts';
import type { ProblemCode } from '../../shared/problem-codes.ts';
import { deadline } from '../../shared/time/deadline.ts';
import { DAY_MS } from '../../shared/time/durations.ts';
import type { JobRow } from '../model/job-row.ts';
import { writeFilesAnew } from '../store/saves/later-composites.ts';
import type { EngineDeps } from './engine-context.ts';

type Deps = Pick<EngineDeps, 'db' | 'firefly' | 'jobStore' | 'clock' | 'logger'>;

/** Ends at a deadline of ours, after which Adobe may have made the pictures nevertheless. */
const MAY_BE_MADE: ReadonlySet<string> = new Set<ProblemCode>([
  'timeout',
  'result_unreadable',
  'untrusted_link',
  'job_unknown_at_adobe',
]);
/** Longest wait for Adobe's word: a caller wants to see the job, not to wait for it. */
const ASKING_MS = 8_000;
/** Ways to a status: the link of the job, and the route of the API. */
const WAYS = 2;

/**
 * Asks Adobe once more, free, for a job that was given up though its pictures may have been made. Where they have, the job
 * goes on from `accepted`, in whichever process claims it. For a day from its acceptance, about as long as Adobe keeps
 * results (docs/jobs.md#late-results).
 * @throws store problems
 */
export async function askAgain(job: JobRow, deps: Deps, signal: AbortSignal | undefined): Promise<void> {
  const { db, jobStore, logger } = deps;
  const handle = handleToAsk(job, await db.now());
  if (handle === undefined || !(await isMade(handle, job.operation, deps, signal))) return;
  const reopened = await db.transaction(async (tx) => {
    const current = await jobStore.load(job.id, tx);
    if (current === undefined || handleToAsk(current, tx.now) === undefined) return false;
    await jobStore.reopen(tx, current);
    // What was to be done with its pictures was given up with it.
    await writeFilesAnew(tx, current);
    return true;
  });
  if (reopened) logger.info('job_reopened', { job: job.id });
}

/** The handle of a job that may have its pictures at Adobe nevertheless; undefined for any other job. */
function handleToAsk({ state, problem, handle, acceptedAt }: JobRow, now: number): JobHandle | undefined {
  const isGivenUp = state === 'failed' && problem !== undefined && MAY_BE_MADE.has(problem.code);
  return isGivenUp && now - (acceptedAt ?? -Infinity) < DAY_MS ? handle : undefined;
}

async function isMade(
  handle: JobHandle,
  operation: JobRow['operation'],
  { firefly, clock }: Deps,
  given: AbortSignal | undefined,
): Promise<boolean> {
  await using limit = deadline(ASKING_MS, { reason: new Error('deadline'), given, clock });
  for (let way = 0; way < WAYS && !limit.signal.aborted; way += 1) {
    if (hasResults(await firefly.status(handle, operation, limit.signal, way))) return true;
  }
  return false;
}

function hasResults(status: RemoteStatus): boolean {
  if (status.kind === 'running') return status.made !== undefined;
  return status.kind === 'succeeded' && status.outputs.length > 0;
}
