import type { BatchResult } from '../../../render/batch-schemas.ts';
import type { ImagesResult } from '../../../render/library-schemas.ts';
import type { ErrorFacts, JobResult, JobStatusResult, MaskResult, ModelsResult } from '../../../render/schemas.ts';
import type { ToolResult } from '../bridge/bridge.ts';

/** What a tool said of one job, of a picture of the library, or of both. */
export type Work = JobResult;
export type Picture = NonNullable<JobResult['images']>[number];
export type Overview = JobStatusResult;
export type Batch = BatchResult;
export type Made = MaskResult;
export type CustomModels = ModelsResult;
export type Problem = ErrorFacts;
export type Entry = NonNullable<ImagesResult['images']>[number];
export type Listing = ImagesResult;
export type Cost = NonNullable<JobResult['cost']>;
export type Quota = NonNullable<JobStatusResult['quota']>;
export type Roles = NonNullable<JobResult['roles']>;
export type Access = NonNullable<JobStatusResult['access']>;
export type Budget = NonNullable<JobStatusResult['budget']>;

/**
 * The structured content of an answer, whose shape is the tool's output schema. A host may have left it out: then the
 * text is the story, and an error has its words at least.
 */
export function factsOf<Facts extends object>(result: ToolResult): Facts & { error?: Problem } {
  const facts = (result.structuredContent ?? {}) as Facts & { error?: Problem };
  if (result.isError !== true || facts.error !== undefined) return facts;
  const words = (result.content ?? []).find(({ type }) => type === 'text')?.text;
  return { ...facts, error: { code: 'unknown', message: words ?? '', who_can_act: 'us', next: '' } };
}

/** What a result is about, by the fields that only such results have. */
export function kindOf(
  facts: Readonly<Record<string, unknown>>,
): 'job' | 'batch' | 'overview' | 'mask' | 'listing' | 'other' {
  if (typeof facts['made_for'] === 'string') return 'mask';
  if (typeof facts['batch'] === 'string') return 'batch';
  if (typeof facts['job'] === 'string') return 'job';
  if (facts['quota'] !== undefined || facts['queued'] !== undefined) return 'overview';
  if (Array.isArray(facts['images'])) return 'listing';
  return 'other';
}

/** What `firefly://images/{id}/facts` holds. */
export type ImageFacts = Entry &
  Partial<Pick<Picture, 'bytes' | 'edit' | 'path'>> & {
    readonly tool?: string;
    readonly job?: string;
    readonly parents?: readonly Entry[];
    readonly children?: readonly Entry[];
    readonly more_children?: boolean;
  };

/** A picture of the library as a work of its own: what is known of it without its job. */
export function workOf(entry: ImageFacts): Work {
  const { image, width, height, mime_type, seconds, seed, prompt, model, made_from, mask, roles, created_at, demo } =
    entry;
  const { bytes = 0, edit, path, tool } = entry;
  const uri = `firefly://images/${image}`;
  const picture: Picture = { image, uri, width, height, mime_type, bytes, seconds, seed, edit, path };
  return {
    state: 'succeeded',
    tool,
    prompt: prompt ?? entry.file,
    model,
    images: [picture],
    made_from,
    mask,
    roles,
    created_at,
    demo,
  };
}

const FINAL: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'submit_unknown', 'expired']);
const UNSENT: ReadonlySet<string> = new Set(['queued', 'preparing', 'permitted']);

/** Whether a job in this state changes no more. */
export function isOver(state: string | undefined): boolean {
  return state === undefined || FINAL.has(state);
}

/** Whether a job in this state can be cancelled for nothing. */
export function isFreeToCancel(state: string | undefined): boolean {
  return state !== undefined && UNSENT.has(state);
}
