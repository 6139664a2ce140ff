import type { Clock } from '../shared/clock.ts';
import { Problem, toProblemRecord } from '../shared/errors.ts';
import type { ProblemRecord } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Random } from '../shared/random.ts';
import type { Token } from './auth/token.ts';
import type { TokenSource } from './auth/token-source.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { interrupted } from './problems.ts';
import type { Dispatchers } from './http/dispatchers.ts';
import { exchange } from './http/exchange.ts';
import type { HttpAnswer, HttpFailure, HttpRequest } from './http/exchange.ts';
import type { LinkPolicy } from './http/links.ts';
import type { Timeouts } from './http/timeouts.ts';

/** What every request with a token depends on. */
export interface CallContext {
  readonly clientId: string;
  readonly links: LinkPolicy;
  readonly tokens: TokenSource;
  readonly dispatchers: Dispatchers;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How many requests may still be repeated at once after a broken connection. */
  readonly repeats: { left: number };
  /** Known secrets, for cleaning what Adobe echoes. */
  readonly secrets: () => readonly string[];
}

/** One request with a token. Its URL has passed the host check. */
export interface Call {
  readonly endpoint: Endpoint;
  readonly url: URL;
  /** A new one where it is left out. */
  readonly requestId?: string | undefined;
  readonly model?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly bytes?: { readonly mimeType: string; readonly data: Uint8Array } | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An answer, none, or no token to ask with: then nothing was sent. */
export type CallResult = HttpAnswer | HttpFailure | { readonly kind: 'no_token'; readonly problem: ProblemRecord };

/** Every request earns a tenth of a repeat: a network that breaks every second one must not double the load. */
const REPEATS_EARNED = 0.1;
/** Repeats that may have been saved up, and that there are to begin with. */
export const MOST_REPEATS = 5;
/** Most of an answer that is read. That to a paid request holds the only handle there will ever be. */
const MOST_BYTES = 1024 * 1024;
const MOST_PAID_BYTES = 16 * 1024 * 1024;

/**
 * Sends one request with a token. What its endpoint declares repeatable is sent once more after a 401 that led to a
 * fresh token, and after a kept connection broke; everything else is sent exactly once. Never throws.
 */
export async function call(request: Call, context: CallContext): Promise<CallResult> {
  const token = await getToken(request.signal, context);
  if (!('value' in token)) return token;
  const { repeats } = context;
  repeats.left = Math.min(repeats.left + REPEATS_EARNED, MOST_REPEATS);
  const first = await send(request, token, context);
  if (!request.endpoint.repeatable || !mayFareBetter(first, repeats)) return first;
  const next = await getToken(request.signal, context);
  if (!('value' in next)) return next;
  if (first.kind === 'answer' && next.generation === token.generation) return first;
  return send(request, next, context);
}

/** A token, or why there is none. */
async function getToken(
  signal: AbortSignal | undefined,
  { tokens }: CallContext,
): Promise<Token | Extract<CallResult, { kind: 'no_token' }>> {
  try {
    return await tokens.get(signal);
  } catch (error) {
    const aborted = signal?.aborted === true && !(error instanceof Problem);
    return { kind: 'no_token', problem: aborted ? interrupted() : toProblemRecord(error) };
  }
}

/** A 401 ends with the fresh token; connections can break for as long as they like, so that repeats are counted. */
function mayFareBetter(result: HttpAnswer | HttpFailure, repeats: CallContext['repeats']): boolean {
  if (result.kind === 'answer') return result.status === 401;
  if (!result.sent || result.reason !== 'connection' || repeats.left < 1) return false;
  repeats.left -= 1;
  return true;
}

async function send(request: Call, token: Token, context: CallContext): Promise<HttpAnswer | HttpFailure> {
  const { dispatchers, clock, logger, tokens } = context;
  const { operation, repeatable } = request.endpoint;
  const http = build(request, token, context);
  const started = clock.monotonic();
  const run = (dispatcher: Dispatchers['api']) => exchange(http, { dispatcher, clock, signal: request.signal });
  const result = await (repeatable ? run(dispatchers.api) : dispatchers.fresh(run));
  const facts = { operation, host: http.url.host, requestId: http.requestId, ms: clock.monotonic() - started };
  if (result.kind === 'failure') {
    logger.warn('adobe_request_failed', { ...facts, reason: result.reason, code: result.code, sent: result.sent });
    return result;
  }
  logger.debug('adobe_request', { ...facts, status: result.status });
  if (result.status === 401) tokens.refused(token);
  else tokens.accepted(token);
  return result;
}

function build(request: Call, token: Token, context: CallContext): HttpRequest {
  const { endpoint, body, bytes, model } = request;
  const { timeouts } = context;
  return {
    method: endpoint.method,
    url: request.url,
    requestId: request.requestId ?? context.random.uuid(),
    headers: {
      authorization: `Bearer ${token.value}`,
      'x-api-key': context.clientId,
      accept: 'application/json',
      'user-agent': 'firefly-mcp-server',
      ...(model === undefined ? {} : { 'x-model-version': model }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bytes === undefined ? {} : { 'content-type': bytes.mimeType }),
    },
    body: bytes?.data ?? (body === undefined ? undefined : JSON.stringify(body)),
    answerMs: bytes ? timeouts.uploadMs : endpoint.repeatable ? timeouts.answerMs : timeouts.submitMs,
    idleMs: timeouts.idleMs,
    maxBytes: endpoint.repeatable ? MOST_BYTES : MOST_PAID_BYTES,
  };
}
