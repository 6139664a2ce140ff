import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token is good for. A token of one purpose is none of another one. */
export type Purpose = 'picture' | 'upload' | 'cookie';

/** The subject of a token, or why it does not count. */
export type Checked =
  | { readonly kind: 'valid'; readonly subject: string; readonly expiresAt: number }
  | { readonly kind: 'expired' | 'invalid' };

/** Bytes of a signature: 128 bits of HMAC-SHA256 (RFC 2104, section 5) keep links short. */
const MAC_BYTES = 16;
const FORM = /^([\w-]{1,4096})\.([0-9a-z]{1,10})\.([\w-]{22})$/;

/**
 * Makes and checks short-lived tokens for addresses and cookies, without any memory of them: whichever replica has the
 * keys can check them.
 */
export class Signer {
  readonly #keys: readonly Uint8Array[];

  /** @param keys at least 32 bytes each. The first one signs, and all are accepted, so that keys can be replaced. */
  constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys;
  }

  /**
   * @param subject characters of base64url only
   * @param expiresAt epoch milliseconds, kept to the second
   */
  sign(purpose: Purpose, subject: string, expiresAt: number): string {
    const signed = `${subject}.${Math.ceil(expiresAt / 1000).toString(36)}`;
    return `${signed}.${mac(this.#signing(), purpose, signed)}`;
  }

  /** A key of 32 bytes for another use, which tells nothing of the key that signs; all replicas derive it alike. */
  derivedKey(use: string): Uint8Array {
    return createHmac('sha256', this.#signing()).update(`key\0${use}`).digest();
  }

  /** @param now epoch milliseconds */
  check(purpose: Purpose, token: string, now: number): Checked {
    const [, subject, expiry, given] = FORM.exec(token) ?? [];
    if (subject === undefined || expiry === undefined || given === undefined) return { kind: 'invalid' };
    const isOurs = this.#keys.some((key) => isEqual(mac(key, purpose, `${subject}.${expiry}`), given));
    if (!isOurs) return { kind: 'invalid' };
    const expiresAt = Number.parseInt(expiry, 36) * 1000;
    return expiresAt > now ? { kind: 'valid', subject, expiresAt } : { kind: 'expired' };
  }

  #signing(): Uint8Array {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('There is no key to sign with.');
    return key;
  }
}

function mac(key: Uint8Array, purpose: Purpose, signed: string): string {
  const whole = createHmac('sha256', key).update(`${purpose}\0${signed}`).digest();
  return whole.subarray(0, MAC_BYTES).toString('base64url');
}

/** Texts are compared, since the last character of one has bits that decode to nothing. */
function isEqual(signature: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(signature), Buffer.from(given));
}
