import { isStill, isUnread } from '../../images/still.ts';
import { isFinal } from '../../jobs/model/states.ts';
import type { JobView } from '../../jobs/model/types.ts';
import { costFacts, costOfJob } from '../cost.ts';
import { costOfCancel, MAY_HAVE_CHARGED, phase } from './job-phrases.ts';
import { fileFacts, fileLines, fileWarnings } from './job-files.ts';
import { nextJobStep } from './job-next-steps.ts';
import { imageLink, jobLink, studioLines } from '../links.ts';
import { counted, inAbout, isoTime, nounOf, secondsUntil } from '../phrases.ts';
import { madeFrom, roleFacts } from '../pictures/made-from.ts';
import { pictureFacts, pictureLines, type RenderContext } from '../pictures/picture.ts';
import { demoNotice } from '../demo.ts';
import { errorFacts, errorLines } from '../problem.ts';
import { type PictureBlock, textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { JobResult } from '../schemas.ts';

/** Purpose of the call; it decides which final states are errors. */
export type Purpose =
  /** Making pictures. */
  | 'make'
  /** Learning the state. */
  | 'show'
  /** Ending the job. */
  | 'cancel';

const ATTACHED = 'This is the job of an identical earlier call; nothing was sent again.';
/** A job and what an answer adds to it. */
export interface JobToRender {
  readonly job: JobView;
  readonly purpose: Purpose;
  /** The call found the job of an earlier identical call (docs/jobs.md#deduplication). */
  readonly attached?: boolean;
  /** Sentences that come first of all. */
  readonly named?: readonly string[] | undefined;
  readonly previews?: readonly PictureBlock[];
  readonly warnings?: readonly string[];
  /** What the previews show, for the reader of the text, who gets them with it. */
  readonly caption?: string | undefined;
}

/** A job in any state, with its pictures, its problem and the next step. */
export function renderJob(given: JobToRender, context: RenderContext): Rendered {
  const { job } = given;
  const result = jobFacts(given, context);
  return {
    text: jobText(result, given.caption),
    structured: withoutUndefined(result),
    pictures: given.previews ?? [],
    links: [...job.images.map(imageLink), ...(isFinal(job.state) ? [] : [jobLink(job.id)])],
    isError: isFailure(job, given.purpose),
  };
}

/** The structured form of a job; its text is made from this. */
export function jobFacts(given: JobToRender, context: RenderContext): JobResult {
  const { job } = given;
  const final = isFinal(job.state);
  return {
    job: job.id,
    state: job.state,
    summary: opening(given, context.now),
    tool: job.tool,
    prompt: job.facts.prompt,
    model: job.model,
    custom_model: job.facts.customModel,
    size: job.size && `${job.size.width}x${job.size.height}`,
    count: job.count,
    made_from: job.facts.sources && [...job.facts.sources],
    mask: job.facts.mask,
    roles: roleFacts(job.facts),
    images: job.images.map((image) => pictureFacts(image, context)),
    ...fileFacts(job, context),
    attached: given.attached || undefined,
    cancelling: job.cancelling || undefined,
    position: final ? undefined : job.position,
    starts_in_seconds: final ? undefined : secondsUntil(job.startsAt, context.now),
    ends_in_seconds: final ? undefined : secondsUntil(job.endsAt, context.now),
    progress_percent: final ? undefined : job.progress,
    cost: costFacts(job.cost),
    replaces: job.replaces,
    created_at: isoTime(job.createdAt),
    studio: context.studio?.(job.id),
    warnings: warnings(given),
    demo: context.demo || undefined,
    next: nextJobStep(given.job, context),
    error: job.problem && errorFacts(job.problem),
  };
}

/** The first sentence: that Adobe may have charged goes before what `last` and files were. */
function opening(given: JobToRender, now: number): string {
  const named = given.named ?? [];
  const state = summary(given, now);
  return (given.job.state === 'submit_unknown' ? [state, ...named] : [...named, state]).join(' ');
}

function summary(given: JobToRender, now: number): string {
  const { job, purpose } = given;
  const isVideo = job.media === 'video';
  const noun = nounOf(job.media);
  if (purpose === 'cancel' && job.state === 'succeeded')
    return [
      job.cancelRefused ? 'The cancel was refused, and Adobe finished the job.' : 'Too late: Adobe finished first.',
      isVideo ? 'The video was kept.' : 'The pictures were kept.',
    ].join(' ');
  if (job.cancelling) return `The job is ${phase(job, now)}; the outcome is not known yet.`;
  switch (job.state) {
    case 'succeeded':
      if (job.images.length === 0)
        return isVideo
          ? 'Made its video, which has been deleted since.'
          : 'Made its pictures, which have been deleted since.';
      return job.images.length < job.count
        ? `Made ${job.images.length} of ${counted(job.count, noun)}.`
        : `Made ${counted(job.images.length, job.images.every(isStill) ? 'picture' : job.images.some(isUnread) ? noun : 'video')}.`;
    case 'failed':
      return `The job failed: no ${noun} was made.`;
    case 'cancelled':
      return `The job was cancelled. ${costOfCancel(job)}`;
    case 'submit_unknown':
      return MAY_HAVE_CHARGED;
    case 'expired':
      return isVideo
        ? 'Adobe made the video, but it is no longer available: its link has expired.'
        : 'Adobe made the pictures, but they are no longer available: their links have expired.';
    case 'queued':
    case 'preparing':
    case 'permitted':
    case 'submitting':
    case 'accepted':
    case 'running':
    case 'saving':
      return `Not finished yet: ${phase(job, now)}${ending(job, now)}.`;
  }
}

function ending(job: JobView, now: number): string {
  return job.endsAt === undefined || job.endsAt <= now ? '' : `; done in ${inAbout(job.endsAt - now)}`;
}

function warnings(given: JobToRender): string[] | undefined {
  const attached = given.attached ? [attachedRemark(given.job)] : [];
  const all = [...attached, ...given.job.warnings, ...fileWarnings(given.job), ...(given.warnings ?? [])];
  return all.length > 0 ? all : undefined;
}

/** Without a way to force a job where the outcome is unknown: `resubmit_job` asks for consent to a second charge. */
function attachedRemark({ state, hasKey }: JobView): string {
  if (state === 'submit_unknown') return ATTACHED;
  return `${ATTACHED} ${hasKey ? 'Use a new idempotency_key for a new one.' : 'Pass new_job: true for a new one.'}`;
}

function isFailure(job: JobView, purpose: Purpose): boolean {
  if (job.state === 'submit_unknown') return true;
  if (purpose === 'make') return job.state === 'failed' || job.state === 'expired' || job.state === 'cancelled';
  return purpose === 'cancel' && isFinal(job.state) && job.state !== 'cancelled';
}

/** The structured form as text. */
function jobText(result: JobResult, caption: string | undefined): string {
  const parents = madeFrom(result);
  // The lines of the pictures have their real sizes.
  const size = result.images?.length ? undefined : result.size;
  const model = [result.model, result.custom_model && `custom model ${result.custom_model}`, size];
  const lines = [
    result.summary,
    `Job ${result.job}, ${result.state}${list(model)}.${result.cost === undefined ? '' : ` Cost: ${costOfJob({ state: result.state, cost: result.cost })}.`}`,
    ...(result.images ?? []).flatMap(pictureLines),
    ...fileLines(result),
    result.prompt === undefined ? undefined : `Prompt: ${JSON.stringify(result.prompt)}`,
    parents === undefined ? undefined : `Made ${parents}.`,
    result.replaces === undefined ? undefined : `Replaces ${result.replaces}.`,
    ...studioLines(result),
    ...[result.warnings ?? [], caption ?? []].flat().map((note) => `Note: ${note}`),
    ...problemLines(result),
    result.demo ? demoNotice({ pictures: result.images ?? [] }) : undefined,
  ];
  return textOf(lines);
}

/** The next step, and the problem where one is recorded. In an unfinished job that is the problem of the last attempt. */
function problemLines({ error, state, next }: JobResult): readonly string[] {
  if (error === undefined) return [`Next: ${next}`];
  const goesOn = state !== undefined && !isFinal(state);
  // No attempt succeeds before the operator has acted; what to do once results are lost is for later.
  const isMendable = error.who_can_act === 'operator' && error.code !== 'results_expired';
  const way = isMendable ? ` ${error.next}` : '';
  const message = goesOn ? `The last attempt failed and is repeated: ${error.message}${way}` : error.message;
  return errorLines({ ...error, message, next: next ?? error.next });
}

function list(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => `, ${part}`)
    .join('');
}
