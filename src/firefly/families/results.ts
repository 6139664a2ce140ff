import { isRecord } from '../../shared/text/json.ts';

/** How an operation's status answers name its results. */
export interface ResultFamily {
  /**
   * Brings an answer into the shape of Firefly's status (`contract/status.ts`): `status`, `progress`, `result.outputs`
   * and the other fields of `result`. Never throws. Undefined where the answer has that shape already.
   */
  readonly toStatus?: ((body: Record<string, unknown>) => Record<string, unknown>) | undefined;
  /** The URL of one entry of `result.outputs`; undefined for an entry without one. */
  readonly link: (output: Record<string, unknown>) => unknown;
}

/** `image.url`: the image operations (OpenAPI `JobResult`). */
export const IMAGE_OUTPUTS: ResultFamily = { link: (output) => urlIn(output['image']) };

/** `video.url`: video (OpenAPI `AsyncResult`). */
export const VIDEO_OUTPUTS: ResultFamily = { link: (output) => urlIn(output['video']) };

/** `presignedUrl`: upscale (OpenAPI `PreciseUpsamplerResponse`). */
export const PRESIGNED_OUTPUTS: ResultFamily = { link: (output) => output['presignedUrl'] };

/** Forms that no operation of ours documents, or that belong to other services of Adobe's. */
const OTHERS: readonly ResultFamily[] = [
  { link: (output) => output['url'] },
  { link: (output) => output['href'] },
  { link: (output) => urlIn(output['destination']) },
  { link: (output) => (isRecord(output['image']) ? output['image']['presignedUrl'] : output['image']) },
];

const KNOWN = [IMAGE_OUTPUTS, VIDEO_OUTPUTS, PRESIGNED_OUTPUTS, ...OTHERS];

/**
 * The link of an output by its own family, else by any other that is known: a result in an unexpected place is paid
 * for too. Undefined if none of them is a URL.
 */
export function linkOf(output: unknown, family: ResultFamily): string | undefined {
  if (typeof output === 'string') return isWebLink(output) ? output : undefined;
  if (!isRecord(output)) return undefined;
  for (const { link } of [family, ...KNOWN]) {
    const url = link(output);
    if (typeof url === 'string' && isWebLink(url)) return url;
  }
  return undefined;
}

function isWebLink(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function urlIn(value: unknown): unknown {
  return isRecord(value) ? value['url'] : undefined;
}

/** Keys under which lists of results were seen, or could be. */
const LISTS = ['outputs', 'images', 'results', 'videos', 'output', 'image', 'data'];
/** Keys under which an answer has its result. */
const WRAPPERS = ['result', 'results', 'data', 'job', 'response'];

/** An answer, and the objects in it that may hold what it is about. */
export function wrappedIn(body: Record<string, unknown>): readonly Record<string, unknown>[] {
  return [body, ...WRAPPERS.map((key) => body[key]).filter(isRecord)];
}

/**
 * The entries of an answer's results: `result.outputs`, else the first list with a link under any known key, in the
 * result or beside the status. Empty where there is none.
 */
export function outputsIn(body: Record<string, unknown>, family: ResultFamily): readonly unknown[] {
  const wrapped = WRAPPERS.map((key) => body[key]).filter(isRecord);
  const places = [...wrapped, ...wrapped.flatMap((inner) => WRAPPERS.map((key) => inner[key])).filter(isRecord), body];
  const lists = places.flatMap((place) => LISTS.map((key) => place[key])).flatMap(listOf);
  const [documented] = lists;
  return lists.find((list) => list.some((output) => linkOf(output, family) !== undefined)) ?? documented ?? [];
}

/** A list of results; one result, or one link, is read as a list of one, and an object may have them by their places. */
function listOf(value: unknown): (readonly unknown[])[] {
  if (Array.isArray(value)) return [value];
  if (isRecord(value))
    return [[value], Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : []];
  return typeof value === 'string' ? [[value]] : [];
}
