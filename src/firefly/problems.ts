import { Problem, type Actor, type ProblemRecord } from '../shared/errors.ts';
import type { HttpFailure } from './http/exchange.ts';

/** What a problem says, before upstream text is added. */
export type Draft = readonly [code: string, actor: Actor, message: string, next: string];

/** The name does not resolve; a proxy refuses or hangs up. */
const OPERATOR_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'UND_ERR_ABORTED', 'ERR_PROXY_CLOSED']);

/** No answer came. Says who can act, by the kind of network error. */
export function failureProblem(failure: HttpFailure, who = 'Adobe Firefly'): ProblemRecord {
  if (failure.reason === 'aborted') return interrupted();
  const code = failure.code;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ERR_TLS|ERR_SSL/.test(code)) {
    return problem([
      'adobe_unreachable',
      'operator',
      `The certificate of ${who} could not be verified (${code}).`,
      'If a proxy inspects TLS here, name its certificate in NODE_EXTRA_CA_CERTS.',
    ]);
  }
  return problem([
    'adobe_unreachable',
    OPERATOR_CODES.has(code) ? 'operator' : 'wait',
    `${who} could not be reached (${code}).`,
    'Check the network and HTTPS_PROXY, then try again.',
  ]);
}

/** The caller gave up before anything was decided. */
export function interrupted(): ProblemRecord {
  return problem([
    'interrupted',
    'caller',
    'The request was broken off by the caller.',
    'Call again if it is still wanted.',
  ]);
}

/** Adobe may have taken a paid request, and no handle is known. `why` is a clause without a full stop. */
export function outcomeUnknown(why: string, upstream?: string): ProblemRecord {
  return problem(
    [
      'outcome_unknown',
      'caller',
      `Adobe may have accepted and charged this request, so the call must not simply be repeated: ${why}.`,
      'If a second charge is acceptable, call resubmit_job with accept_possible_charge: true.',
    ],
    upstream,
  );
}

/** An answer that was promised to be JSON of a known shape, and is not. */
export function unreadableAnswer(what: string): ProblemRecord {
  return problem(['adobe_error', 'wait', `Adobe's answer to ${what} could not be read.`, 'Try again later.']);
}

/** A link that a token must not be sent to. */
export function untrustedLink(): ProblemRecord {
  return problem([
    'untrusted_link',
    'operator',
    'The link that came with this job does not lead to Adobe, so no token was sent there.',
    'If it is a host of yours, such as an emulator, add its origin to FIREFLY_TRUSTED_ORIGINS.',
  ]);
}

/** A request of ours that breaks the contract; nothing was sent. */
export function brokenRequest(fields: readonly string[]): ProblemRecord {
  return problem([
    'internal_error',
    'us',
    `This server built a request that breaks Adobe's contract (${fields.join(', ')}), so it was not sent.`,
    'Report it with the arguments of the call.',
  ]);
}

/** A draft as a record. */
export function problem([code, actor, message, next]: Draft, upstream?: string): ProblemRecord {
  return upstream === undefined ? { code, actor, message, next } : { code, actor, message, next, upstream };
}

/** Adobe has answered 429 to something that nobody sends again by itself. */
export class RateLimited extends Problem {
  /** How long Adobe wants to be left alone, as far as it said. */
  readonly retryAfterMs: number | undefined;

  constructor(retryAfterMs: number | undefined, upstream?: string) {
    const wait = retryAfterMs === undefined ? 'a minute' : `${Math.max(1, Math.ceil(retryAfterMs / 1000))} seconds`;
    super('rate_limited', SLOW_DOWN, { actor: 'wait', next: `Wait ${wait}, then call again.`, upstream });
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a 429 means. */
export const SLOW_DOWN = 'Adobe asks to slow down: the quota of requests is used up for now.';
