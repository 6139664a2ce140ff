import { isRecord } from '../../shared/text/json.ts';
import { parseRecord } from '../http/answer/error-body.ts';

/** An access token with its expiry on both clocks. */
export interface Token {
  readonly value: string;
  /** Sequence number; distinguishes a refused token from its successor. */
  readonly generation: number;
  /** Wall time, epoch milliseconds. The monotonic clock stops while a Linux machine sleeps. */
  readonly expiresAt: number;
  /** Monotonic time, milliseconds. The wall clock can be set back. */
  readonly expiresMonotonic: number;
  /** The token is renewed this long before its end, milliseconds. */
  readonly skewMs: number;
}

/** Both clocks, read at one moment. */
export interface Instant {
  readonly wall: number;
  readonly monotonic: number;
}

const MAX_SKEW_MS = 5 * 60_000;
const SKEW_SHARE = 0.1;
/** A larger `expires_in` is in milliseconds: older IMS flows sent 86399999 for a day. */
const MAX_SECONDS = 1_000_000;

/** Lifetime in milliseconds from the `expires_in` of IMS. */
export function lifeOf(expiresIn: number): number {
  return expiresIn > MAX_SECONDS ? expiresIn : expiresIn * 1000;
}

/** A token that is valid from `start` for `lifeMs`. */
export function tokenFrom(value: string, lifeMs: number, generation: number, start: Instant): Token {
  return {
    value,
    generation,
    expiresAt: start.wall + lifeMs,
    expiresMonotonic: start.monotonic + lifeMs,
    skewMs: Math.min(MAX_SKEW_MS, lifeMs * SKEW_SHARE),
  };
}

/** Whether the token is valid by both clocks. */
export function isAlive(token: Token, now: Instant): boolean {
  return now.wall < token.expiresAt && now.monotonic < token.expiresMonotonic;
}

/** Whether the token is valid and not yet due for renewal. */
export function isFresh(token: Token, now: Instant): boolean {
  return isAlive(token, { wall: now.wall + token.skewMs, monotonic: now.monotonic + token.skewMs });
}

/**
 * Expiry of a token from elsewhere, epoch milliseconds, by its claims if it is a JWT: `exp` in seconds (RFC 7519), or
 * `created_at` and `expires_in` in milliseconds, as IMS writes them. The signature is not verified: Adobe does that.
 */
export function expiryClaim(value: string): number | undefined {
  const payload = value.split('.')[1];
  const claims = payload === undefined ? undefined : parseRecord(Buffer.from(payload, 'base64url').toString('utf8'));
  if (!isRecord(claims)) return undefined;
  const exp = Number(claims['exp']) * 1000;
  const ims = Number(claims['created_at']) + Number(claims['expires_in']);
  return [exp, ims].find((time) => Number.isFinite(time) && time > 0);
}
