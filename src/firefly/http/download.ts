import type { Dispatcher } from 'undici';
import { abortable } from '../../shared/abort.ts';
import { deadline } from '../../shared/deadline.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { failureProblem, interrupted, problem } from '../problems.ts';
import type { ByteSink, DownloadOutcome } from '../types.ts';
import { isPrivateLiteral } from './addresses.ts';
import type { Dispatchers } from './dispatchers.ts';
import { decode } from './decoding.ts';
import { reasonOf } from './exchange.ts';
import type { Timeouts } from './timeouts.ts';

/** What downloads depend on. */
export interface DownloadContext {
  readonly dispatchers: Dispatchers;
  /** Origins that the operator trusts: any address, and plain http where it is loopback. */
  readonly trustedOrigins: ReadonlySet<string>;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where to and how much. */
interface Download {
  readonly sink: ByteSink;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** The caller's own signal, apart from the deadline. */
  readonly given: AbortSignal | undefined;
}

type Response = Dispatcher.ResponseData;

const MOST_REDIRECTS = 3;
const WHO = 'The storage with the result';
const EXPIRED: ReadonlySet<number> = new Set([403, 404, 410]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Where results have been seen (`firefly-api.md` §6). Others are only logged: a refused download is a picture lost. */
const KNOWN_HOSTS = /(^|\.)(amazonaws\.com|windows\.net|storage\.googleapis\.com|adobe\.(io|com))$/;

/**
 * Fetches a result into `sink`, without credentials: https from public addresses, or any origin that the operator
 * trusts. At most three redirects, each checked like the first URL. Throws only what the sink throws.
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

async function follow(link: string, job: Download, context: DownloadContext): Promise<DownloadOutcome> {
  let target = link;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const url = URL.canParse(target) ? new URL(target) : undefined;
    const objection = url ? objectionTo(url, context) : 'its address cannot be read';
    if (!url || objection !== undefined) return { kind: 'refused', problem: refused(objection ?? '') };
    const response = await open(url, job, context);
    if (!('body' in response)) return response;
    const location = REDIRECTS.has(response.statusCode) ? response.headers['location'] : undefined;
    if (typeof location !== 'string') return await receive(response, job);
    drop(response);
    target = URL.canParse(location, url.href) ? new URL(location, url.href).href : location;
  }
  return { kind: 'refused', problem: refused('it leads from one address to the next without end') };
}

function objectionTo(url: URL, { trustedOrigins, logger }: DownloadContext): string | undefined {
  if (trustedOrigins.has(url.origin)) return undefined;
  if (url.protocol !== 'https:') return 'its address is not https';
  if (url.username !== '' || url.password !== '') return 'its address carries credentials';
  if (isPrivateLiteral(url)) return 'its address is not public';
  if (!KNOWN_HOSTS.test(url.hostname)) logger.warn('result_host_unknown', { host: url.host });
  return undefined;
}

async function open(url: URL, job: Download, context: DownloadContext): Promise<Response | DownloadOutcome> {
  const { dispatchers, timeouts, trustedOrigins } = context;
  const dispatcher = trustedOrigins.has(url.origin) ? dispatchers.trusted : dispatchers.download;
  try {
    const pending = dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: 'image/*, video/*, */*', 'accept-encoding': 'identity', 'user-agent': 'firefly-mcp-server' },
      signal: job.signal,
      headersTimeout: timeouts.answerMs,
      bodyTimeout: timeouts.idleMs,
    });
    return await abortable(pending, job.signal);
  } catch (error) {
    return brokenOff(error, job);
  }
}

async function receive(response: Response, job: Download): Promise<DownloadOutcome> {
  const { statusCode, headers } = response;
  if (statusCode !== 200) {
    drop(response);
    if (EXPIRED.has(statusCode)) return { kind: 'expired' };
    return { kind: 'transient', problem: unfinished(`it answered HTTP ${statusCode}`) };
  }
  const announced = lengthOf(headers['content-length']);
  if (announced !== undefined && announced > job.maxBytes) {
    drop(response);
    return { kind: 'refused', problem: tooLarge(job.maxBytes) };
  }
  const body = decode(response.body, headers['content-encoding']);
  if (!body) {
    drop(response);
    return { kind: 'transient', problem: unfinished('it is encoded in a way that is not known') };
  }
  const taken = await take(body.chunks, job);
  if (typeof taken !== 'number') return taken;
  if (announced !== undefined && body.received() !== announced) {
    return { kind: 'transient', problem: unfinished('it sent another number of bytes than it announced') };
  }
  const type = headers['content-type'];
  return { kind: 'complete', contentType: typeof type === 'string' ? type : undefined, bytes: taken };
}

/** Hands the decoded body on, however much it swells only up to `maxBytes`; the number of bytes, or why it ended early. */
async function take(
  chunks: AsyncIterable<unknown>,
  { sink, maxBytes, given }: Download,
): Promise<number | DownloadOutcome> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      if (!(chunk instanceof Uint8Array)) continue;
      bytes += chunk.length;
      if (bytes > maxBytes) return { kind: 'refused', problem: tooLarge(maxBytes) };
      await hand(chunk, sink);
    }
    return bytes;
  } catch (error) {
    if (error instanceof SinkError) throw error.cause;
    return brokenOff(error, { given });
  }
}

/** What the sink threw, told apart from what the network did. */
class SinkError extends Error {
  override readonly name = 'SinkError';
}

async function hand(chunk: Uint8Array, sink: ByteSink): Promise<void> {
  try {
    await sink(chunk);
  } catch (error) {
    throw new SinkError('The sink failed.', { cause: error });
  }
}

function brokenOff(error: unknown, { given }: Pick<Download, 'given'>): DownloadOutcome {
  const why = reasonOf(error, given);
  if (why.reason === 'aborted') return { kind: 'transient', problem: interrupted() };
  if (why.code?.startsWith('Z_')) return { kind: 'transient', problem: unfinished('its bytes do not decode') };
  if (why.code === 'ERR_ADDRESS_BLOCKED') return { kind: 'refused', problem: refused('its address is not public') };
  return { kind: 'transient', problem: failureProblem({ kind: 'failure', sent: true, ...why }, WHO) };
}

/** Ends a body that nobody reads; undici reports that as an error, which says nothing. */
function drop(response: Response): void {
  response.body.on('error', () => undefined).destroy();
}

function lengthOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : undefined;
}

function refused(why: string): ProblemRecord {
  const next = 'If it is a host of yours, such as an emulator, add its origin to FIREFLY_TRUSTED_ORIGINS.';
  return problem(['download_refused', 'operator', `The result was not fetched: ${why}.`, next]);
}

function tooLarge(maxBytes: number): ProblemRecord {
  const message = `The result is larger than ${Math.floor(maxBytes / 1_000_000)} MB, so it was not fetched.`;
  return problem(['result_too_large', 'us', message, "Fetch it from the job's resource while its URL lives."]);
}

function unfinished(why: string): ProblemRecord {
  return problem(['download_unfinished', 'wait', `The result could not be fetched: ${why}.`, 'It is tried again.']);
}
