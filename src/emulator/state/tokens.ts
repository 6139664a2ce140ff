import type { Settings } from '../options.ts';

/** Lifetime and scopes of a token. */
interface Grant {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
}

/** Result of the gateway's check of a token. */
type TokenVerdict = 'valid' | 'invalid' | 'scope-missing';

/** Any of these scopes grants access to the Firefly API; Adobe's documents name all of them. */
const FIREFLY_SCOPES = ['firefly_api', 'ff_apis', 'firefly_enterprise'];

/** The access tokens that IMS has issued. */
export class TokenStore {
  readonly #settings: Settings;
  readonly #grants = new Map<string, Grant>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Issues a token in the form of a JWT, as at Adobe: claims in the spelling of IMS, random bytes as signature. */
  issue(scope: string): { readonly token: string; readonly expiresIn: number } {
    const { clock, random, tokenSeconds, clientId } = this.#settings;
    const now = clock.now();
    this.#evictExpired(now);
    const claims = {
      id: random.uuid(),
      type: 'access_token',
      client_id: clientId,
      created_at: String(now),
      expires_in: String(tokenSeconds * 1_000),
      scope,
    };
    const parts = [{ alg: 'none', kid: 'emulator' }, claims].map((part) => encode(JSON.stringify(part)));
    const token = [...parts, encode(random.bytes(32))].join('.');
    const scopes = scope.split(/[\s,]+/).filter((name) => name !== '');
    this.#grants.set(token, { expiresAt: now + tokenSeconds * 1_000, scopes });
    return { token, expiresIn: tokenSeconds };
  }

  check(token: string): TokenVerdict {
    const grant = this.#grants.get(token);
    if (!grant || this.#settings.clock.now() >= grant.expiresAt) return 'invalid';
    return grant.scopes.some((scope) => FIREFLY_SCOPES.includes(scope)) ? 'valid' : 'scope-missing';
  }

  revokeAll(): void {
    this.#grants.clear();
  }

  #evictExpired(now: number): void {
    for (const [token, { expiresAt }] of this.#grants) if (expiresAt <= now) this.#grants.delete(token);
  }
}

function encode(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64url');
}
