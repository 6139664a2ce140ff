import { Problem, problemRecord, type ProblemRecord } from '../shared/errors.ts';
import type { Actor, ProblemCode } from '../shared/problem-codes.ts';
import type { HttpFailure } from './http/exchange.ts';

/** A problem without upstream text. `actor` only where it is not the one of the code. */
export type ProblemDraft = readonly [code: ProblemCode, message: string, next: string, actor?: Actor | undefined];

/** Codes that an operator has to solve: an unknown host name, or a proxy that refuses or closes the connection. */
const OPERATOR_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'UND_ERR_ABORTED', 'ERR_PROXY_CLOSED']);

/** Problem of a request without an answer; the network error decides who can act. */
export function failureProblem(failure: HttpFailure, who = 'Adobe Firefly'): ProblemRecord {
  if (failure.reason === 'aborted') return interrupted();
  const code = failure.code;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ERR_TLS|ERR_SSL/.test(code)) {
    return problem([
      'adobe_unreachable',
      `The certificate of ${who} could not be verified (${code}).`,
      'If a proxy inspects TLS here, name its certificate in NODE_EXTRA_CA_CERTS.',
      'operator',
    ]);
  }
  return problem([
    'adobe_unreachable',
    `${who} could not be reached (${code}).`,
    'Check the network and HTTPS_PROXY, then try again.',
    OPERATOR_CODES.has(code) ? 'operator' : 'wait',
  ]);
}

/** The caller aborted the request. */
export function interrupted(): ProblemRecord {
  return problem(['interrupted', 'The request was cancelled.', 'Call again if the result is still needed.']);
}

/** Adobe may have accepted a paid request, but its handle is unknown. `why` is a clause without a full stop. */
export function outcomeUnknown(why: string, upstream?: string): ProblemRecord {
  return problem(
    [
      'outcome_unknown',
      `Adobe may have accepted and charged this request, so the call must not simply be repeated: ${why}.`,
      'If a second charge is acceptable, call resubmit_job with accept_possible_charge: true.',
    ],
    upstream,
  );
}

/** An answer that does not have the documented JSON shape. */
export function unreadableAnswer(what: string): ProblemRecord {
  return problem(['adobe_error', `Adobe's answer to ${what} could not be read.`, 'Try again later.']);
}

/** A page of a proxy, a firewall or a network's sign-in, which came in place of Adobe's answer. */
export function pageInstead(status: number): ProblemDraft {
  return [
    'adobe_unreachable',
    `A web page came in place of Adobe's answer (HTTP ${status}): a proxy, a firewall or the sign-in page of the network is in the way.`,
    'Sign in to the network, or have requests to Adobe let through; check HTTPS_PROXY.',
    status >= 500 ? 'wait' : 'operator',
  ];
}

/** Adobe reports success, and no result can be read. `keys` are those of its answer. */
export function unreadableResult(keys: readonly string[]): ProblemRecord {
  return problem(
    [
      'result_unreadable',
      'Adobe says that the job succeeded, but no result could be read from its answer; the pictures may exist.',
      'Adobe is asked again automatically, and nothing is paid for that.',
    ],
    `The answer has: ${keys.join(', ')}`,
  );
}

/** Adobe reports success, and gives the id of its own asset in place of a download. */
export function withheldResult(asset: string): ProblemRecord {
  return problem(
    [
      'result_unreadable',
      'Adobe made the picture, but gives only the id of an asset of its own and no link to download it.',
      'Adobe is asked again automatically, and nothing is paid for that. Until it gives a link, the picture is at Adobe only, under that id.',
      'operator',
    ],
    `The asset is: ${asset}`,
  );
}

/** Adobe did not take a cancel. */
export function cancelRefused(status: number, upstream: string | undefined): ProblemRecord {
  return notCancelled(`Adobe refused the cancel (HTTP ${status}), so the job goes on there.`, upstream);
}

/** Something in front of Adobe did not let a cancel through. */
export function cancelKept(status: number): ProblemRecord {
  return notCancelled(
    `The cancel did not reach Adobe, so the job goes on there: a web page of a proxy, a firewall or the network came in place of an answer (HTTP ${status}).`,
  );
}

function notCancelled(message: string, upstream?: string): ProblemRecord {
  const next = 'It is tried again automatically. If Adobe finishes the job, its pictures are kept.';
  return problem(['cancel_refused', message, next], upstream);
}

/** 403 without a better reason. `text` is what Adobe says about it. */
export function notEntitled(text: string | undefined): ProblemDraft {
  const hint = text === undefined ? ' New credentials take some minutes to become active.' : '';
  const next = `Have an administrator give this project access to Firefly in the Adobe Admin Console.${hint}`;
  return ['not_entitled', 'These credentials are not entitled to this at Adobe.', next];
}

/** A token without a scope that Adobe wants. */
export function scopeMissing(): ProblemDraft {
  const message = 'The access token lacks a required scope.';
  return ['not_entitled', message, 'Check FIREFLY_SCOPES: Adobe silently ignores misspelt scopes.'];
}

/** A link that must not receive a token. */
export function untrustedLink(): ProblemRecord {
  return problem([
    'untrusted_link',
    'The link of this job does not lead to Adobe, so no token was sent there.',
    'If the host is your own, such as an emulator, add its origin to FIREFLY_TRUSTED_ORIGINS.',
  ]);
}

/** An operation of another service than the configured API; nothing was sent. */
export function untrustedService(origin: string | undefined): ProblemRecord {
  return problem([
    'untrusted_link',
    `FIREFLY_API_URL is not Adobe's, and this operation belongs to another service (${origin}), so nothing was sent.`,
    'If the token may be sent there, add that origin to FIREFLY_TRUSTED_ORIGINS.',
  ]);
}

/** A request that violates the contract; nothing was sent. */
export function contractViolation(fields: readonly string[]): ProblemRecord {
  return problem([
    'internal_error',
    `This server built a request that violates Adobe's contract (${fields.join(', ')}), so it was not sent.`,
    'Report this with the arguments of the call.',
  ]);
}

/** Builds a record, with upstream text if there is any. */
export function problem([code, message, next, actor]: ProblemDraft, upstream?: string): ProblemRecord {
  return problemRecord(code, message, { actor, next, upstream });
}

/** A 429 for a request that is not retried automatically. */
export class RateLimited extends Problem {
  /** `Retry-After` of the 429, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(retryAfterMs: number | undefined, upstream?: string) {
    const wait = retryAfterMs === undefined ? 'a minute' : `${Math.max(1, Math.ceil(retryAfterMs / 1000))} seconds`;
    super('rate_limited', SLOW_DOWN, { next: `Wait ${wait}, then call again.`, upstream });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Message of a 429. */
export const SLOW_DOWN = 'Adobe asks to slow down: the request quota is used up for now.';
