import { createHash } from 'node:crypto';
import type { Identity } from '../../../shared/caller.ts';
import type { Clock } from '../../../shared/time/clock.ts';
import type { Random } from '../../../shared/random.ts';

/** Time for which a browser stays signed in, milliseconds. */
export const SESSION_MS = 12 * 60 * 60_000;
/** Most browsers that are signed in at once; the oldest leaves for a newer one. */
const MOST_SESSIONS = 64;
const MOST_CODES = 64;
/** Bytes of codes and cookies: 256 bits cannot be guessed. */
const SECRET_BYTES = 32;

interface Grant {
  readonly identity: Identity;
  /** Epoch milliseconds. */
  readonly until: number;
}

/**
 * Browsers that may call this server, by the hash of their cookie. Kept in memory only, so that a session ends with its
 * server.
 */
export class BrowserSessions {
  readonly #codes = new Map<string, Grant>();
  readonly #sessions = new Map<string, Grant>();
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: Random;

  constructor({ clock, random }: { readonly clock: Pick<Clock, 'now'>; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A code that signs one browser in, once. @param lifetimeMs milliseconds for which it is good */
  code(identity: Identity, lifetimeMs: number): string {
    return this.#grant(this.#codes, identity, lifetimeMs, MOST_CODES);
  }

  /** The cookie of a new session, in exchange for a code; undefined where the code is used, late or unknown. */
  redeem(code: string): string | undefined {
    const grant = this.#find(this.#codes, code);
    this.#codes.delete(hashOf(code));
    return grant && this.open(grant.identity);
  }

  /** The cookie of a new session of a sender whose identity is known. */
  open(identity: Identity): string {
    return this.#grant(this.#sessions, identity, SESSION_MS, MOST_SESSIONS);
  }

  /** Who is signed in with this cookie. */
  identityOf(cookie: string): Identity | undefined {
    return this.#find(this.#sessions, cookie)?.identity;
  }

  end(cookie: string): void {
    this.#sessions.delete(hashOf(cookie));
  }

  #grant(grants: Map<string, Grant>, identity: Identity, lifetimeMs: number, most: number): string {
    const secret = Buffer.from(this.#random.bytes(SECRET_BYTES)).toString('base64url');
    const [oldest] = grants.keys();
    if (grants.size >= most && oldest !== undefined) grants.delete(oldest);
    grants.set(hashOf(secret), { identity, until: this.#clock.now() + lifetimeMs });
    return secret;
  }

  #find(grants: Map<string, Grant>, secret: string): Grant | undefined {
    const grant = grants.get(hashOf(secret));
    return grant !== undefined && grant.until > this.#clock.now() ? grant : undefined;
  }
}

/** A look-up by hash takes no time that depends on how much of a secret was guessed. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
