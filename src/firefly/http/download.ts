import type { Dispatcher } from 'undici';
import { abortable } from '../../shared/time/abort.ts';
import { deadline } from '../../shared/time/deadline.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import { failureProblem, interrupted, pageInstead, problem } from '../problems.ts';
import { refused, tooLarge, unfinished } from './download-problems.ts';
import type { ByteSink, DownloadOutcome } from '../types.ts';
import { isPrivateLiteral } from './connection/addresses.ts';
import type { Dispatchers } from './connection/dispatchers.ts';
import { decode } from './answer/decoding.ts';
import { reasonOf } from './exchange.ts';
import { MarkupError, withoutMarkup } from './answer/markup.ts';
import { isPageType } from './answer/page.ts';
import type { Timeouts } from './timeouts.ts';

/** Dependencies of downloads. */
interface DownloadContext {
  readonly dispatchers: Dispatchers;
  /** Origins that the operator trusts: any address is allowed, and plain http on loopback. */
  readonly trustedOrigins: ReadonlySet<string>;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Target and limits of one download. */
interface Download {
  readonly sink: ByteSink;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** The caller's own signal, without the deadline. */
  readonly given: AbortSignal | undefined;
}

type Response = Dispatcher.ResponseData;

const MAX_REDIRECTS = 3;
const SERVICE = 'The storage with the result';
const EXPIRED: ReadonlySet<number> = new Set([403, 404, 410]);
/** Successes without a content (RFC 9110 section 15.3); of any other one the content decides, such as of a proxy's 203. */
const NO_CONTENTS: ReadonlySet<number> = new Set([204, 205]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Known hosts of results (docs/adobe-api.md#links-and-hosts). Others are only logged: a refusal loses a paid picture. */
const KNOWN_HOSTS = /(^|\.)(amazonaws\.com|windows\.net|storage\.googleapis\.com|adobe\.(io|com))$/;

/**
 * Downloads a result into `sink` without credentials: https from public addresses, or any origin that the operator
 * trusts. Follows at most three redirects, each checked like the first URL. Throws only errors of the sink.
 */
export async function download(
  link: string,
  sink: ByteSink,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
  context: DownloadContext,
): Promise<DownloadOutcome> {
  const { clock, timeouts } = context;
  await using limit = deadline(timeouts.downloadMs, { reason: new Error('deadline'), given: signal, clock });
  return await follow(link, { sink, maxBytes, signal: limit.signal, given: signal }, context);
}

async function follow(link: string, transfer: Download, context: DownloadContext): Promise<DownloadOutcome> {
  let target = link;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const url = URL.canParse(target) ? new URL(target) : undefined;
    const reason = url ? reasonToRefuse(url, context) : 'its address cannot be read';
    if (!url || reason !== undefined) return { kind: 'refused', problem: refused(reason ?? '') };
    const response = await open(url, transfer, context);
    if (!('body' in response)) return response;
    const location = REDIRECTS.has(response.statusCode) ? response.headers['location'] : undefined;
    if (typeof location !== 'string') return await receive(response, transfer);
    discard(response);
    target = URL.canParse(location, url.href) ? new URL(location, url.href).href : location;
  }
  return { kind: 'refused', problem: refused('it redirects too often') };
}

function reasonToRefuse(url: URL, { trustedOrigins, logger }: DownloadContext): string | undefined {
  if (trustedOrigins.has(url.origin)) return undefined;
  if (url.protocol !== 'https:') return 'its address is not https';
  if (url.username !== '' || url.password !== '') return 'its address carries credentials';
  if (isPrivateLiteral(url)) return 'its address is not public';
  if (!KNOWN_HOSTS.test(url.hostname)) logger.warn('result_host_unknown', { host: url.host });
  return undefined;
}

async function open(url: URL, transfer: Download, context: DownloadContext): Promise<Response | DownloadOutcome> {
  const { dispatchers, timeouts, trustedOrigins } = context;
  const dispatcher = trustedOrigins.has(url.origin) ? dispatchers.trusted : dispatchers.download;
  try {
    const pending = dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: 'image/*, video/*, */*', 'accept-encoding': 'identity', 'user-agent': 'firefly-mcp-server' },
      signal: transfer.signal,
      headersTimeout: timeouts.answerMs,
      bodyTimeout: timeouts.idleMs,
    });
    return await abortable(pending, transfer.signal);
  } catch (error) {
    return failedTransfer(error, transfer);
  }
}

async function receive(response: Response, transfer: Download): Promise<DownloadOutcome> {
  const { statusCode, headers } = response;
  // Storage answers errors in XML; a page of a proxy says nothing about the link.
  const isPage = isPageType(headers['content-type']);
  if (statusCode < 200 || statusCode > 299 || NO_CONTENTS.has(statusCode)) {
    discard(response);
    if (isPage) return { kind: 'transient', problem: problem(pageInstead(statusCode)) };
    if (EXPIRED.has(statusCode)) return { kind: 'expired' };
    return { kind: 'transient', problem: unfinished(`it answered HTTP ${statusCode}`) };
  }
  const announced = lengthOf(headers['content-length']);
  const isPart = statusCode === 206 && !isWholeRange(headers['content-range'], announced);
  if (announced !== undefined && announced > transfer.maxBytes) {
    discard(response);
    return { kind: 'refused', problem: tooLarge(transfer.maxBytes) };
  }
  const body = decode(response.body, headers['content-encoding']);
  const pumped = await pump(isPage ? withoutMarkup(body.chunks) : body.chunks, transfer);
  if (pumped === 'markup') return { kind: 'transient', problem: problem(pageInstead(statusCode)) };
  if (typeof pumped !== 'number') return pumped;
  if (announced !== undefined && body.received() !== announced) {
    return { kind: 'transient', problem: unfinished('its length differs from the announced one'), isCut: true };
  }
  if (isPart) return { kind: 'transient', problem: unfinished('only a part of it came'), isCut: true };
  const type = headers['content-type'];
  return { kind: 'complete', contentType: typeof type === 'string' ? type : undefined, bytes: pumped };
}

/**
 * Whether the range of a 206, which was not asked for, is the whole content. Without a range the announced length has to
 * do; without either, what came may be whole by its own form.
 */
function isWholeRange(header: string | string[] | undefined, announced: number | undefined): boolean {
  const [, first, last, all] = /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(String(header ?? '')) ?? [];
  if (first === undefined) return announced !== undefined && announced > 0;
  return Number(first) === 0 && (all === '*' ? announced !== undefined : Number(last) + 1 === Number(all));
}

/** Writes the decoded body to the sink, `maxBytes` at most. The number of bytes, or the outcome of a failure. */
async function pump(
  chunks: AsyncIterable<unknown>,
  { sink, maxBytes, given }: Download,
): Promise<number | 'markup' | DownloadOutcome> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      if (!(chunk instanceof Uint8Array)) continue;
      bytes += chunk.length;
      if (bytes > maxBytes) return { kind: 'refused', problem: tooLarge(maxBytes) };
      await writeToSink(chunk, sink);
    }
    return bytes;
  } catch (error) {
    if (error instanceof SinkError) throw error.cause;
    if (error instanceof MarkupError) return 'markup';
    const failure = failedTransfer(error, { given });
    return failure.kind === 'transient' && !given?.aborted ? { ...failure, isCut: true } : failure;
  }
}

/** Wraps an error of the sink, to distinguish it from errors of the network. */
class SinkError extends Error {
  override readonly name = 'SinkError';
}

async function writeToSink(chunk: Uint8Array, sink: ByteSink): Promise<void> {
  try {
    await sink(chunk);
  } catch (error) {
    throw new SinkError('The sink failed.', { cause: error });
  }
}

function failedTransfer(error: unknown, { given }: Pick<Download, 'given'>): DownloadOutcome {
  const why = reasonOf(error, given);
  if (why.reason === 'aborted') return { kind: 'transient', problem: interrupted() };
  if (why.code?.startsWith('Z_')) return { kind: 'transient', problem: unfinished('its content cannot be decoded') };
  if (why.code === 'ERR_ADDRESS_BLOCKED') return { kind: 'refused', problem: refused('its address is not public') };
  return { kind: 'transient', problem: failureProblem({ kind: 'failure', sent: true, ...why }, SERVICE) };
}

/** Discards an unread body; the error that undici emits for that is ignored. */
function discard(response: Response): void {
  response.body.on('error', () => undefined).destroy();
}

function lengthOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : undefined;
}
