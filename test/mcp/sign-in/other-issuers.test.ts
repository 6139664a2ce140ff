import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchJson } from '../../../src/cli/composition/sign-in/fetch-json.ts';
import { issuerKeys, type FetchJson } from '../../../src/mcp/sign-in/issuer-keys.ts';
import { authenticateByIssuer } from '../../../src/mcp/sign-in/oauth.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';
import { AUDIENCE } from './issuer.ts';

/* What issuers do that are no `TestIssuer`: keys without ids, key sets with odd members, other places, silence. */

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Pages = Readonly<Record<string, (origin: string) => unknown>>;

/** An issuer that serves these pages. */
async function issuerWith(pages: Pages, path = '') {
  const clock = new ManualClock();
  const server = createServer(({ url = '/' }, response) => {
    const page = pages[url];
    if (page === undefined) return void response.writeHead(404).end();
    response.end(JSON.stringify(page(origin)));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}${path}`;
  let asked = 0;
  let isSilent = false;
  const counted: FetchJson = (url) => {
    asked += 1;
    return isSilent ? new Promise(() => undefined) : fetchJson(url);
  };
  const keys = issuerKeys(issuer, { fetchJson: counted, clock, logger: silentLogger });
  const authenticate = authenticateByIssuer({ issuer, audiences: [AUDIENCE], keys, now: () => clock.now() });
  const token = (
    key: CryptoKey,
    { alg = 'ES256', kid, ...claims }: JWTPayload & { alg?: string; kid?: string } = {},
  ) => {
    const now = Math.floor(clock.now() / 1000);
    return new SignJWT({ iss: issuer, aud: AUDIENCE, sub: 'ada', exp: now + 90_000, scope: 'firefly:read', ...claims })
      .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
      .sign(key);
  };
  const signIn = async (jwt: string) =>
    authenticate({ transport: 'http', authorization: `Bearer ${jwt}`, from: 'network' });
  return { clock, issuer, token, signIn, asked: () => asked, fallSilent: () => (isSilent = true) };
}

const pair = (alg = 'ES256') => generateKeyPair(alg, { extractable: true });
const publicJwk = async ({ publicKey }: { publicKey: CryptoKey }, more: object = {}) => ({
  ...(await exportJWK(publicKey)),
  ...more,
});
/** The usual two pages. */
const serving = (keys: () => unknown): Pages => ({
  '/.well-known/openid-configuration': (origin) => ({ issuer: origin, jwks_uri: `${origin}/keys` }),
  '/keys': () => keys(),
});

test.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])('a token signed by %s counts', async (alg) => {
  const key = await pair(alg);
  const jwk = await publicJwk(key, { kid: 'k', alg });
  const { token, signIn } = await issuerWith(serving(() => ({ keys: [jwk] })));
  expect((await signIn(await token(key.privateKey, { alg, kid: 'k' }))).kind).toBe('accepted');
});

test.each(['auth0|5f7c8ec7c33c6c004bbafe82', 'google-oauth2|103547991597142817347', 'a|b|c', 'ada@example.com', 'Ä 1'])(
  'the subject %s is a person of the issuer',
  async (sub) => {
    const key = await pair();
    const jwk = await publicJwk(key);
    const { token, signIn, issuer } = await issuerWith(serving(() => ({ keys: [jwk] })));
    expect(await signIn(await token(key.privateKey, { sub }))).toMatchObject({
      kind: 'accepted',
      identity: { principal: `${issuer}|${sub}` },
    });
  },
);

describe('a token without the id of a key', () => {
  test('counts by whichever key of the issuer signed it, and by no other', async () => {
    const [former, current, foreign] = [await pair(), await pair(), await pair()];
    const keys = [await publicJwk(former), await publicJwk(current, { kid: 'named' })];
    const { token, signIn } = await issuerWith(serving(() => ({ keys })));
    expect((await signIn(await token(former.privateKey))).kind).toBe('accepted');
    expect((await signIn(await token(current.privateKey))).kind).toBe('accepted');
    expect((await signIn(await token(foreign.privateKey))).kind).toBe('refused');
  });
});

test.each([
  ['without an id', undefined],
  ['under the id of the former one', 'only'],
])('a new key %s counts after half a minute, and forged signatures cause no more requests', async (_what, kid) => {
  const [former, current] = [await pair(), await pair()];
  const named = kid === undefined ? {} : { kid };
  let keys = [await publicJwk(former, named)];
  const { token, signIn, clock, asked } = await issuerWith(serving(() => ({ keys })));
  expect((await signIn(await token(former.privateKey, named))).kind).toBe('accepted');
  keys = [await publicJwk(current, named)];
  clock.advance(31_000);
  expect((await signIn(await token(current.privateKey, named))).kind).toBe('accepted');
  expect((await signIn(await token(former.privateKey, named))).kind).toBe('refused');
  expect(asked()).toBe(4);
  clock.advance(31_000);
  const forged = await token((await pair()).privateKey, named);
  for (let i = 0; i < 5; i += 1) expect((await signIn(forged)).kind).toBe('refused');
  expect(asked()).toBe(6);
});

test('a member of the key set that is no key spoils no other one, and is refused where a token names it', async () => {
  const key = await pair();
  const good = await publicJwk(key, { kid: 'good' });
  const odd = [7, null, 'key', {}, { kid: 'odd' }, { kty: 'EC', kid: 'bare' }, { kty: 'XYZ', kid: 'new' }];
  const broken = { ...good, kid: 'broken', x: 'AA' };
  const { token, signIn } = await issuerWith(serving(() => ({ keys: [...odd, broken, good] })));
  expect((await signIn(await token(key.privateKey, { kid: 'good' }))).kind).toBe('accepted');
  for (const kid of ['odd', 'bare', 'new', 'broken']) {
    expect((await signIn(await token(key.privateKey, { kid }))).kind).toBe('refused');
  }
});

test.each([
  ['of OpenID Connect', '/realms/a/.well-known/openid-configuration'],
  ['of RFC 8414', '/.well-known/oauth-authorization-server/realms/a'],
  ['of OpenID Connect by the rule of RFC 8414', '/.well-known/openid-configuration/realms/a'],
])('an issuer with a path is found at the place %s', async (_what, place) => {
  const key = await pair();
  const jwk = await publicJwk(key);
  const pages: Pages = {
    [place]: (origin) => ({ issuer: `${origin}/realms/a`, jwks_uri: `${origin}/k` }),
    '/k': () => ({ keys: [jwk] }),
  };
  const { token, signIn } = await issuerWith(pages, '/realms/a');
  expect((await signIn(await token(key.privateKey))).kind).toBe('accepted');
});

test('an issuer that falls silent holds up a person once for two seconds, and others not at all', async () => {
  const key = await pair();
  const jwk = await publicJwk(key);
  const { token, signIn, clock, asked, fallSilent } = await issuerWith(serving(() => ({ keys: [jwk] })));
  const jwt = await token(key.privateKey);
  expect((await signIn(jwt)).kind).toBe('accepted');
  fallSilent();
  clock.advance(11 * 60_000);
  const first = signIn(jwt);
  await expect.poll(asked).toBe(3);
  clock.advance(2_000);
  expect((await first).kind).toBe('accepted');
  // Time does not move here, so that a sender that waited would never be answered.
  expect((await signIn(jwt)).kind).toBe('accepted');
  clock.advance(31_000);
  expect((await signIn(jwt)).kind).toBe('accepted');
});
