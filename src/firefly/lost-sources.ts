import { isRecord } from '../shared/text/json.ts';
import { textOf, type UpstreamError } from './http/answer/error-body.ts';

/** What a paid request had that Adobe may not know or not reach. */
export interface SentFacts {
  /** Whether a header named a model. */
  readonly hasModel: boolean;
  /** Whether the operation has no other model. */
  readonly isOnlyModel?: boolean;
  readonly uploadIds: readonly string[];
  /** Whether words were sent, such as a prompt. */
  readonly hasTexts?: boolean;
  /** Number of pictures that Adobe has to fetch itself. */
  readonly urls: number;
}

/** The sources of a request's body, at every depth. */
export function sentFacts(body: unknown, about: Pick<SentFacts, 'hasModel' | 'isOnlyModel'>): SentFacts {
  const found: unknown[] = [];
  collect(body, found);
  const sources = found.filter(isRecord);
  return {
    ...about,
    hasTexts: isRecord(body) && typeof body['prompt'] === 'string',
    uploadIds: sources.map(({ uploadId }) => uploadId).filter((id) => typeof id === 'string'),
    urls: sources.filter(({ url }) => typeof url === 'string').length,
  };
}

function collect(value: unknown, found: unknown[]): void {
  if (Array.isArray(value)) return value.forEach((item) => collect(item, found));
  if (!isRecord(value)) return;
  if ('uploadId' in value || 'url' in value) found.push(value);
  Object.values(value).forEach((item) => collect(item, found));
}

const UPLOADED = /upload|\b(asset|blob|source|file|image|picture|mask|reference)s?\b/i;
/** An id that is no such thing to Adobe, in either order of the words, and a thing that is not there. */
const NO_SUCH =
  /\binvalid (upload|asset|blob|source|file|image|reference)[ _-]?id\b|\bupload[ _-]?id\b.{0,40}\b(in|not )valid\b|\bno (asset|blob|source|file|image|picture|upload)s?\b.{0,40}\b(id|found|exists?)\b/i;
const LOST =
  /\bnot (be )?(found|located|resolved|retrieved|available|known|loaded|exist)|\bno (longer|such)\b|expired?\b|unknown|unavailable|(does not|doesn't) exist|(unable|failed) to (find|locate|resolve|retrieve|load|access)|(cannot|could not|couldn't|can't) (find|locate|resolve|retrieve|load|access)|\b(gone|purged|deleted|removed)\b/i;
const URL_WORDS = /\bpre-?signed\b|\burls?\b/i;
const UNREACHED =
  /not (be )?(reached|fetched|downloaded|accessed|retrieved|read|loaded|reachable|accessible)|unreachable|inaccessible|(unable|failed) to (reach|fetch|download|access|retrieve|load|read)|(cannot|could not|couldn't|can't) (reach|fetch|download|access|retrieve|load|read)|timed out/i;

/**
 * Whether an error says that Adobe has lost an upload. What it really says is not public (docs/adobe-api.md#open-questions),
 * so that several signs count: the id itself in the text, an error about a field `uploadId`, words for an upload together
 * with words for its loss, in the code too, and a 404 of a request in which nothing else can be unknown.
 */
export function namesLostUpload(
  error: UpstreamError,
  { status, sent }: { readonly status: number | undefined; readonly sent: SentFacts | undefined },
): boolean {
  const text = `${(error.code ?? '').replaceAll('_', ' ')} ${textOf(error)}`;
  // Of a job that failed, the request is not at hand any more.
  if (sent === undefined) return status === undefined && /upload/i.test(text) && LOST.test(text);
  if (sent.uploadIds.length === 0 || ![400, 404, 410, 422].includes(status ?? 0)) return false;
  if (sent.uploadIds.some((id) => text.toLowerCase().includes(id.toLowerCase()))) return true;
  if (error.fields.some(({ field }) => /\bupload_?id$/i.test(field))) return true;
  // Adobe may turn an upload into a URL of its own.
  if (namesUnreachableUrl(error)) return sent.urls === 0;
  return (UPLOADED.test(text) && LOST.test(text)) || NO_SUCH.test(text) || status === 404;
}

/** Whether an error says that Adobe could not fetch a picture from a URL, in its message or about a field. */
export function namesUnreachableUrl(error: UpstreamError): boolean {
  return [error.text ?? '', ...error.fields.map(({ field, text }) => `${field} ${text}`)].some(
    (text) => URL_WORDS.test(text) && UNREACHED.test(text),
  );
}
