import type { Dispatcher } from 'undici';
import { abortable } from '../../shared/time/abort.ts';
import { deadline } from '../../shared/time/deadline.ts';
import { bodyText } from './answer/body-text.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { watchSent } from './sent.ts';

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  /** Value of `x-request-id`, by which Adobe's support traces requests. */
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Limit from the end of the request to the head of the answer, milliseconds. */
  readonly answerMs: number;
  /** Limit between two chunks of the body, milliseconds. */
  readonly idleMs: number;
  /** Limit of the whole exchange, milliseconds; by default a minute more than `answerMs`. */
  readonly totalMs?: number | undefined;
  /** Limit of the body, bytes. */
  readonly maxBytes: number;
}

/** Headers as undici returns them; names in lower case. */
type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An answer of any status. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly text: string;
  /**
   * False where the body had another length than was announced, or is over the limit; `text` is then what came of it. A
   * JSON text that parses is complete nevertheless: it was the length that was wrong.
   */
  readonly whole: boolean;
}

/** The failure of a request without an answer. */
export interface HttpFailure {
  readonly kind: 'failure';
  /** Whether any byte of the request may have reached the server. */
  readonly sent: boolean;
  /** `aborted` by the caller, `timeout`, or `connection` for any other cause. */
  readonly reason: 'aborted' | 'timeout' | 'connection';
  /** Error code of Node or undici, such as ECONNREFUSED. */
  readonly code: string;
}

/** Dependencies of an exchange. */
interface ExchangeContext {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);
const DEADLINE = 'deadline';
/** Time beyond the wait for the answer: connecting, also through a proxy, and the body. */
const SLACK_MS = 60_000;

/**
 * Sends one request and reads its answer. Redirects are returned, never followed, so that no token crosses one. Never
 * throws.
 */
export async function exchange(request: HttpRequest, context: ExchangeContext): Promise<HttpAnswer | HttpFailure> {
  const path = request.url.pathname + request.url.search;
  using watch = watchSent({ method: request.method, path, requestId: request.requestId });
  await using limit = deadline(request.totalMs ?? request.answerMs + SLACK_MS, {
    reason: new Error(DEADLINE),
    given: context.signal,
    clock: context.clock,
  });
  try {
    const pending = context.dispatcher.request({
      origin: request.url.origin,
      path,
      method: request.method,
      headers: { ...request.headers, 'x-request-id': request.requestId },
      body: request.body ?? null,
      signal: limit.signal,
      headersTimeout: request.answerMs,
      bodyTimeout: request.idleMs,
    });
    // While connecting, undici reports an abort only after the connection is established; `abortable` does not wait.
    const response = await abortable(pending, limit.signal);
    const { statusCode: status, headers } = response;
    const { bytes, whole } = await readBody(response.body, request.maxBytes);
    const text = bodyText(bytes, headers['content-encoding'], request.maxBytes);
    return { kind: 'answer', status, headers, text, whole };
  } catch (error) {
    return { kind: 'failure', sent: watch.sent(), ...reasonOf(error, context.signal) };
  }
}

/** The code of a network error. Its message is not used, since it may hold URLs and header values. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.message === DEADLINE) return 'UND_ERR_HEADERS_TIMEOUT';
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : error.name;
}

/** Reason of a failure, by the error and the caller's own signal. */
export function reasonOf(error: unknown, signal: AbortSignal | undefined): Pick<HttpFailure, 'reason' | 'code'> {
  const code = codeOf(error);
  if (signal?.aborted) return { reason: 'aborted', code };
  return { reason: TIMEOUT_CODES.has(code) ? 'timeout' : 'connection', code };
}

async function readBody(
  body: AsyncIterable<unknown>,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let whole = true;
  try {
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array)) continue;
      chunks.push(chunk.subarray(0, maxBytes - bytes));
      bytes += chunk.length;
      whole = bytes <= maxBytes;
      if (!whole) break;
    }
  } catch {
    whole = false;
  }
  return { bytes: Buffer.concat(chunks), whole };
}
