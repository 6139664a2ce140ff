import type { FieldError } from '../http/errors/errors.ts';
import * as errors from '../http/errors/errors.ts';
import type { PictureFormat } from '../drawing/picture.ts';
import type { Call } from '../operations/operation.ts';
import { type Behaviour, behaviourOf } from './trigger-words.ts';
import type { Job, JobPlan } from '../state/jobs.ts';
import type { EmulatorContext } from '../context.ts';

/** Status and cancel links of a job, on the shard as at Adobe. */
export function linksOf(job: Job, { origins }: EmulatorContext): { readonly status: string; readonly cancel: string } {
  return { status: `${origins.shard}/v3/status/${job.urn}`, cancel: `${origins.shard}/v3/cancel/${job.urn}` };
}

/**
 * Applies the trigger words of a validated prompt.
 * @throws Refusal for a word that refuses the submit
 */
export function applyTriggerWords(prompt: string, version: 'v3' | 'v4'): Behaviour {
  const behaviour = behaviourOf(prompt);
  if (behaviour.access !== undefined) throw errors.accessRefused(behaviour.access);
  if (behaviour.refusal !== undefined) throw errors.promptRefused(behaviour.refusal, version);
  return behaviour;
}

/** Creates a job and records its id in the request log. */
export function accept(plan: JobPlan, { context, entry }: Call): Job {
  const job = context.jobs.add(plan, context.settings.latencyMs * plan.behaviour.durationFactor);
  entry.jobId = job.urn;
  return job;
}

/** Adobe documents whole numbers, and shows seeds of up to ten digits, as of 31 bits. */
const SEEDS = 2 ** 31;

/**
 * The seeds of a job's pictures: those of the request, else random ones in the range of Adobe's examples.
 * @throws Refusal if the number of seeds differs from `numVariations` (OpenAPI: both must be equal)
 */
export function seedsOf(
  request: { readonly seeds?: readonly number[] | undefined; readonly numVariations?: number | undefined },
  { context }: Call,
): readonly number[] {
  const { seeds = [], numVariations } = request;
  if (seeds.length > 0 && numVariations !== undefined && seeds.length !== numVariations) {
    const msg = 'the number of seeds must be equal to numVariations';
    const fieldError: FieldError = { loc: ['body', 'seeds'], msg, type: 'value_error' };
    throw errors.fieldErrors([fieldError], context.settings.schemaErrors);
  }
  if (seeds.length > 0) return seeds;
  const random = () => Math.floor(context.settings.random.float() * SEEDS);
  return Array.from({ length: numVariations ?? 1 }, random);
}

const FORMATS: Readonly<Record<string, PictureFormat>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** Format from `x-accept-mimetype`, which Adobe's custom-model tutorial uses; JPEG by default. */
export function formatOf({ headers, context }: Call): PictureFormat {
  if (!context.settings.mimeTypeHeader) return 'jpeg';
  return FORMATS[String(headers['x-accept-mimetype'] ?? '').toLowerCase()] ?? 'jpeg';
}
