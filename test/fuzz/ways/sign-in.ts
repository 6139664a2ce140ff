import fc from 'fast-check';
import { expect } from 'vitest';
import { issuerKeys } from '../../../src/mcp/sign-in/issuer-keys.ts';
import { authenticateByIssuer } from '../../../src/mcp/sign-in/oauth.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { AUDIENCE, TestIssuer } from '../../mcp/sign-in/issuer.ts';
import { hiddenIn } from '../../support/hostile.ts';
import { odd } from '../generators/arguments.ts';
import { mangling } from '../generators/mangle.ts';
import type { WayIn } from '../inputs.ts';

const ISSUER = 'https://issuer.example';
const plain = <T>(value: T) => fc.constant(() => value);

/** Tokens, signed and not, and what an issuer says of its keys. */
export const signIn: WayIn = async (more) => {
  const issuer = await TestIssuer.open();
  const token = await issuer.token({ iss: ISSUER });
  const [head = '', body = '', signature = ''] = token.split('.');
  const coded = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
  const decoded = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
  const forged = fc.oneof(
    fc
      .record({ head: mangling, body: mangling })
      .map((change) => `${coded(change.head(decoded(head)))}.${coded(change.body(decoded(body)))}.${signature}`),
    fc
      .tuple(fc.constantFrom('none', 'HS256', 'ES512', 'EdDSA', '__proto__', 7), odd)
      .map(([alg, kid]) => `${coded({ alg, kid, crit: ['b64'], jwk: kid })}.${body}.${signature}`),
    fc
      .tuple(fc.nat(token.length), fc.nat(255))
      .map(([at, code]) => token.slice(0, at) + String.fromCharCode(code) + token.slice(at + 1)),
    fc.nat(token.length).map((end) => token.slice(0, end)),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('a.b.c', '..', `${'a'.repeat(50_000)}.b.c`, '.'.repeat(10_000), `${token}.${token}`),
  );
  const claims = fc.dictionary(
    fc.constantFrom('iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'scope', 'scp', 'jti', '__proto__'),
    odd,
    { maxKeys: 3 },
  );
  const input = fc.record({
    forged: fc.option(forged),
    claims,
    keys: fc.oneof(
      plain(undefined),
      fc.constant((value: unknown) => value),
      mangling,
    ),
    metadata: fc.oneof(
      fc.constant((value: unknown) => value),
      mangling,
    ),
    scheme: fc.constantFrom('Bearer ', 'bearer ', 'Basic ', 'Bearer', ''),
  });
  await more(input, async ({ forged: given, claims: changed, keys, metadata, scheme }) => {
    const fetchJson = async (url: string) =>
      url.endsWith('/keys') ? keys({ keys: issuer.keys }) : metadata({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` });
    const found = issuerKeys(ISSUER, { fetchJson, clock: systemClock, logger: silentLogger });
    const authenticate = authenticateByIssuer({
      issuer: ISSUER,
      audiences: [AUDIENCE],
      keys: found,
      now: () => Date.now(),
    });
    const shown = given ?? (await issuer.token({ iss: ISSUER, ...changed }).catch(() => token));
    const answer = await authenticate({ transport: 'http', authorization: scheme + shown, from: 'network' });
    if (answer.kind !== 'accepted') return;
    // A last character has bits that decode to nothing.
    if (given !== null) expect(given.slice(0, -1)).toBe(token.slice(0, -1));
    expect(hiddenIn(answer.identity.principal)).toEqual([]);
  });
  issuer.close();
};
