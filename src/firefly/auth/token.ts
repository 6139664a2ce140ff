import { isRecord } from '../../shared/json.ts';
import { parseRecord } from '../http/error-body.ts';

/** An access token and how long it lives, on both clocks. */
export interface Token {
  readonly value: string;
  /** Counts up; tells a refused token from its successor. */
  readonly generation: number;
  /** Wall time, epoch milliseconds. The monotonic clock stops while a Linux machine sleeps. */
  readonly expiresAt: number;
  /** Monotonic time, milliseconds. The wall clock can be set back. */
  readonly expiresMonotonic: number;
  /** Renew this long before the end, milliseconds. */
  readonly skewMs: number;
}

/** Both clocks, read at one moment. */
export interface Instant {
  readonly wall: number;
  readonly monotonic: number;
}

const LONGEST_SKEW_MS = 5 * 60_000;
const SKEW_SHARE = 0.1;
/** Above this, `expires_in` is in milliseconds: older IMS flows sent 86399999 for a day. */
const MOST_SECONDS = 1_000_000;

/** Milliseconds of life from the `expires_in` of IMS. */
export function lifeOf(expiresIn: number): number {
  return expiresIn > MOST_SECONDS ? expiresIn : expiresIn * 1000;
}

/** A token that begins to live at `start`. */
export function tokenFrom(value: string, lifeMs: number, generation: number, start: Instant): Token {
  return {
    value,
    generation,
    expiresAt: start.wall + lifeMs,
    expiresMonotonic: start.monotonic + lifeMs,
    skewMs: Math.min(LONGEST_SKEW_MS, lifeMs * SKEW_SHARE),
  };
}

/** Whether Adobe would still take it, as far as both clocks tell. */
export function isAlive(token: Token, now: Instant): boolean {
  return now.wall < token.expiresAt && now.monotonic < token.expiresMonotonic;
}

/** Whether it is alive and not yet due for renewal. */
export function isFresh(token: Token, now: Instant): boolean {
  return isAlive(token, { wall: now.wall + token.skewMs, monotonic: now.monotonic + token.skewMs });
}

/**
 * When a token that was obtained elsewhere ends, epoch milliseconds, if it is a JWT that says so: `exp` in seconds
 * (RFC 7519), or `created_at` and `expires_in` in milliseconds, as IMS writes them. Nothing is verified: Adobe does.
 */
export function expiryClaim(value: string): number | undefined {
  const payload = value.split('.')[1];
  const claims = payload === undefined ? undefined : parseRecord(Buffer.from(payload, 'base64url').toString('utf8'));
  if (!isRecord(claims)) return undefined;
  const exp = Number(claims['exp']) * 1000;
  const ims = Number(claims['created_at']) + Number(claims['expires_in']);
  return [exp, ims].find((time) => Number.isFinite(time) && time > 0);
}
