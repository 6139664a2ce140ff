import { isDone } from '../../jobs/model/saves/save-order.ts';
import { isFinal } from '../../jobs/model/states.ts';
import type { JobView } from '../../jobs/model/types.ts';
import { isStoreProblem } from '../../jobs/wait-for-job.ts';
import { type Purpose, renderJob } from '../../render/jobs/job.ts';
import { phase } from '../../render/jobs/job-phrases.ts';
import type { Rendered } from '../../render/rendered.ts';
import { renderContext } from './render-context.ts';
import type { Services, ToolCall } from './define.ts';
import { previewsOf } from '../previews/previews.ts';

/** How to wait for a job and how to show it. */
export interface AwaitOptions {
  readonly purpose: Purpose;
  /** Seconds; `FIREFLY_WAIT_SECONDS` where undefined. */
  readonly waitSeconds: number | undefined;
  readonly attached?: boolean;
  /** Sentences that the answer begins with. */
  readonly named?: readonly string[] | undefined;
}

/**
 * Waits for a job within the limit, reports progress meanwhile, and shows the job in the state that it has then.
 * @param job the id, or the job as the call knows it: then an answer follows also where the store fails meanwhile
 * @throws Problem `unknown_job`
 */
export async function awaitJob(
  job: JobView | string,
  services: Services,
  call: ToolCall,
  how: AwaitOptions,
): Promise<Rendered> {
  const report = progressOf(call);
  const known = typeof job === 'string' ? undefined : job;
  if (known) report(known);
  const { waitMs, isCut } = allowedWait(how.waitSeconds, call);
  let seen = known;
  const onUpdate = (update: { job: JobView }) => {
    seen = update.job;
    report(update.job);
  };
  const waited = await services.jobs
    .wait(typeof job === 'string' ? job : job.id, call.caller, { waitMs, signal: call.signal, onUpdate })
    .catch((error: unknown) => lastKnown(seen, error));
  const now = await withFiles(waited, services, call);
  const wasTakenBack = how.purpose === 'make' && call.isTakenBack?.() === true && (await takeBack(now, services, call));
  const noted = isCut && !isFinal(now.state) ? { ...now, warnings: [...now.warnings, WAIT_CUT] } : now;
  const shown = await showJob(noted, services, call, how);
  if (how.purpose === 'make' && !wasTakenBack) await settleDelivery(call, services, now, known?.answerLost ?? false);
  return shown;
}

/** The job once its files are written, where any are due: a file that cannot be written fails no job. */
async function withFiles(job: JobView, { jobs }: Services, { caller }: ToolCall): Promise<JobView> {
  const isDue = job.state === 'succeeded' && job.saves?.some((order) => !isDone(order)) === true;
  // The worker of this process tries again where the store fails.
  return isDue ? jobs.saveFiles(job.id, caller).catch(() => job) : job;
}

/**
 * Takes back the job of a call that its client has cancelled, where that is still free (docs/jobs.md#cancelled-calls). A
 * store that does not answer leaves the job as it is: it goes on, as after a lost connection.
 */
function takeBack({ id }: JobView, { jobs }: Services, { caller }: ToolCall): Promise<boolean> {
  return jobs.takeBack(id, caller).catch(() => false);
}

/** What an answer says that came before the wait that was asked for had passed. */
export const WAIT_CUT =
  'No wait is longer than 50 s where the client gives no progress token, since it would hear nothing meanwhile; call job_status again to go on waiting.';

/** How long a call may wait, and whether that is less than was asked for. */
export function allowedWait(
  waitSeconds: number | undefined,
  { answerBy, clock, settings }: Pick<ToolCall, 'answerBy' | 'clock' | 'settings'>,
): { readonly waitMs: number; readonly isCut: boolean } {
  const wanted = (waitSeconds ?? settings.waitSeconds) * 1000;
  const allowed = answerBy === undefined ? Infinity : Math.max(0, answerBy - clock.monotonic());
  return { waitMs: Math.min(wanted, allowed), isCut: wanted > allowed };
}

/** The last known state in place of an error of the store: a caller that repeats the call would pay twice. */
function lastKnown(seen: JobView | undefined, error: unknown): JobView {
  if (seen === undefined || !isStoreProblem(error)) throw error;
  const warning = `The job store cannot be read at the moment (${error.code}). This is its last known state. The job is recorded and goes on: do not repeat the call; call job_status.`;
  return { ...seen, warnings: [...seen.warnings, warning] };
}

/**
 * Records whether the answer of a paid call was delivered or lost (docs/jobs.md#deduplication). Answers of other tools
 * that show the job do not count: the paid call may still be repeated. A call that began after a loss is that repeat.
 */
async function settleDelivery(
  { onAnswered, signal }: ToolCall,
  { jobs }: Services,
  job: JobView,
  settlesLoss: boolean,
): Promise<void> {
  const record = (delivered: boolean) => (delivered ? jobs.markDelivered(job, { settlesLoss }) : jobs.markLost(job));
  // Not awaited: a server that closes while its store is away still answers with the job.
  if (signal.aborted) return void record(false).catch(() => undefined);
  if (onAnswered === undefined) return record(true);
  onAnswered(({ delivered }) => record(delivered));
}

/** Shows a job, with previews of its pictures once it has ended. */
async function showJob(
  job: JobView,
  services: Services,
  call: ToolCall,
  how: Pick<AwaitOptions, 'purpose' | 'attached' | 'named'>,
): Promise<Rendered> {
  const shown = isFinal(job.state) ? job.images : [];
  const { pictures, warnings, caption } = await previewsOf(shown, services.images, call);
  return renderJob(
    { ...how, job, previews: pictures, warnings, caption },
    await renderContext(call, services.images, job.images),
  );
}

const TOTAL = 100;

/**
 * Turns job updates into progress whose numbers rise strictly and stay below 100 (MCP specification, "Progress"), however
 * long a job stays in one state.
 */
function progressOf(call: Pick<ToolCall, 'progress' | 'clock'>): (job: JobView) => void {
  let last = 0;
  return (job) => {
    last = Math.max(estimate(job), last + (TOTAL - last) / 1000);
    call.progress({ progress: last, total: TOTAL, message: phase(job, call.clock.now()) });
  };
}

/** Progress of a state from 0 to 100; Adobe's own percentage fills the range from 10 to 85. */
function estimate(job: JobView): number {
  switch (job.state) {
    case 'queued':
    case 'preparing':
      return 1;
    case 'permitted':
    case 'submitting':
      return 5;
    case 'accepted':
    case 'running':
      return 10 + 0.75 * Math.min(100, Math.max(0, job.progress ?? 0));
    case 'saving':
      return 90;
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'submit_unknown':
    case 'expired':
      return 99;
  }
}
