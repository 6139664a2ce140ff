import { isRecord } from '../../shared/text/json.ts';
import { isInline } from './status-answer/inline-result.ts';

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

/** One result in an answer: where it can be had, or the result itself, as `inlineBytes` reads it. */
export type FoundResult = { readonly url: string } | { readonly inline: string };

/** How the outputs of an answer are read. */
export interface Reading {
  readonly family: ResultFamily;
  /** The address of the answer, against which its relative links are. */
  readonly base: URL | undefined;
}

/**
 * The result that an output names by its own family, else in any other form that is known, else anywhere in it: a result in
 * an unexpected place is paid for too. Undefined if there is none.
 */
export function resultOf(output: unknown, reading: Reading): FoundResult | undefined {
  if (typeof output === 'string') return resultIn(output, reading);
  if (!isRecord(output)) return undefined;
  for (const { link } of [reading.family, ...KNOWN]) {
    const text = link(output);
    const found = typeof text === 'string' ? resultIn(text, reading, true) : undefined;
    if (found !== undefined) return found;
  }
  return anywhereIn(output, reading, 0);
}

const MOST_DEPTH = 4;
const MOST_VALUES = 200;
/** Keys of links, but for those of what a result was made from, or that lead to something else. */
const OF_LINKS = /(url|uri|href|link|src|location)$/i;
const OF_OTHERS = /source|input|reference|mask|thumb|preview|status|cancel|self|request|schema|docs|help/i;

/** Links that lead back to the job. */
const OF_JOBS = /\/(status|cancel|jobs?)\//i;

function anywhereIn(value: unknown, reading: Reading, depth: number, key = ''): FoundResult | undefined {
  if (typeof value === 'string') {
    const found = resultIn(value, reading, OF_LINKS.test(key));
    if (found === undefined || 'inline' in found) return found;
    return OF_LINKS.test(key) && !OF_JOBS.test(found.url) ? found : undefined;
  }
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return undefined;
  for (const [name, part] of Object.entries(value).slice(0, MOST_VALUES)) {
    if (OF_OTHERS.test(name)) continue;
    const found = anywhereIn(part, reading, depth + 1, Array.isArray(value) ? key : name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text as a result: itself, a link, or a path. Where a link is expected, a path need not look like one at its beginning. */
function resultIn(text: string, { base }: Reading, isLink = false): FoundResult | undefined {
  if (isInline(text)) return { inline: text };
  const link = text.trim();
  if (isWebLink(link)) return { url: link };
  const isPath = link.length < 4_000 && (isLink ? PATH : ROOTED).test(link);
  if (!isPath || base === undefined || !URL.canParse(link, base)) return undefined;
  const { href } = new URL(link, base);
  return isWebLink(href) ? { url: href } : undefined;
}

const ROOTED = /^(\.{1,2})?\/\S/;
/** A path, and not the id of something: with a slash or the ending of a file, and without a scheme. */
const PATH = /^(?![a-z][a-z\d+.-]*:)(?=[^?#]*(\/|\.\w{2,5}($|[?#])))\S+$/i;

function isWebLink(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function urlIn(value: unknown): unknown {
  return isRecord(value) ? value['url'] : undefined;
}

/** Keys under which lists of results were seen, or could be. */
const LISTS = ['outputs', 'images', 'results', 'videos', 'output', 'image', 'data', 'artifacts', 'assets', 'files'];
/** Keys under which an answer has its result. */
const WRAPPERS = ['result', 'results', 'data', 'job', 'response', 'payload', 'body'];

/** An answer, and the objects in it that may hold what it is about. */
export function wrappedIn(body: Record<string, unknown>): readonly Record<string, unknown>[] {
  const inner = WRAPPERS.map((key) => body[key]).filter(isRecord);
  return [body, ...inner, ...inner.flatMap((part) => WRAPPERS.map((key) => part[key]).filter(isRecord))];
}

/**
 * The entries of an answer's results: `result.outputs`, else the first list with a result under any known key, in the
 * result or beside the status. Empty where there is none.
 */
export function outputsIn(body: Record<string, unknown>, reading: Reading): readonly unknown[] {
  const wrapped = WRAPPERS.map((key) => body[key]).filter(isRecord);
  const places = [...wrapped, ...wrapped.flatMap((inner) => WRAPPERS.map((key) => inner[key])).filter(isRecord), body];
  const lists = places.flatMap((place) => [
    ...LISTS.map((key) => place[key]).flatMap(listOf),
    ...WRAPPERS.map((key) => place[key]).filter((value): value is unknown[] => Array.isArray(value)),
  ]);
  const [documented] = lists;
  const hasResult = (list: readonly unknown[]) => list.some((output) => resultOf(output, reading) !== undefined);
  // A list under any other key, and a result without a list, such as `{"result": {"url": …}}`, are looked at last.
  const others = [...listsWithin(body, 0), ...[...wrapped, body].map((part) => [part])];
  return lists.find(hasResult) ?? others.find(hasResult) ?? documented ?? [];
}

/** Every list in an answer, but for those of what it was made from. */
function listsWithin(value: unknown, depth: number): (readonly unknown[])[] {
  if (Array.isArray(value)) return [value];
  if (!isRecord(value) || depth > MOST_DEPTH) return [];
  return Object.entries(value)
    .slice(0, MOST_VALUES)
    .flatMap(([name, part]) => (OF_OTHERS.test(name) ? [] : listsWithin(part, depth + 1)));
}

/** A list of results; one result, or one link, is read as a list of one, and an object may have them by their places. */
function listOf(value: unknown): (readonly unknown[])[] {
  if (Array.isArray(value)) return [value];
  if (isRecord(value)) {
    const isByPlace = Object.keys(value).every((key) => /^\d+$/.test(key));
    return isByPlace ? [Object.values(value)] : [[value]];
  }
  return typeof value === 'string' ? [[value]] : [];
}
