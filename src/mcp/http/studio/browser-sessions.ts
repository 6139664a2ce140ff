import { createHash } from 'node:crypto';
import { LOCAL, type Identity } from '../../../shared/caller.ts';
import type { Random } from '../../../shared/random.ts';
import type { Clock } from '../../../shared/time/clock.ts';
import { identity } from '../../sign-in/people.ts';
import { SCOPE_NAMES, scopesNamed } from '../../sign-in/scopes.ts';
import type { Signer } from '../signing/signer.ts';

/** Longest time for which a browser stays signed in, milliseconds. */
export const SESSION_MS = 12 * 60 * 60_000;
/** Most codes that are remembered; the oldest leaves for a newer one. */
const MOST_CODES = 64;
/** Most sessions that were ended by hand, likewise: more than people end in the time for which a cookie is good. */
const MOST_ENDED = 20_000;
/** Bytes of codes: 256 bits cannot be guessed. */
const SECRET_BYTES = 32;

interface Grant {
  readonly identity: Identity;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** A session that a browser is given. */
export interface BrowserSession {
  /** Value of its cookie. */
  readonly secret: string;
  /** Time for which it is good, whole seconds. */
  readonly seconds: number;
}

/** What browser sessions are made of. */
export interface BrowserSessionOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly signer: Signer;
  /** What an identity is by now; undefined for a person who was taken out. Absent: identities do not change. */
  readonly identityNow?: ((identity: Identity) => Promise<Identity | undefined>) | undefined;
}

/**
 * Browsers that may call this server. A cookie holds its session, signed, so that any replica with the keys takes it and
 * none has to remember it; codes are of one process.
 */
export class BrowserSessions {
  readonly #codes = new Map<string, Grant>();
  readonly #ended = new Set<string>();
  readonly #options: BrowserSessionOptions;

  constructor(options: BrowserSessionOptions) {
    this.#options = options;
  }

  /** A code that signs one browser in, once. @param lifetimeMs milliseconds for which it is good */
  code(identity: Identity, lifetimeMs: number): string {
    const code = Buffer.from(this.#options.random.bytes(SECRET_BYTES)).toString('base64url');
    forgetOldest(this.#codes, MOST_CODES);
    this.#codes.set(hashOf(code), { identity, until: this.#options.clock.now() + lifetimeMs });
    return code;
  }

  /** A new session in exchange for a code; undefined where the code is used, late or unknown. */
  redeem(code: string): BrowserSession | undefined {
    const grant = this.#codes.get(hashOf(code));
    this.#codes.delete(hashOf(code));
    return grant !== undefined && grant.until > this.#options.clock.now() ? this.open(grant.identity) : undefined;
  }

  /**
   * A new session of a sender whose identity is known. It ends with the token that proved the identity, and so does one that
   * is opened by the cookie of another session.
   */
  open({ principal, can, until }: Identity): BrowserSession {
    const { clock, signer, random } = this.#options;
    const now = clock.now();
    const end = Math.min(now + SESSION_MS, until ?? Infinity);
    const scopes = [...can.scopes].map((scope) => SCOPE_NAMES[scope]);
    const session = { principal, scopes, budget: can.budget, until, id: random.uuid() };
    const secret = signer.sign('cookie', Buffer.from(JSON.stringify(session)).toString('base64url'), end);
    return { secret, seconds: Math.max(0, Math.ceil((end - now) / 1000)) };
  }

  /** Who is signed in with this cookie. */
  async identityOf(cookie: string): Promise<Identity | undefined> {
    const { clock, signer, identityNow } = this.#options;
    const checked = signer.check('cookie', cookie, clock.now());
    if (checked.kind !== 'valid' || this.#ended.has(hashOf(cookie))) return undefined;
    // Only this program signs, so that the form is known.
    const session = JSON.parse(Buffer.from(checked.subject, 'base64url').toString()) as {
      readonly principal: string;
      readonly scopes: readonly string[];
      readonly budget?: number;
      readonly until?: number;
    };
    const { principal, scopes, budget, until } = session;
    const person = principal === LOCAL.principal ? LOCAL : identity(principal, scopesNamed(scopes), budget);
    const signedIn = until === undefined ? person : { ...person, until };
    return identityNow ? identityNow(signedIn) : signedIn;
  }

  /** Ends a session in this process; the browser forgets its cookie. */
  end(cookie: string): void {
    forgetOldest(this.#ended, MOST_ENDED);
    this.#ended.add(hashOf(cookie));
  }
}

function forgetOldest(remembered: Map<string, unknown> | Set<string>, most: number): void {
  const [oldest] = remembered.keys();
  if (remembered.size >= most && oldest !== undefined) remembered.delete(oldest);
}

/** A look-up by hash takes no time that depends on how much of a secret was guessed. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
