import { jitter } from '../../shared/random.ts';
import type { Random } from '../../shared/random.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import { TokenError, TokenResponse } from '../contract/ims.ts';
import { parseErrorBody, parseRecord, quoteError } from '../http/answer/error-body.ts';
import { exchange } from '../http/exchange.ts';
import type { HttpAnswer, HttpFailure } from '../http/exchange.ts';
import { parseRetryAfter } from '../http/answer/retry-after.ts';
import type { Timeouts } from '../http/timeouts.ts';
import type { Trial } from '../trial.ts';
import { failureProblem, problem } from '../problems.ts';
import type { Dispatcher } from 'undici';

/** Dependencies of token requests to IMS. */
interface ImsContext {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Passwords of the proxy, whose own pages may answer in place of IMS. */
  readonly proxySecrets: readonly string[];
  /** Scopes, separated by commas. */
  readonly scopes: string;
  readonly dispatcher: Dispatcher;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly random: Random;
  readonly trial?: Trial | undefined;
}

/** Outcome of a token request. */
export type TokenOutcome =
  /** `expiresIn` as IMS sent it: seconds, or milliseconds in older flows. */
  | { readonly kind: 'token'; readonly value: string; readonly expiresIn: number }
  /** IMS clearly rejects these credentials; a repetition is useless. */
  | { readonly kind: 'refused'; readonly problem: ProblemRecord }
  /** No answer, or one that says nothing about the credentials. `retryAfterMs` is the `Retry-After` of IMS. */
  | { readonly kind: 'unavailable'; readonly problem: ProblemRecord; readonly retryAfterMs?: number | undefined };

const SERVICE = "Adobe's sign-in service (IMS)";
const FIRST_DELAY_MS = 500;
const MAX_ATTEMPTS = 4;
const MAX_BYTES = 64 * 1024;
/** Life of a token for which IMS names none; a 401 ends it sooner. */
const ASSUMED_LIFE_S = 3600;
/** Error codes that reject the credentials or scopes: RFC 6749 section 5.2, and `access_denied` of 4.1.2.1. */
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
 * Requests a token with the client credentials grant (RFC 6749 section 4.4). Retries while IMS is unavailable, within
 * `timeouts.tokenMs` and not before `Retry-After`. Never throws.
 */
export async function requestToken(context: ImsContext): Promise<TokenOutcome> {
  const { clock, random, timeouts } = context;
  const end = clock.monotonic() + timeouts.tokenMs;
  for (let attempt = 1; ; attempt += 1) {
    const left = Math.max(end - clock.monotonic(), 1);
    const outcome = await requestOnce(context, left);
    if (outcome.kind !== 'unavailable' || attempt >= MAX_ATTEMPTS) return outcome;
    const delay = outcome.retryAfterMs ?? jitter(FIRST_DELAY_MS * 2 ** (attempt - 1), 0.2, random);
    if (clock.monotonic() + delay >= end) return outcome;
    await clock.sleep(delay);
  }
}

async function requestOnce(context: ImsContext, leftMs: number): Promise<TokenOutcome> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: context.clientId,
    client_secret: context.clientSecret,
    scope: context.scopes,
  });
  const requestId = context.random.uuid();
  const answer = await exchange(
    {
      method: 'POST',
      url: context.tokenUrl,
      requestId,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      answerMs: Math.min(leftMs, context.timeouts.answerMs),
      totalMs: leftMs,
      idleMs: context.timeouts.idleMs,
      maxBytes: MAX_BYTES,
    },
    { dispatcher: context.dispatcher, clock: context.clock, signal: undefined },
  );
  if (answer.kind === 'failure') return unreachable(answer);
  context.trial?.seen({ ...answer, operation: 'token', path: context.tokenUrl.pathname, requestId, sent: undefined });
  return outcomeOf(answer, context);
}

function unreachable(failure: HttpFailure): TokenOutcome {
  return { kind: 'unavailable', problem: failureProblem(failure, SERVICE) };
}

/** Maintenance pages, captive portals and proxy errors must not count as refused credentials. */
function outcomeOf(answer: HttpAnswer, context: ImsContext): TokenOutcome {
  const { status, text } = answer;
  if (status >= 200 && status < 300) return tokenOutcome(answer);
  const error = TokenError.safeParse(parseRecord(text));
  // IMS echoes the request, so secrets are removed from its text.
  const upstream = quoteError(parseErrorBody(text, [context.clientSecret, context.clientId, ...context.proxySecrets]));
  if (status >= 400 && status < 500 && error.success && REFUSALS.has(error.data.error)) {
    return { kind: 'refused', problem: refusalProblem(error.data.error, upstream) };
  }
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], context.clock.now());
  return { kind: 'unavailable', problem: unavailableProblem(status, upstream), retryAfterMs };
}

/** The body of an unreadable answer is never quoted, since it may hold a token. */
function tokenOutcome(answer: HttpAnswer): TokenOutcome {
  const parsed = TokenResponse.safeParse(parseRecord(answer.text));
  const { access_token: value, expires_in: expiresIn = ASSUMED_LIFE_S } = parsed.data ?? {};
  if (value !== undefined && expiresIn > 0) return { kind: 'token', value, expiresIn };
  const message = `${SERVICE} answered without a usable token.`;
  const next = 'Check FIREFLY_IMS_URL and the network, then try again later.';
  return { kind: 'unavailable', problem: problem(['adobe_error', message, next, 'operator']) };
}

function unavailableProblem(status: number, upstream: string | undefined): ProblemRecord {
  if (status >= 500 || status === 429 || status === 408) {
    const message = `${SERVICE} is unavailable (HTTP ${status}).`;
    return problem(['adobe_unreachable', message, 'Try again later.'], upstream);
  }
  const message = `${SERVICE} did not issue a token and gave no reason (HTTP ${status}).`;
  const next =
    'Check FIREFLY_IMS_URL and the network (a proxy or a sign-in page may have answered), or try again later.';
  return problem(['adobe_unreachable', message, next, 'operator'], upstream);
}

function refusalProblem(code: string, upstream: string | undefined): ProblemRecord {
  if (code === 'invalid_scope') {
    const message = `${SERVICE} refused the scopes.`;
    return problem(['credentials_refused', message, 'Check FIREFLY_SCOPES.'], upstream);
  }
  const known = code === 'invalid_client' || code === 'unauthorized_client';
  const what = known ? 'the client id or the client secret' : `to issue a token (${code})`;
  const next = 'Check FIREFLY_CLIENT_ID and FIREFLY_CLIENT_SECRET against the project in the Adobe Developer Console.';
  return problem(['credentials_refused', `${SERVICE} refused ${what}.`, next], upstream);
}
