import { jitter } from '../../shared/random.ts';
import type { Random } from '../../shared/random.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import { TokenError, TokenResponse } from '../contract/ims.ts';
import { parseErrorBody, parseRecord, quoteError } from '../http/error-body.ts';
import { exchange } from '../http/exchange.ts';
import type { HttpAnswer, HttpFailure } from '../http/exchange.ts';
import { parseRetryAfter } from '../http/retry-after.ts';
import type { Timeouts } from '../http/timeouts.ts';
import { failureProblem, problem } from '../problems.ts';
import type { Dispatcher } from 'undici';

/** What is needed to ask IMS for tokens. */
export interface ImsContext {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Comma list. */
  readonly scopes: string;
  readonly dispatcher: Dispatcher;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly random: Random;
}

/** How asking for a token ended. */
export type TokenOutcome =
  | { readonly kind: 'token'; readonly value: string; readonly expiresIn: number }
  /** IMS says clearly that it does not take these credentials: asking again will not help. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  /** No answer, or one that says nothing about the credentials. `retryAfterMs` is what IMS asked for. */
  | { readonly kind: 'unavailable'; readonly problem: ProblemRecord; readonly retryAfterMs?: number | undefined };

const WHO = "Adobe's sign-in service (IMS)";
const FIRST_PAUSE_MS = 500;
const MOST_ATTEMPTS = 4;
const MOST_BYTES = 64 * 1024;
/** How IMS refuses credentials, or what is asked for with them: RFC 6749 §5.2, and `access_denied` of §4.1.2.1. */
const REFUSALS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
]);

/**
 * Asks IMS for a token with the client credentials (OAuth 2.0, RFC 6749 §4.4). Tries a few times while IMS is
 * unavailable, all within `timeouts.tokenMs`, and no sooner than IMS asks for. Never throws.
 */
export async function requestToken(context: ImsContext): Promise<TokenOutcome> {
  const { clock, random, timeouts } = context;
  const end = clock.monotonic() + timeouts.tokenMs;
  for (let attempt = 1; ; attempt += 1) {
    const left = Math.max(end - clock.monotonic(), 1);
    const outcome = await attemptOnce(context, left);
    if (outcome.kind !== 'unavailable' || attempt >= MOST_ATTEMPTS) return outcome;
    const pause = outcome.retryAfterMs ?? jitter(FIRST_PAUSE_MS * 2 ** (attempt - 1), 0.2, random);
    if (clock.monotonic() + pause >= end) return outcome;
    await clock.sleep(pause);
  }
}

async function attemptOnce(context: ImsContext, leftMs: number): Promise<TokenOutcome> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: context.clientId,
    client_secret: context.clientSecret,
    scope: context.scopes,
  });
  const answer = await exchange(
    {
      method: 'POST',
      url: context.tokenUrl,
      requestId: context.random.uuid(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      answerMs: Math.min(leftMs, context.timeouts.answerMs),
      totalMs: leftMs,
      idleMs: context.timeouts.idleMs,
      maxBytes: MOST_BYTES,
    },
    { dispatcher: context.dispatcher, clock: context.clock, signal: undefined },
  );
  return answer.kind === 'failure' ? unreachable(answer) : interpret(answer, context);
}

function unreachable(failure: HttpFailure): TokenOutcome {
  return { kind: 'unavailable', problem: failureProblem(failure, WHO) };
}

/** A maintenance page, a sign-in page of the network or a proxy's error must never pass for refused credentials. */
function interpret(answer: HttpAnswer, context: ImsContext): TokenOutcome {
  const { status, text } = answer;
  if (status >= 200 && status < 300) return success(answer);
  const said = TokenError.safeParse(parseRecord(text));
  // IMS echoes what was sent: without our secrets its text is still useful.
  const upstream = quoteError(parseErrorBody(text, [context.clientSecret, context.clientId]));
  if (status >= 400 && status < 500 && said.success && REFUSALS.has(said.data.error)) {
    return { kind: 'refused', problem: refusal(said.data.error, upstream) };
  }
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], context.clock.now());
  return { kind: 'unavailable', problem: outOfOrder(status, upstream), retryAfterMs };
}

/** The body of an answer without a token is shown to nobody: it may hold one after all. */
function success(answer: HttpAnswer): TokenOutcome {
  const parsed = TokenResponse.safeParse(answer.whole ? parseRecord(answer.text) : undefined);
  if (parsed.success && parsed.data.expires_in > 0) {
    return { kind: 'token', value: parsed.data.access_token, expiresIn: parsed.data.expires_in };
  }
  const message = `${WHO} answered without a usable token.`;
  const next = 'Check FIREFLY_IMS_URL and the network, then try again later.';
  return { kind: 'unavailable', problem: problem(['adobe_error', 'operator', message, next]) };
}

function outOfOrder(status: number, upstream: string | undefined): ProblemRecord {
  if (status >= 500 || status === 429 || status === 408) {
    const message = `${WHO} is out of order (HTTP ${status}).`;
    return problem(['adobe_unreachable', 'wait', message, 'Try again later.'], upstream);
  }
  const message = `${WHO} gave no token, and did not say why (HTTP ${status}).`;
  const next = 'Check FIREFLY_IMS_URL and the network (a proxy or a sign-in page may have answered), or try later.';
  return problem(['adobe_unreachable', 'operator', message, next], upstream);
}

function refusal(code: string, upstream: string | undefined): ProblemRecord {
  if (code === 'invalid_scope') {
    const message = `${WHO} refused the scopes.`;
    return problem(['credentials_refused', 'operator', message, 'Check FIREFLY_SCOPES.'], upstream);
  }
  const known = code === 'invalid_client' || code === 'unauthorized_client';
  const what = known ? 'the client id or the client secret' : `to give a token (${code})`;
  const next = 'Check FIREFLY_CLIENT_ID and FIREFLY_CLIENT_SECRET against the project in the Adobe Developer Console.';
  return problem(['credentials_refused', 'operator', `${WHO} refused ${what}.`, next], upstream);
}
