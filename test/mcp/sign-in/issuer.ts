import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload, type JWTHeaderParameters } from 'jose';

/** A stand-in for an identity provider: metadata, keys, and tokens as it would sign them. */
export class TestIssuer {
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  isDown = false;
  readonly #server = createServer((request, response) => {
    this.requests.push(request.url ?? '');
    if (this.isDown) return void response.writeHead(503).end();
    response.setHeader('Content-Type', 'application/json');
    const metadata = { issuer: this.issuer, jwks_uri: `${this.issuer}/keys` };
    response.end(JSON.stringify(request.url === '/keys' ? { keys: this.keys } : metadata));
  });
  readonly keys: object[] = [];
  #pair: Awaited<ReturnType<typeof generateKeyPair>> | undefined;

  static async open(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    await issuer.newKey('first');
    return issuer;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get privateKey(): CryptoKey {
    if (this.#pair === undefined) throw new Error('The issuer has no key.');
    return this.#pair.privateKey;
  }

  /** Signs with another key from now on. */
  async newKey(kid: string): Promise<void> {
    this.#pair = await generateKeyPair('ES256', { extractable: true });
    this.keys.push({ ...(await exportJWK(this.#pair.publicKey)), kid, alg: 'ES256', use: 'sig' });
  }

  /** A token that counts, changed as given; a claim that is undefined is left out. */
  token(
    claims: JWTPayload = {},
    header: Partial<JWTHeaderParameters> = {},
    key: CryptoKey | Uint8Array = this.privateKey,
  ) {
    const now = Math.floor(Date.now() / 1000);
    const standard = {
      iss: this.issuer,
      aud: AUDIENCE,
      sub: 'ada',
      iat: now,
      exp: now + 600,
      scope: 'firefly:read firefly:generate',
    };
    return new SignJWT({ ...standard, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'first', typ: 'at+jwt', ...header })
      .sign(key);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** `aud` of tokens for the server of the tests. */
export const AUDIENCE = 'https://firefly.example/mcp';
