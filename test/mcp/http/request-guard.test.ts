import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { newToken } from '../../../src/mcp/http/new-token.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { eventsOf, GOOD_HEADERS, INITIALIZE, raw, serveTestTools, TOKEN } from '../fixture/http.ts';

let serving: HttpServing;
let loaded = 0;

beforeAll(async () => {
  serving = await serveTestTools({
    services: async () => {
      throw new Error('the store is broken: secret detail');
    },
    loadResources: async () => {
      loaded += 1;
      return [];
    },
  });
});
afterAll(() => serving.close({ graceMs: 0 }));

const send = (headers: Record<string, string>, rest: Partial<Parameters<typeof raw>[1]> = {}) =>
  raw(serving.port, { headers: { ...GOOD_HEADERS, ...headers }, body: INITIALIZE, ...rest });

describe('a request', () => {
  const foreign: [string, Record<string, string>][] = [
    ['a foreign Host (DNS rebinding)', { Host: 'evil.example' }],
    ['a Host that begins with 127.0.0.1', { Host: '127.0.0.1.evil.example' }],
    ['the Host 0.0.0.0', { Host: '0.0.0.0' }],
    ['a foreign Host with a port', { Host: 'localhost.evil.example:80' }],
    ['a malformed Host', { Host: 'a b' }],
    ['the Origin null', { Origin: 'null' }],
    ['a foreign Origin', { Origin: 'https://evil.example' }],
    ['an Origin that begins with localhost', { Origin: 'http://localhost.evil.example' }],
    ['an Origin that is no URL', { Origin: 'evil' }],
    ['a file Origin', { Origin: 'file://' }],
    ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['an upgrade to a web socket', { Connection: 'Upgrade', Upgrade: 'websocket' }],
  ];
  const paths = ['/mcp', '/healthz', '/readyz', '/nothing'];
  test.each(foreign.flatMap(([name, headers]) => paths.map((path) => [name, path, headers] as const)))(
    'with %s is refused at %s',
    async (_name, path, headers) => {
      const answer = await send(headers, { path, method: path === '/mcp' ? 'POST' : 'GET' });
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain('evil');
    },
  );

  test.each([
    { Host: 'localhost:1' },
    { Host: '[::1]' },
    { Origin: 'http://localhost:3000' },
    { Origin: 'http://127.0.0.1' },
  ])('with %j is accepted', async (headers) => {
    expect((await send(headers)).status).toBe(200);
  });
});

describe('the bearer token', () => {
  test.each([
    ['is missing', ''],
    ['is a longer one', `Bearer ${TOKEN}x`],
    ['is incomplete', `Bearer ${TOKEN.slice(0, -1)}`],
    ['is empty', 'Bearer '],
    ['has another scheme', `Basic ${TOKEN}`],
    ['has no scheme', TOKEN],
    ['is given twice', `Bearer ${TOKEN} ${TOKEN}`],
  ])('is refused where it %s', async (_name, authorization) => {
    const answer = await send({ Authorization: authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="firefly-mcp"/);
    expect(answer.body).not.toContain(TOKEN);
  });

  test('is reported as invalid where it is wrong, but not where it is missing (RFC 6750 section 3.1)', async () => {
    const wrong = await send({ Authorization: 'Bearer wrong' });
    expect(wrong.headers['www-authenticate']).toContain('error="invalid_token"');
    expect((await send({ Authorization: '' })).headers['www-authenticate']).not.toContain('error=');
  });

  test('is accepted with a scheme in lower case', async () => {
    expect((await send({ Authorization: `bearer ${TOKEN}` })).status).toBe(200);
  });

  test('is checked before the body is read, with every method', async () => {
    const headers = { Authorization: 'Bearer wrong' };
    expect((await send(headers, { method: 'GET', body: '' })).status).toBe(401);
    expect((await send(headers, { method: 'DELETE', body: '' })).status).toBe(401);
    expect(
      (await send({ ...headers, 'Content-Length': '99999999999' }, { body: '' }).catch(() => ({ status: 401 }))).status,
    ).toBe(401);
  });

  test('has 256 random bits', () => {
    const tokens = new Set(Array.from({ length: 100 }, () => newToken(systemRandom)));
    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });
});

describe('a posted body', () => {
  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/plain; a=application/json', 415],
    ['', 415],
    ['application/json; charset=utf-8', 200],
  ])('of the type "%s" is answered with %i', async (type, status) => {
    expect((await send({ 'Content-Type': type })).status).toBe(status);
  });

  test('that is a form is refused before it is read', async () => {
    const headers = { 'Content-Type': 'text/plain', 'Content-Length': String(5 * 1024 * 1024) };
    expect((await send(headers, { body: '' }).catch(() => ({ status: 0 }))).status).toBe(415);
  });

  test('of more than 4 MiB is refused, with and without Content-Length', async () => {
    const body = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20);
    expect(
      (await send({ 'Content-Length': String(body.length) }, { body: '' }).catch(() => ({ status: 413 }))).status,
    ).toBe(413);
    expect((await send({ 'Transfer-Encoding': 'chunked' }, { body }).catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await send({})).status).toBe(200);
  });

  test('that is not JSON is a parse error', async () => {
    const answer = await send({}, { body: '{"jsonrpc":' });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: -32700 } });
  });
});

describe('the other paths', () => {
  test('have /healthz, which says nothing but ok', async () => {
    const answer = await raw(serving.port, { method: 'GET', path: '/healthz' });
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  test('have /readyz, which names the code of a problem but not its cause', async () => {
    const answer = await raw(serving.port, { method: 'GET', path: '/readyz' });
    expect(answer).toMatchObject({ status: 503, body: '{"status":"not_ready","code":"internal_error"}' });
  });

  test('answer 405 to a POST where they exist, and 404 where they do not', async () => {
    expect((await raw(serving.port, { path: '/healthz' })).status).toBe(405);
    for (const path of ['/', '/mcp/x', '/mcp//', '/MCP', '//mcp', '/healthz/x']) {
      expect((await raw(serving.port, { path, headers: GOOD_HEADERS, body: INITIALIZE })).status).toBe(404);
    }
  });
});

describe('the address of the server', () => {
  test.each(['0.0.0.0', '::', '192.168.1.1', 'example.com', '127.0.0.1.example.com', ''])(
    'cannot be "%s"',
    async (host) => {
      await expect(serveTestTools({ host })).rejects.toMatchObject({ code: 'not_loopback', actor: 'operator' });
    },
  );

  test('cannot have a port that is in use', async () => {
    await expect(serveTestTools({ port: serving.port })).rejects.toMatchObject({ code: 'port_in_use' });
  });

  test('can be localhost, and is then the url', async () => {
    const other = await serveTestTools({ host: 'localhost' });
    const answer = await fetch(other.url, { method: 'POST', headers: GOOD_HEADERS, body: INITIALIZE });
    expect(eventsOf(await answer.text())[0]?.result).toBeDefined();
    await other.close();
  });
});

test('a refused request loads no resources', () => {
  expect(loaded).toBe(0);
});
