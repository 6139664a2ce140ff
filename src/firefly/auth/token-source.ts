import { abortable } from '../../shared/time/abort.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { fromProblemRecord } from '../../shared/errors.ts';
import type { Problem, ProblemRecord } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { TokenOutcome } from './ims.ts';
import { isAlive, isFresh, lifeOf, tokenFrom } from './token.ts';
import type { Instant, Token } from './token.ts';

/** Source of the access token of every request. */
export interface TokenSource {
  /**
   * A token that is valid as far as known. Concurrent callers share one request to IMS.
   * @throws Problem `credentials_missing`, `credentials_refused`, `access_token_expired`, `adobe_unreachable`,
   * `adobe_error`; the signal's reason if it aborts first
   */
  get(signal?: AbortSignal): Promise<Token>;
  /** Reports a 401. Drops the token that was used, never a successor that another caller has fetched meanwhile. */
  refused(token: Token): void;
  /** Reports that Adobe accepted the token. */
  accepted(token: Token): void;
  /** Known secrets, for redaction. */
  secrets(): readonly string[];
}

/** Dependencies of a renewing source. */
interface TokenSourceOptions {
  readonly request: () => Promise<TokenOutcome>;
  /** Whether the credentials differ from those that IMS refused. */
  readonly isRenewed: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** An initial token. */
  readonly first: Token | undefined;
}

/** Backoff after a failed renewal, milliseconds; doubled each time. */
const BACKOFF_MS = {
  refused: { first: 60_000, longest: 15 * 60_000 },
  unavailable: { first: 2_000, longest: 30_000 },
} as const;
/** Longest `Retry-After` of IMS that is respected. */
const MAX_RETRY_AFTER_MS = 60_000;
/**
 * After an early renewal that failed: time until the next one. After a 401: time for which further 401s, of a token that
 * was renewed since, cause no renewal.
 */
const HOLD_OFF_MS = 30_000;
const REMEMBERED_SECRETS = 4;

/** Period without requests to IMS; `until` is monotonic. */
interface Backoff {
  readonly kind: keyof typeof BACKOFF_MS;
  readonly lengthMs: number;
  readonly until: number;
  readonly problem: ProblemRecord;
}

/**
 * Tokens from IMS, renewed early and by one request at a time (docs/adobe-api.md#authentication). After a failed
 * renewal, a token that is still alive stays in use, and IMS is not asked during a backoff; callers without such a token
 * fail at once with the last problem. A 401 renews the token, but not again at once if the new token is refused too.
 */
export class RenewingTokenSource implements TokenSource {
  readonly #options: TokenSourceOptions;
  #token: Token | undefined;
  #generation = 0;
  #renewal: Promise<Token> | undefined;
  #backoff: Backoff | undefined;
  #holdOffUntil = 0;
  /** Time (monotonic ms) until which a 401 does not drop a token that replaced a refused one; 0 once Adobe took it. */
  #unprovenUntil = 0;
  #seenTokens: readonly string[] = [];

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    if (options.first) this.#keep(options.first);
  }

  async get(signal?: AbortSignal): Promise<Token> {
    signal?.throwIfAborted();
    const now = this.#now();
    const token = this.#token;
    if (token && isFresh(token, now)) return token;
    if (token && isAlive(token, now) && now.monotonic < this.#holdOffUntil) return token;
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    // Shared with other callers: the abort of one must not end it.
    return signal ? abortable(this.#renewal, signal) : this.#renewal;
  }

  refused(token: Token): void {
    if (token.generation !== this.#token?.generation) return;
    const { monotonic } = this.#now();
    if (monotonic < this.#unprovenUntil) return;
    this.#token = undefined;
    this.#unprovenUntil = monotonic + HOLD_OFF_MS;
    this.#options.logger.info('token_refused', { generation: token.generation });
  }

  accepted(token: Token): void {
    if (token.generation === this.#token?.generation) this.#unprovenUntil = 0;
  }

  secrets(): readonly string[] {
    return this.#seenTokens;
  }

  async #renew(): Promise<Token> {
    const start = this.#now();
    const backoff = this.#backoff;
    const mayRequest = backoff === undefined || start.monotonic >= backoff.until;
    if (!mayRequest && !(backoff.kind === 'refused' && this.#options.isRenewed()))
      return this.#fallBack(backoff.problem);
    const outcome = await this.#options.request();
    if (outcome.kind === 'token') {
      this.#backoff = undefined;
      // The lifetime counts from before the request, since the answer may have been slow.
      return this.#keep(tokenFrom(outcome.value, lifeOf(outcome.expiresIn), this.#generation + 1, start));
    }
    this.#options.logger.warn('renewal_failed', { outcome: outcome.kind, code: outcome.problem.code });
    this.#backoff = backoffAfter(outcome, backoff, this.#now().monotonic);
    return this.#fallBack(outcome.problem);
  }

  /** Returns the old token while it is alive. @throws Problem otherwise */
  #fallBack(problem: ProblemRecord): Token {
    const now = this.#now();
    this.#holdOffUntil = now.monotonic + HOLD_OFF_MS;
    if (this.#token && isAlive(this.#token, now)) return this.#token;
    throw fromProblemRecord(problem);
  }

  #keep(token: Token): Token {
    this.#token = token;
    this.#generation = token.generation;
    this.#seenTokens = [token.value, ...this.#seenTokens].slice(0, REMEMBERED_SECRETS);
    return token;
  }

  #now(): Instant {
    return { wall: this.#options.clock.now(), monotonic: this.#options.clock.monotonic() };
  }
}

function backoffAfter(
  outcome: Exclude<TokenOutcome, { kind: 'token' }>,
  before: Backoff | undefined,
  now: number,
): Backoff {
  const { kind, problem } = outcome;
  const { first, longest } = BACKOFF_MS[kind];
  const lengthMs = before?.kind === kind ? Math.min(before.lengthMs * 2, longest) : first;
  const requested = outcome.kind === 'unavailable' ? (outcome.retryAfterMs ?? 0) : 0;
  return { kind, lengthMs, until: now + Math.max(lengthMs, Math.min(requested, MAX_RETRY_AFTER_MS)), problem };
}

/** A source without tokens, for missing credentials: `get` rejects with `problem`. */
export function noTokens(problem: Problem): TokenSource {
  return {
    get: () => Promise.reject(problem),
    refused: () => undefined,
    accepted: () => undefined,
    secrets: () => [],
  };
}
