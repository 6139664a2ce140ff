import { AcceptFlat } from '../firefly/contract/accept.ts';
import { costOf } from '../firefly/pricing.ts';
import type { Firefly } from '../firefly/types.ts';
import type { FillFindings } from '../images/chart/measure-fill.ts';
import type { ImageImport } from '../images/import/image-import.ts';
import type { ImageLibrary } from '../images/types.ts';
import { isFinal } from '../jobs/model/states.ts';
import type { Jobs, JobView } from '../jobs/model/types.ts';
import { LOCAL_CALLER } from '../shared/caller.ts';
import type { Clock } from '../shared/time/clock.ts';
import { Problem } from '../shared/errors.ts';
import type { Random } from '../shared/random.ts';
import type { Answers, Tried } from './question.ts';
import { QUESTIONS } from './questions/index.ts';
import { longChart } from './trials/charts.ts';
import { TRIAL_IDS, TRIALS, type TrialId } from './trials/trial.ts';
import type { Witness } from './witness.ts';

/** What a run needs. */
export interface RunOptions {
  readonly jobs: Jobs;
  readonly images: Pick<ImageLibrary, 'read'>;
  readonly imageImport: Pick<ImageImport, 'store'>;
  readonly firefly: Firefly;
  /** Sees the answers that `firefly` gets. */
  readonly witness: Witness;
  readonly clock: Clock;
  readonly random: Random;
  readonly isDemo: boolean;
  /** Most operations to spend; 0 for none. */
  readonly spend: number;
  readonly signal: AbortSignal;
  /** Tells a person in one line what comes next. */
  readonly say: (line: string) => void;
}

/** What a run has found out. */
export interface Findings {
  readonly answers: Answers;
  /** Operations that may have been charged. */
  readonly operations: number;
  /** Jobs whose outcome is in the report. */
  readonly jobs: readonly JobView[];
}

/** Longest wait for one job: a minute's quota may be used up, and a job may last minutes. */
const LONGEST_WAIT_MS = 1_800_000;
const INTERRUPTED = 'the run was interrupted';
/** Signatures have a time in whole seconds. */
const UNTIL_SIGNED_ANEW_MS = 1_500;

/**
 * Asks what is free, then as much of what is paid as may be spent. Paid requests are jobs like any other.
 * @throws Problem where there is no token, since nothing can be asked then; the reason of the signal before that
 */
export async function runTrials(options: RunOptions): Promise<Findings> {
  const unknownJob = await askFree(options);
  const tried = new Map<TrialId, Tried>();
  const measured = new Map<TrialId, FillFindings>();
  const jobs = new Map<TrialId, JobView>();
  let left = options.spend;
  for (const id of TRIAL_IDS) {
    const { operations } = costOf({ operation: TRIALS[id].operation, count: 1, size: TRIALS[id].size });
    if (operations > left || options.signal.aborted) {
      const why = options.signal.aborted ? INTERRUPTED : `it needs --spend: ${inOperations(operations)}`;
      tried.set(id, { kind: 'not_tried', why });
      continue;
    }
    left -= operations;
    options.say(`${id}: ${TRIALS[id].what}; at most ${inOperations(operations)}; settles ${settledBy(id).join(', ')}`);
    const outcome = await tryOnce(id, options);
    if (typeof outcome === 'string') {
      tried.set(id, { kind: 'not_tried', why: outcome });
      continue;
    }
    jobs.set(id, outcome);
    tried.set(id, triedOf(outcome));
    const findings = await measure(id, outcome, options);
    if (findings !== undefined) measured.set(id, findings);
  }
  const linksSignedAnew = await readLinksAgain(jobs.get('fill'), options);
  const answers: Answers = {
    of: (operation, trial) =>
      options.witness.answers.filter((answer) => answer.operation === operation && answer.trial === trial),
    tried: (id) => tried.get(id) ?? { kind: 'not_tried', why: 'it was not asked' },
    unknownJob,
    measured,
    linksSignedAnew,
  };
  const ended = [...jobs.values()];
  return { answers, operations: ended.reduce((sum, { cost }) => sum + cost.operations, 0), jobs: ended };
}

/** "1 operation", "2 operations". */
export function inOperations(count: number): string {
  return `${count} ${count === 1 ? 'operation' : 'operations'}`;
}

function settledBy(trial: TrialId): readonly string[] {
  return QUESTIONS.filter(({ by }) => by === trial).map(({ id }) => id);
}

/** Token, custom models, an upload, and the status of a job that does not exist: the answer to the latter. */
async function askFree({ firefly, witness, random, signal, say }: RunOptions) {
  say('free: a token, the list of custom models, an upload, the status of a job that does not exist');
  await firefly.prepare(signal);
  // Only the answers count, and the witness has them.
  await firefly.customModels({ limit: 1 }, signal).catch(() => undefined);
  await firefly.upload((await longChart()).picturePng, 'image/png', signal);
  const jobId = random.uuid();
  await firefly.status({ jobId, statusUrl: undefined, cancelUrl: undefined }, 'fillImagesV3Async', signal);
  return witness.answers.find(({ operation, path }) => operation === 'jobResultV3' && path.endsWith(jobId));
}

/** The job of a trial, ended or not; why there is none. */
async function tryOnce(id: TrialId, { jobs, imageImport, isDemo, signal }: RunOptions): Promise<JobView | string> {
  try {
    const request = await TRIALS[id].request((bytes) => imageImport.store(bytes));
    const facts = { ...request.facts, demo: isDemo || undefined };
    const { job } = await jobs.enqueue({ ...request, facts }, LOCAL_CALLER, { signal });
    return await jobs.wait(job.id, LOCAL_CALLER, { waitMs: LONGEST_WAIT_MS, signal });
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function triedOf({ id, state, problem, images }: JobView): Tried {
  if (state === 'succeeded') return { kind: 'made', picture: images[0] };
  if (state === 'failed' && problem !== undefined) return { kind: 'refused', code: problem.code };
  if (isFinal(state)) return { kind: 'not_tried', why: `its job ended as ${state}` };
  return { kind: 'not_tried', why: `its job ${id} has not ended yet; run verify again to go on with it` };
}

async function measure(id: TrialId, { images: [picture] }: JobView, { images }: RunOptions) {
  const { measure: wanted } = TRIALS[id];
  if (wanted === undefined || picture === undefined) return undefined;
  const { measureFill } = await import('../images/chart/measure-fill.ts');
  return measureFill(await wanted.chart(), await images.read(picture), wanted.boxes);
}

/** Whether the status of the fill, read once more, has other links than those that its job was saved from. */
async function readLinksAgain(
  fill: JobView | undefined,
  { firefly, witness, clock, signal }: RunOptions,
): Promise<boolean | undefined> {
  const accepted = witness.answers.findLast(({ trial }) => trial === 'fill');
  const handle = AcceptFlat.safeParse(accepted?.body);
  const saved = fill?.results[0];
  if (!handle.success || saved === undefined || signal.aborted) return undefined;
  await clock.sleep(UNTIL_SIGNED_ANEW_MS);
  const { jobId, statusUrl, cancelUrl } = handle.data;
  const again = await firefly.status({ jobId, statusUrl, cancelUrl }, 'fillImagesV3Async', signal);
  if (again.kind !== 'succeeded') return undefined;
  return again.outputs[0]?.url !== saved.url;
}
