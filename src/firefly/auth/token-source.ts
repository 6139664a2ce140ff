import { abortable } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromProblemRecord } from '../../shared/errors.ts';
import type { Problem, ProblemRecord } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { TokenOutcome } from './ims.ts';
import { isAlive, isFresh, lifeOf, tokenFrom } from './token.ts';
import type { Instant, Token } from './token.ts';

/** Where every request gets its token from. */
export interface TokenSource {
  /**
   * A token that Adobe should take. All callers share one request to IMS.
   * @throws Problem `credentials_missing`, `credentials_refused`, `access_token_expired`, `adobe_unreachable`,
   * `adobe_error`; the signal's reason when it aborts first
   */
  get(signal?: AbortSignal): Promise<Token>;
  /** Adobe answered 401. Only the token that was used is dropped, never a successor that others already fetched. */
  refused(token: Token): void;
  /** Adobe took the token. */
  accepted(token: Token): void;
  /** Values that must never be written anywhere. */
  secrets(): readonly string[];
}

/** What a renewing source depends on. */
export interface TokenSourceOptions {
  readonly request: () => Promise<TokenOutcome>;
  /** Whether the credentials are others than IMS has refused. */
  readonly isRenewed: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A token to begin with. */
  readonly first: Token | undefined;
}

/** After a renewal that failed, IMS is left alone for so long, doubling each time; for a minute where it asks for it. */
const REST_MS = {
  refused: { first: 60_000, longest: 15 * 60_000 },
  unavailable: { first: 2_000, longest: 30_000 },
} as const;
const MOST_ASKED_MS = 60_000;
/** After a failed early renewal, and after a 401 on a token that a 401 made us fetch. */
const HOLD_OFF_MS = 30_000;
const REMEMBERED_SECRETS = 4;

/** While IMS is left alone. */
interface Rest {
  readonly kind: keyof typeof REST_MS;
  readonly lengthMs: number;
  readonly until: number;
  readonly problem: ProblemRecord;
}

/**
 * Tokens from IMS, renewed early, in single flight (`reliability.md` §4e). A failed renewal leaves a living token in
 * use; IMS is then left alone for a while, and without such a token everybody gets the same error at once. A 401 renews
 * once, and not again at once where the new token fares no better.
 */
export class RenewingTokenSource implements TokenSource {
  readonly #options: TokenSourceOptions;
  #token: Token | undefined;
  #generation = 0;
  #flight: Promise<Token> | undefined;
  #rest: Rest | undefined;
  #holdOffUntil = 0;
  /** Until Adobe takes a token that replaced a refused one, another 401 does not blame the token. */
  #unprovenUntil = 0;
  #known: readonly string[] = [];

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
    this.#flight ??= this.#renew().finally(() => (this.#flight = undefined));
    // Others wait for the same: a caller that gives up must not end it.
    return signal ? abortable(this.#flight, signal) : this.#flight;
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
    return this.#known;
  }

  async #renew(): Promise<Token> {
    const start = this.#now();
    const rest = this.#rest;
    const isOver = rest === undefined || start.monotonic >= rest.until;
    if (!isOver && !(rest.kind === 'refused' && this.#options.isRenewed())) return this.#fallBack(rest.problem);
    const outcome = await this.#options.request();
    if (outcome.kind === 'token') {
      this.#rest = undefined;
      // Counted from before the request: the answer may have taken its time.
      return this.#keep(tokenFrom(outcome.value, lifeOf(outcome.expiresIn), this.#generation + 1, start));
    }
    this.#options.logger.warn('renewal_failed', { outcome: outcome.kind, code: outcome.problem.code });
    this.#rest = restAfter(outcome, rest, this.#now().monotonic);
    return this.#fallBack(outcome.problem);
  }

  /** The old token while it lives, else the error. */
  #fallBack(problem: ProblemRecord): Token {
    const now = this.#now();
    this.#holdOffUntil = now.monotonic + HOLD_OFF_MS;
    if (this.#token && isAlive(this.#token, now)) return this.#token;
    throw fromProblemRecord(problem);
  }

  #keep(token: Token): Token {
    this.#token = token;
    this.#generation = token.generation;
    this.#known = [token.value, ...this.#known].slice(0, REMEMBERED_SECRETS);
    return token;
  }

  #now(): Instant {
    return { wall: this.#options.clock.now(), monotonic: this.#options.clock.monotonic() };
  }
}

function restAfter(outcome: Exclude<TokenOutcome, { kind: 'token' }>, before: Rest | undefined, now: number): Rest {
  const { kind, problem } = outcome;
  const { first, longest } = REST_MS[kind];
  const lengthMs = before?.kind === kind ? Math.min(before.lengthMs * 2, longest) : first;
  const asked = outcome.kind === 'unavailable' ? (outcome.retryAfterMs ?? 0) : 0;
  return { kind, lengthMs, until: now + Math.max(lengthMs, Math.min(asked, MOST_ASKED_MS)), problem };
}

/** A source that has nothing to give. */
export function noTokens(problem: Problem): TokenSource {
  return {
    get: () => Promise.reject(problem),
    refused: () => undefined,
    accepted: () => undefined,
    secrets: () => [],
  };
}
