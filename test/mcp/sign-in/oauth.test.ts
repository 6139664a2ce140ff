import { generateKeyPair, exportSPKI, exportJWK, type JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { fetchJson } from '../../../src/cli/composition/sign-in/fetch-json.ts';
import { issuerKeys } from '../../../src/mcp/sign-in/issuer-keys.ts';
import { authenticateByIssuer } from '../../../src/mcp/sign-in/oauth.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';
import { GOOD_HEADERS, INITIALIZE, raw, serveTestTools } from '../fixture/http.ts';
import { AUDIENCE, TestIssuer } from './issuer.ts';

let issuer: TestIssuer;
let serving: HttpServing;
const clock = new ManualClock();
/** The time of the server where a test sets it, epoch milliseconds. */
let serverTime: number | undefined;

beforeAll(async () => {
  issuer = await TestIssuer.open();
  const keys = issuerKeys(issuer.issuer, { fetchJson, clock, logger: silentLogger });
  const options = { issuer: issuer.issuer, audiences: [AUDIENCE], keys, now: () => serverTime ?? systemClock.now() };
  serving = await serveTestTools({
    authenticate: authenticateByIssuer(options),
    clock: { ...systemClock, now: options.now },
    isShared: true,
    issuer: issuer.issuer,
    publicUrl: 'https://firefly.example',
  });
});
afterAll(async () => {
  await serving.close({ graceMs: 0 });
  issuer.close();
});

const METADATA = 'https://firefly.example/.well-known/oauth-protected-resource/mcp';
const send = (token: string, body = INITIALIZE) =>
  raw(serving.port, { headers: { ...GOOD_HEADERS, Host: 'firefly.example', Authorization: `Bearer ${token}` }, body });
const challengeOf = async (token: string) => {
  const { status, headers } = await send(token);
  return [status, headers['www-authenticate']];
};
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a token of the issuer for this server lets its person in', async () => {
  expect((await send(await issuer.token())).status).toBe(200);
});

test('without a token the challenge leads to the metadata, and the metadata to the issuer', async () => {
  const { Authorization: _, ...withoutToken } = { ...GOOD_HEADERS, Host: 'firefly.example' };
  const { status, headers } = await raw(serving.port, { headers: withoutToken, body: INITIALIZE });
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toBe(
    `Bearer realm="firefly-mcp", scope="firefly:read firefly:generate", resource_metadata="${METADATA}"`,
  );
  for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
    const answer = await raw(serving.port, { method: 'GET', path, headers: { Host: 'firefly.example' } });
    expect(JSON.parse(answer.body)).toMatchObject({
      resource: AUDIENCE,
      authorization_servers: [issuer.issuer],
      scopes_supported: ['firefly:read', 'firefly:generate', 'firefly:admin'],
    });
  }
});

describe('a token', () => {
  const now = Math.floor(Date.now() / 1000);
  const parts = async () => {
    const [head = '', body = '', signature = ''] = (await issuer.token()).split('.');
    return { head, body, signature };
  };
  const other = () => generateKeyPair('ES256').then(({ privateKey }) => privateKey);
  const attacks: readonly (readonly [string, () => Promise<string>])[] = [
    ['without a signature (alg none)', async () => `${base64({ alg: 'none' })}.${(await parts()).body}.`],
    ['with alg none in capitals', async () => `${base64({ alg: 'NONE' })}.${(await parts()).body}.`],
    ['with an empty signature', async () => `${(await parts()).head}.${(await parts()).body}.`],
    ['of four parts', async () => `${await issuer.token()}.x`],
    ['of two parts', async () => (await issuer.token()).split('.').slice(0, 2).join('.')],
    ['that is no JWT', async () => 'a.b.c'],
    ['that is one word', async () => 'token'],
    ['signed by another key', async () => issuer.token({}, {}, await other())],
    [
      'signed with the public key as a secret (HS256)',
      async () => {
        const secret = Buffer.from(JSON.stringify(issuer.keys[0]));
        return issuer.token({}, { alg: 'HS256' }, secret);
      },
    ],
    [
      'signed with the public key in PEM as a secret',
      async () => {
        const { publicKey } = await generateKeyPair('ES256', { extractable: true });
        return issuer.token({}, { alg: 'HS512' }, Buffer.from(await exportSPKI(publicKey)));
      },
    ],
    [
      'with another body under a good signature',
      async () => {
        const { head, signature } = await parts();
        return `${head}.${base64({ iss: issuer.issuer, aud: AUDIENCE, sub: 'root', exp: now + 600 })}.${signature}`;
      },
    ],
    [
      'that brings its own key',
      async () => {
        const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
        return issuer.token({}, { jwk: await exportJWK(publicKey) } as never, privateKey);
      },
    ],
    [
      'that names where its keys are (jku)',
      async () => issuer.token({}, { jku: `${issuer.issuer}/mine`, kid: 'mine' } as never, await other()),
    ],
    [
      'that names where its certificate is (x5u)',
      async () => issuer.token({}, { x5u: `${issuer.issuer}/mine`, kid: 'mine' } as never, await other()),
    ],
    ['whose key id is a path', async () => issuer.token({}, { kid: '../../../dev/null' }, await other())],
    ['whose key id is a statement', async () => issuer.token({}, { kid: "' OR 1=1 --" }, await other())],
    ['whose key id is no text', async () => issuer.token({}, { kid: { a: 1 } as never }, await other())],
    [
      'with a critical extension',
      async () =>
        `${base64({ alg: 'ES256', kid: 'first', crit: ['x'], x: 1 })}.${(await parts()).body}.${(await parts()).signature}`,
    ],
    ['of another issuer', () => issuer.token({ iss: 'https://evil.example' })],
    ['whose issuer has a slash more', () => issuer.token({ iss: `${issuer.issuer}/` })],
    ['without an issuer', () => issuer.token({ iss: undefined as never })],
    ['for another audience', () => issuer.token({ aud: 'https://other.example/mcp' })],
    ['for an audience that begins with ours', () => issuer.token({ aud: `${AUDIENCE}.evil.example` })],
    ['for the issuer itself', () => issuer.token({ aud: issuer.issuer })],
    ['for a list without us', () => issuer.token({ aud: ['a', 'b'] })],
    ['for an audience that is no text', () => issuer.token({ aud: 7 as never })],
    ['without an audience', () => issuer.token({ aud: undefined as never })],
    ['that has expired', () => issuer.token({ exp: now - 60 })],
    ['that never expires', () => issuer.token({ exp: undefined as never })],
    ['whose end is a text', () => issuer.token({ exp: 'never' as never })],
    ['whose end is before all time', () => issuer.token({ exp: -1 })],
    ['that counts later', () => issuer.token({ nbf: now + 600 })],
    ['whose start is a text', () => issuer.token({ nbf: 'now' as never })],
    ['without a subject', () => issuer.token({ sub: undefined as never })],
    ['with an empty subject', () => issuer.token({ sub: '' })],
    ['whose subject is a number', () => issuer.token({ sub: 7 as never })],
    ['whose subject is a list', () => issuer.token({ sub: ['ada'] as never })],
    ['whose subject is endless', () => issuer.token({ sub: 'a'.repeat(256) })],
    ['whose subject has a line break', () => issuer.token({ sub: 'ada\nroot' })],
    ['whose subject has a control character', () => issuer.token({ sub: 'ada\0' })],
    ['whose subject has a direction mark', () => issuer.token({ sub: 'a\u202eda' })],
    ['that is for signing out', () => issuer.token({}, { typ: 'logout+jwt' })],
    ['that proves a key', () => issuer.token({}, { typ: 'dpop+jwt' })],
    ['that tells of an event', () => issuer.token({}, { typ: 'secevent+jwt' })],
    ['of a strange type', () => issuer.token({}, { typ: 7 as never })],
    ['of more than eight thousand characters', () => issuer.token({ more: 'x'.repeat(7000) })],
    [
      'that is nested and encrypted by its header',
      async () => `${base64({ alg: 'dir', enc: 'A256GCM' })}.${(await parts()).body}.${(await parts()).signature}`,
    ],
    ['whose body is a list', async () => `${(await parts()).head}.${base64([1])}.${(await parts()).signature}`],
    [
      'whose body is no JSON',
      async () => `${(await parts()).head}.${Buffer.from('{').toString('base64url')}.${(await parts()).signature}`,
    ],
    ['whose header is a list', async () => `${base64([1])}.${(await parts()).body}.${(await parts()).signature}`],
    [
      'whose algorithm is of another key',
      () => issuer.token({}, {}).then((token) => token.replace(/^[^.]+/, base64({ alg: 'RS256', kid: 'first' }))),
    ],
    [
      'whose algorithm is missing',
      () => issuer.token({}, {}).then((token) => token.replace(/^[^.]+/, base64({ kid: 'first' }))),
    ],
    [
      'with a signature of zeros',
      async () => `${(await parts()).head}.${(await parts()).body}.${Buffer.alloc(64).toString('base64url')}`,
    ],
    [
      'with a signature in the other form (DER)',
      async () =>
        `${(await parts()).head}.${(await parts()).body}.${Buffer.from('3045022100', 'hex').toString('base64url')}`,
    ],
    [
      'with one changed character',
      async () => (await issuer.token()).replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
    ],
    ['with blanks in it', async () => (await issuer.token()).replace('.', ' .')],
    ['twice', async () => `${await issuer.token()} ${await issuer.token()}`],
    ['with padding', async () => `${await issuer.token()}==`],
    ['of another scheme in the place of the token', async () => `Basic ${Buffer.from('ada:x').toString('base64')}`],
    ['that is empty', async () => ''],
  ];

  test('there are sixty attacks', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(60);
  });

  test.each(attacks)('%s is refused with a challenge', async (_what, attack) => {
    expect(await challengeOf(await attack())).toEqual([
      401,
      `Bearer realm="firefly-mcp", error="invalid_token", scope="firefly:read firefly:generate", resource_metadata="${METADATA}"`,
    ]);
  });

  test('makes the server ask its issuer only, and once in half a minute', async () => {
    const asked = issuer.requests.length;
    expect(issuer.requests.every((path) => path === '/keys' || path.startsWith('/.well-known/'))).toBe(true);
    clock.advance(31_000);
    for (const kid of ['a', 'b', 'c', 'd']) await challengeOf(await issuer.token({}, { kid }, await other()));
    expect(issuer.requests.length - asked).toBe(2);
  });
});

describe('where the clocks of issuer and server differ', () => {
  test.each([
    ['has ended four seconds ago counts', { exp: -4 }, 200],
    ['has ended six seconds ago does not', { exp: -6 }, 401],
    ['begins in four seconds counts', { nbf: 4 }, 200],
    ['begins in six seconds does not', { nbf: 6 }, 401],
  ])('a token that %s', async (_what, claims, status) => {
    serverTime = 1_800_000_000_000;
    const at = (seconds: number) => 1_800_000_000 + seconds;
    const times = Object.fromEntries(Object.entries(claims).map(([name, seconds]) => [name, at(seconds)]));
    try {
      expect((await send(await issuer.token({ iat: at(-60), exp: at(600), ...times }))).status).toBe(status);
    } finally {
      serverTime = undefined;
    }
  });
});

describe('a browser that was signed in with a token', () => {
  const { Authorization: _, ...others } = GOOD_HEADERS;
  const page = { ...others, Host: 'firefly.example', Origin: 'https://firefly.example' };
  const session = async (headers: Record<string, string>) => {
    const answer = await raw(serving.port, { path: '/studio/session', headers: { ...page, ...headers } });
    return String(answer.headers['set-cookie']);
  };
  const cookieOf = (given: string) => ({ Cookie: given.split(';')[0] ?? '' });
  const statusWith = async (given: string) =>
    (await raw(serving.port, { headers: { ...page, ...cookieOf(given) }, body: INITIALIZE })).status;
  /** Signs in with a token of so many seconds. */
  const signIn = async (seconds: number) => {
    const [iat, exp] = [Math.floor((serverTime ?? 0) / 1000), Math.floor((serverTime ?? 0) / 1000) + seconds];
    return session({ Authorization: `Bearer ${await issuer.token({ iat, exp })}` });
  };
  beforeEach(() => void (serverTime = 1_800_000_000_000));
  afterEach(() => void (serverTime = undefined));

  test('is out when the token ends, also where its own cookie has got it another one', async () => {
    const first = await signIn(600);
    expect(first).toMatch(/; Max-Age=600; Secure$/);
    expect(await statusWith(first)).toBe(200);
    serverTime = 1_800_000_590_000;
    expect(await statusWith(first)).toBe(200);
    const second = await session(cookieOf(first));
    expect(second).toMatch(/; Max-Age=10; Secure$/);
    serverTime = 1_800_000_599_000;
    expect(await statusWith(second)).toBe(200);
    serverTime = 1_800_000_600_000;
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 401]);
  });

  test('is out after twelve hours where the token counts for longer', async () => {
    const given = await signIn(48 * 3600);
    expect(given).toMatch(/; Max-Age=43200; Secure$/);
    serverTime = 1_800_000_000_000 + 43_199_000;
    expect(await statusWith(given)).toBe(200);
    serverTime = 1_800_000_000_000 + 43_200_000;
    expect(await statusWith(given)).toBe(401);
  });

  test('is not let in by the seconds that clocks may differ: the cookie has ended', async () => {
    const given = await signIn(-3);
    expect(given).toMatch(/; Max-Age=0; Secure$/);
    expect(await statusWith(given)).toBe(401);
  });
});

describe('the scopes of a token', () => {
  const listed = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'resources/templates/list',
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  });
  const list = async (claims: JWTPayload) => {
    const { status, headers } = await raw(serving.port, {
      headers: {
        ...GOOD_HEADERS,
        Host: 'firefly.example',
        Authorization: `Bearer ${await issuer.token(claims)}`,
        'Mcp-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'resources/templates/list',
      },
      body: listed,
    });
    return [status, headers['www-authenticate']];
  };

  test.each([
    ['are missing', { scope: undefined }],
    ['are empty', { scope: '' }],
    ['are those of another service', { scope: 'openid profile read' }],
    ['end with more', { scope: 'firefly:reader' }],
    ['are in capitals', { scope: 'FIREFLY:READ' }],
    ['are joined by commas', { scope: 'firefly:read,firefly:generate' }],
    ['are a pattern', { scope: 'firefly:*' }],
    ['are an object', { scope: { 'firefly:read': true } }],
    ['are a list within a list', { scope: [['firefly:read']] }],
    ['allow to generate alone', { scope: 'firefly:generate' }],
  ])('let nobody read where they %s, and the challenge names the least that would', async (_what, claims) => {
    expect(await list(claims)).toEqual([
      403,
      `Bearer realm="firefly-mcp", error="insufficient_scope", scope="firefly:read", resource_metadata="${METADATA}"`,
    ]);
  });

  test.each([
    ['among others', { scope: 'openid firefly:read' }],
    ['as a list', { scope: ['firefly:read'] }],
    ['as some issuers name them', { scope: undefined, scp: ['firefly:read'] }],
  ])('let their person read where they have it %s', async (_what, claims) => {
    expect((await list(claims))[0]).toBe(200);
  });
});

test('two people who sign in through one client are two principals', async () => {
  const signedIn = async (sub: string) => ({
    ...GOOD_HEADERS,
    Host: 'firefly.example',
    Authorization: `Bearer ${await issuer.token({ sub, client_id: 'one-app', azp: 'one-app' })}`,
  });
  const [ada, ben] = [await signedIn('ada'), await signedIn('ben')];
  const begun = await raw(serving.port, { headers: ada, body: INITIALIZE });
  const session = { 'Mcp-Session-Id': String(begun.headers['mcp-session-id']) };
  const body = '{"jsonrpc":"2.0","id":2,"method":"ping"}';
  expect((await raw(serving.port, { headers: { ...ada, ...session }, body })).status).toBe(200);
  expect((await raw(serving.port, { headers: { ...ben, ...session }, body })).status).toBe(404);
});

test('a new key of the issuer counts as soon as a token is signed with it', async () => {
  await issuer.newKey('second');
  clock.advance(31_000);
  expect((await send(await issuer.token({}, { kid: 'second' }))).status).toBe(200);
});

test('known keys count while the issuer is away; without any the sender is asked to come again', async () => {
  issuer.isDown = true;
  clock.advance(20 * 60_000);
  expect((await send(await issuer.token({}, { kid: 'second' }))).status).toBe(200);
  clock.advance(25 * 60 * 60_000);
  const answer = await send(await issuer.token({}, { kid: 'second' }));
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  issuer.isDown = false;
  clock.advance(31_000);
  expect((await send(await issuer.token({}, { kid: 'second' }))).status).toBe(200);
});
