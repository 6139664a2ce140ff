import type { FieldError } from '../http/errors.ts';
import * as errors from '../http/errors.ts';
import type { PictureFormat } from '../drawing/picture.ts';
import type { Call } from '../operations/operation.ts';
import { type Policy, policyOf } from './trigger-words.ts';
import type { Job, JobPlan } from '../state/jobs.ts';
import type { EmulatorContext } from '../context.ts';

/** The links of a job, on the shard, as Adobe gives them out. */
export function linksOf(job: Job, { origins }: EmulatorContext): { readonly status: string; readonly cancel: string } {
  return { status: `${origins.shard}/v3/status/${job.urn}`, cancel: `${origins.shard}/v3/cancel/${job.urn}` };
}

/**
 * Applies the trigger words of a prompt that has passed validation.
 * @throws Refusal for those that work at submit
 */
export function admit(prompt: string, version: 'v3' | 'v4'): Policy {
  const policy = policyOf(prompt);
  if (policy.access !== undefined) throw errors.accessRefused(policy.access);
  if (policy.refusal !== undefined) throw errors.promptRefused(policy.refusal, version);
  return policy;
}

/** Creates the job, and notes in the truth log which one it was. */
export function accept(plan: JobPlan, { world, entry }: Call): Job {
  const job = world.jobs.add(plan, world.settings.latencyMs * plan.policy.slowness);
  entry.jobId = job.urn;
  return job;
}

/**
 * The seeds of a job's pictures: as given, else random ones in the range that Adobe's examples show.
 * @throws Refusal when seeds and count contradict each other (OpenAPI: their number must be equal)
 */
export function seedsOf(
  wish: { readonly seeds?: readonly number[] | undefined; readonly numVariations?: number | undefined },
  { world }: Call,
): readonly number[] {
  const { seeds = [], numVariations } = wish;
  if (seeds.length > 0 && numVariations !== undefined && seeds.length !== numVariations) {
    const msg = 'the number of seeds must be equal to numVariations';
    const fault: FieldError = { loc: ['body', 'seeds'], msg, type: 'value_error' };
    throw errors.fieldErrors([fault], world.settings.schemaErrors);
  }
  if (seeds.length > 0) return seeds;
  const random = () => Math.floor(world.settings.random.float() * 100_000);
  return Array.from({ length: numVariations ?? 1 }, random);
}

const FORMATS: Readonly<Record<string, PictureFormat>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** From `x-accept-mimetype`, which Adobe's custom-model tutorial uses; JPEG for anything else. */
export function formatOf(call: Call): PictureFormat {
  return formatAsked(call) ?? 'jpeg';
}

/** The same for pictures that keep parts of another one: PNG unless asked, since JPEG would keep none of them exactly. */
export function editFormatOf(call: Call): PictureFormat {
  return formatAsked(call) ?? 'png';
}

function formatAsked({ headers }: Call): PictureFormat | undefined {
  return FORMATS[String(headers['x-accept-mimetype'] ?? '').toLowerCase()];
}
