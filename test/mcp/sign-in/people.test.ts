import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInFor } from '../../../src/cli/composition/sign-in/sign-in.ts';
import type { Administration } from '../../../src/jobs/model/administration.ts';
import { ROUTES } from '../../../src/mcp/http/routes/registry.ts';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { tokenHash } from '../../../src/mcp/sign-in/people.ts';
import { SCOPE_NAMES } from '../../../src/mcp/sign-in/scopes.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { canary } from '../../support/canaries.ts';
import { ADDRESSES } from '../fixture/addresses.ts';
import { GOOD_HEADERS, INITIALIZE, raw, serveTestTools } from '../fixture/http.ts';

const [ADA, BEN] = [canary('ada'), canary('ben')];
const folder = temporaryFolder('firefly-people-');
const file = join(folder, 'people.json');
const machine = { clock: systemClock, random: systemRandom, platform: process.platform, logger: silentLogger };
const settings = {
  home: folder,
  authFile: file,
  oauthIssuer: undefined,
  oauthAudience: undefined,
  publicUrl: undefined,
};

const ada = { name: 'ada', token_sha256: tokenHash(ADA), budget: 7 };
const ben = { name: 'ben', token_sha256: tokenHash(BEN), scopes: [SCOPE_NAMES.generate] };
const write = (people: readonly object[]) => writeFileSync(file, JSON.stringify({ people }));

let serving: HttpServing;
beforeAll(async () => {
  write([ada, ben]);
  const { local: _, ...senders } = await signInFor(settings, machine);
  serving = await serveTestTools(senders);
});
afterAll(async () => {
  await serving.close({ graceMs: 0 });
  removeFolder(folder);
});

const post = (token: string, method: string, params: object = {}) => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return raw(serving.port, {
    headers: {
      ...GOOD_HEADERS,
      Authorization: `Bearer ${token}`,
      'Mcp-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...('name' in params && { 'Mcp-Name': String(params.name) }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 5, method, params: { ...params, _meta: meta } }),
  });
};
const begin = (token: string) =>
  raw(serving.port, { headers: { ...GOOD_HEADERS, Authorization: `Bearer ${token}` }, body: INITIALIZE });

describe('a token of the file', () => {
  test('stands for its person, who is a principal apart from this machine', async () => {
    const { body } = await post(ADA, 'tools/call', { name: 'echo', arguments: { prompt: 'hello' } });
    expect(body).toContain('static|ada');
  });

  test.each([
    ['none', {}],
    ['another one', { Authorization: `Bearer ${canary('other')}` }],
    ['its hash', { Authorization: `Bearer ${tokenHash(ADA)}` }],
    ['another scheme', { Authorization: `Basic ${ADA}` }],
  ])('is wanted: %s is answered 401, and names no other person', async (_what, given) => {
    const { Authorization: _, ...others } = GOOD_HEADERS;
    const { status, body, headers } = await raw(serving.port, { headers: { ...others, ...given }, body: INITIALIZE });
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="firefly-mcp"(, error="invalid_token")?$/);
    expect(body).not.toMatch(/ada|ben|http-token/);
  });

  test('ends to count as soon as its entry is taken out, and another one counts as soon as it is there', async () => {
    write([ben]);
    expect((await begin(ADA)).status).toBe(401);
    write([ben, { ...ada, budget: 8 }]);
    expect((await begin(ADA)).status).toBe(200);
  });

  test('ends to count also where the changed file has kept its size and its time', async () => {
    const longAgo = new Date(1_700_000_000_000);
    const kept = (people: readonly object[]) => {
      write(people);
      utimesSync(file, longAgo, longAgo);
    };
    kept([ada, ben]);
    expect((await begin(ADA)).status).toBe(200);
    kept([{ ...ada, token_sha256: tokenHash('another') }, ben]);
    expect((await begin(ADA)).status).toBe(401);
    write([ada, ben]);
  });

  test('counts for nobody while the file cannot be read', async () => {
    writeFileSync(file, '{ "people": [');
    expect((await begin(ADA)).status).toBe(503);
    write([ada, ben]);
    expect((await begin(ADA)).status).toBe(200);
  });
});

describe('a scope that a person lacks', () => {
  test.each([
    ['tools/call', { name: 'echo', arguments: { prompt: 'hello' } }],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/read', { uri: 'firefly://jobs' }],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'x' }, argument: { name: 'id', value: '' } }],
  ])('is named by the answer 403 to %s, for this request', async (method, params) => {
    const { status, headers, body } = await post(BEN, method, params);
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="firefly-mcp", error="insufficient_scope", scope="firefly:read"',
    );
    expect(JSON.parse(body)).toMatchObject({ id: 5, error: { data: { code: 'scope_missing' } } });
  });

  test('is needed for no list of tools', async () => {
    expect((await post(BEN, 'tools/list')).status).toBe(200);
  });
});

describe('a browser behind a proxy that signs people in', () => {
  /** What the proxy passes on: the browser's headers, and the token of the person who is signed in at the proxy. */
  const proxied = (headers: Record<string, string>, rest: Parameters<typeof raw>[1] = {}) =>
    raw(serving.port, { headers: { ...GOOD_HEADERS, Authorization: `Bearer ${ADA}`, ...headers }, ...rest });
  const own = () => `http://127.0.0.1:${serving.port}`;
  const session = async () => {
    const { headers } = await proxied({ Origin: own() }, { path: '/studio/session' });
    return String(headers['set-cookie']);
  };

  test('calls as that person, from pages of this server alone', async () => {
    expect((await proxied({ Origin: own() }, { body: INITIALIZE })).status).toBe(200);
    expect((await proxied({ Origin: 'https://evil.example' }, { body: INITIALIZE })).status).toBe(403);
    expect((await proxied({ 'Sec-Fetch-Site': 'cross-site' }, { body: INITIALIZE })).status).toBe(403);
  });

  test('gets a cookie that no script reads and no other site sends', async () => {
    expect(await session()).toMatch(/^firefly-studio-\d+=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
  });

  test('may come with the cookie in place of the token, if the page is of this server', async () => {
    const { Authorization: _, ...others } = GOOD_HEADERS;
    const cookie = (await session()).split(';')[0] ?? '';
    const withCookie = async (headers: Record<string, string>) =>
      (await raw(serving.port, { headers: { ...others, Cookie: cookie, ...headers }, body: INITIALIZE })).status;
    expect(await withCookie({ Origin: own() })).toBe(200);
    expect(await withCookie({ 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
    expect(await withCookie({})).toBe(401);
    // Another port of this machine is of one site with this server, so that a browser sends the cookie along.
    expect(await withCookie({ Origin: 'http://127.0.0.1:3000' })).toBe(401);
    expect(await withCookie({ Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-site' })).toBe(401);
    expect(await withCookie({ Origin: own(), Cookie: cookie.replace(/.$/, '') })).toBe(401);
    write([ben]);
    expect(await withCookie({ Origin: own() })).toBe(401);
    write([ada, ben]);
  });
});

test('every address of the server has been judged: what it wants to see, and what comes without that', async () => {
  const { Authorization: _, ...others } = GOOD_HEADERS;
  const judged = {
    mcp: ['identity', 'POST', 401],
    healthz: ['open', 'GET', 200],
    readyz: ['open', 'GET', 503],
    metrics: ['identity', 'GET', 401],
    picture: ['signed', 'GET', 404],
    upload: ['signed', 'PUT', 403],
    'upload page': ['signed', 'GET', 403],
    studio: ['open', 'GET', 200],
    'studio entrance': ['signed', 'GET', 410],
    'studio session': ['identity', 'POST', 401],
    'studio pictures': ['identity', 'POST', 401],
    'admin spending': ['identity', 'GET', 401],
    'admin jobs': ['identity', 'GET', 401],
    'admin cancel': ['identity', 'DELETE', 401],
    'admin forget': ['identity', 'DELETE', 401],
    'sign-in metadata': ['open', 'GET', 404],
  } as const satisfies Record<keyof typeof ADDRESSES, readonly [access: string, method: string, status: number]>;
  expect(ROUTES.map(({ name, access }) => [name, access])).toEqual(
    Object.entries(judged).map(([name, [access]]) => [name, access]),
  );
  for (const [name, [, method, status]] of Object.entries(judged)) {
    if (name === 'studio') continue;
    const path = ADDRESSES[name as keyof typeof ADDRESSES];
    expect([name, (await raw(serving.port, { method, path, headers: others })).status]).toEqual([name, status]);
  }
});

test('an address of administrators does nothing for whoever is none, and is there for who is', async () => {
  const asked: string[] = [];
  const done = { jobs: 0, batches: 0, pictures: 0, uploads: 0, freed: { files: 0, bytes: 0 }, unfinished: 0 };
  const administration: Administration = {
    spending: async () => (asked.push('spending'), []),
    unfinished: async () => (asked.push('unfinished'), { jobs: [], people: [] }),
    cancel: async (id) => (asked.push('cancel'), { id, principal: 'x', state: 'cancelled' }),
    forget: async () => (asked.push('forget'), done),
  };
  const EVE = canary('eve');
  const { local: _, ...senders } = await signInFor(settings, machine);
  const guarded = await serveTestTools({ ...senders, administration: async () => administration });
  const ask = async (token: string) => {
    const statuses = [];
    for (const { name, scope, path } of addresses) {
      const { status, headers } = await raw(guarded.port, {
        method: name === 'admin cancel' || name === 'admin forget' ? 'DELETE' : 'GET',
        path,
        headers: { Authorization: `Bearer ${token}` },
      });
      statuses.push(status);
      if (status === 403) expect(headers['www-authenticate']).toContain(`scope="firefly:${scope}"`);
    }
    return statuses;
  };
  const addresses = ROUTES.flatMap((route) =>
    route.access === 'identity' && route.scope !== undefined
      ? [{ name: route.name, scope: route.scope, path: ADDRESSES[route.name as keyof typeof ADDRESSES] }]
      : [],
  );
  try {
    for (const token of [ADA, BEN]) expect(await ask(token)).toEqual(addresses.map(() => 403));
    expect(asked).toEqual([]);
    write([ada, ben, { name: 'eve', token_sha256: tokenHash(EVE), scopes: [SCOPE_NAMES.admin] }]);
    expect(await ask(EVE)).toEqual(addresses.map(() => 200));
    expect(asked.slice(-4)).toEqual(['spending', 'unfinished', 'cancel', 'forget']);
  } finally {
    write([ada, ben]);
    await guarded.close({ graceMs: 0 });
  }
});

test('a person whose name holds a question mark is the one that is deleted, and no other', async () => {
  const forgotten: string[] = [];
  const counts = { jobs: 0, batches: 0, pictures: 0, uploads: 0, freed: { files: 0, bytes: 0 }, unfinished: 0 };
  const forget: Administration['forget'] = async (principal) => (forgotten.push(principal), counts);
  const local = await serveTestTools({ administration: async () => ({ forget }) as Administration });
  const headers = { Authorization: GOOD_HEADERS.Authorization };
  for (const query of ['principal=https://issuer.example|ada?x', 'principal=https%3A%2F%2Fissuer.example%7Cada%3Fx']) {
    const { status } = await raw(local.port, { method: 'DELETE', path: `/admin/people?${query}`, headers });
    expect(status).toBe(200);
  }
  await local.close({ graceMs: 0 });
  expect(forgotten).toEqual(['https://issuer.example|ada?x', 'https://issuer.example|ada?x']);
});

describe('the server does not start', () => {
  test.each([
    ['without the file', () => signInFor({ ...settings, authFile: join(folder, 'none.json') }, machine)],
    [
      'with a file that others may write to',
      () => {
        const open = join(folder, 'open.json');
        writeFileSync(open, '{"people":[]}');
        chmodSync(open, 0o666);
        return signInFor({ ...settings, authFile: open }, machine);
      },
    ],
    [
      'with a name twice',
      () => {
        const twice = join(folder, 'twice.json');
        writeFileSync(twice, JSON.stringify({ people: [ada, ada] }), { mode: 0o600 });
        return signInFor({ ...settings, authFile: twice }, machine);
      },
    ],
    [
      'with a misspelt key',
      () => {
        const odd = join(folder, 'odd.json');
        writeFileSync(odd, JSON.stringify({ people: [{ ...ada, bugdet: 1 }] }), { mode: 0o600 });
        return signInFor({ ...settings, authFile: odd }, machine);
      },
    ],
    ['with an issuer and no audience', () => signInFor({ ...settings, oauthIssuer: 'https://login.example' }, machine)],
  ])('%s', async (_what, start) => {
    await expect(start()).rejects.toThrow(expect.objectContaining({ code: 'config_invalid' }) as Error);
  });

  test.each([
    ['for other machines without a sign-in', {}],
    ['for other machines with a sign-in and no https address', { isShared: true }],
    ['for other machines with a sign-in and a plain address', { isShared: true, publicUrl: 'http://127.0.0.1:8787' }],
    ['for other machines with an https address and no sign-in', { publicUrl: 'https://firefly.example' }],
  ])('%s', async (_what, options) => {
    await expect(serveTestTools({ host: '0.0.0.0', ...options })).rejects.toThrow(
      expect.objectContaining({ code: 'not_loopback' }) as Error,
    );
  });
});
