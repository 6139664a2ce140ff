import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../shared/time/clock.ts';
import type { Random } from '../../shared/random.ts';

/** Result of the check of a signed URL. */
export type Verdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'forged' }
  /** `expiresAt` in epoch milliseconds. */
  | { readonly kind: 'expired'; readonly seconds: number; readonly expiresAt: number };

/** Signs and checks result URLs in the form of AWS presigned URLs. */
export interface Signer {
  /** The query of a signed URL for `path`, valid from now for `lifetimeMs`. */
  sign(path: string, lifetimeMs: number): URLSearchParams;
  verify(path: string, query: URLSearchParams): Verdict;
  /** Expires every URL that was signed so far. */
  expireAll(): void;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Uses the parameters of AWS Signature Version 4 query signing, with a simpler signature over path, date, lifetime and
 * credential, since only this emulator verifies it.
 */
export function createSigner({ clock, random }: { clock: Clock; random: Random }): Signer {
  const key = random.bytes(32);
  let generation = 1;
  const signature = (path: string, date: string, seconds: string, credential: string) =>
    createHmac('sha256', key).update([path, date, seconds, credential].join('\n')).digest('hex');
  return {
    sign(path, lifetimeMs) {
      const date = basicDate(clock.now());
      const seconds = String(Math.max(1, Math.ceil(lifetimeMs / 1_000)));
      const credential = `EMULATOR${generation}/${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
      return new URLSearchParams({
        'X-Amz-Algorithm': ALGORITHM,
        'X-Amz-Credential': credential,
        'X-Amz-Date': date,
        'X-Amz-Expires': seconds,
        'X-Amz-SignedHeaders': 'host',
        'X-Amz-Signature': signature(path, date, seconds, credential),
      });
    },
    verify(path, query) {
      const [date, seconds, credential, given] = ['Date', 'Expires', 'Credential', 'Signature'].map((name) =>
        query.get(`X-Amz-${name}`),
      );
      if (!date || !seconds || !credential || !given || query.get('X-Amz-Algorithm') !== ALGORITHM) {
        return { kind: 'unsigned' };
      }
      if (!equalText(given, signature(path, date, seconds, credential))) return { kind: 'forged' };
      const expiresAt = timeOf(date) + Number(seconds) * 1_000;
      const outdated = !credential.startsWith(`EMULATOR${generation}/`);
      if (!outdated && clock.now() < expiresAt) return { kind: 'valid' };
      return { kind: 'expired', seconds: Number(seconds), expiresAt };
    },
    expireAll() {
      generation += 1;
    },
  };
}

/** ISO 8601 basic format, as AWS writes it: `20261120T101500Z`. */
function basicDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function timeOf(basic: string): number {
  const [year, month, day, hour, minute, second] = [0, 4, 6, 9, 11, 13].map((at) =>
    Number(basic.slice(at, at === 0 ? 4 : at + 2)),
  );
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function equalText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
