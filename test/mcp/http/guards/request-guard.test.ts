import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServing } from '../../../../src/mcp/http/serve-http.ts';
import { limitConnections } from '../../../../src/mcp/http/guards/connection-limit.ts';
import { rejectCrossOrigin } from '../../../../src/mcp/http/guards/request-guard.ts';
import { newToken } from '../../../../src/mcp/http/new-token.ts';
import { systemRandom } from '../../../../src/shared/random.ts';
import { eventsOf, GOOD_HEADERS, INITIALIZE, raw, serveTestTools, TOKEN } from '../../fixture/http.ts';

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
    ['a path in the Host', { Host: '127.0.0.1/evil' }],
    ['a fragment in the Host', { Host: '127.0.0.1#x' }],
    ['a query in the Host', { Host: '127.0.0.1?x' }],
    ['a user name in the Host', { Host: 'user@127.0.0.1' }],
    ['a user name before localhost', { Host: 'localhost:x@127.0.0.1' }],
    ['a port that is no number in the Host', { Host: '127.0.0.1:evil' }],
    ['a dot at the end of the Host', { Host: 'localhost.' }],
    ['a mapped address as Host', { Host: '[::ffff:127.0.0.1]' }],
    ['an Origin with a path', { Origin: 'http://localhost/evil' }],
    ['an Origin with a user name', { Origin: 'http://user@localhost' }],
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

test('a request in the absolute form is one to its host, whatever the Host header says', async () => {
  const ask = async (target: string, host: string) => {
    const socket = connect(serving.port, '127.0.0.1');
    socket.end(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    return (await text(socket)).split(' ')[1];
  };
  expect(await ask('http://127.0.0.1/healthz', '127.0.0.1')).toBe('200');
  expect(await ask('HTTP://localhost:80/healthz?x', 'evil.example')).toBe('200');
  expect(await ask('http://evil.example/healthz', '127.0.0.1')).toBe('403');
  expect(await ask('http://user@127.0.0.1/healthz', '127.0.0.1')).toBe('403');
  expect(await ask('http://127.0.0.1', '127.0.0.1')).toBe('404');
  expect(await ask('ftp://127.0.0.1/healthz', '127.0.0.1')).toBe('404');
});

test.each([
  ['two Host headers', 'Host: 127.0.0.1\r\nHost: evil.example\r\n', 400],
  ['two Host headers that are alike', 'Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n', 400],
  ['two Origin headers', 'Host: 127.0.0.1\r\nOrigin: http://localhost\r\nOrigin: https://evil.example\r\n', 403],
  ['no Host', '', 400],
])('a request with %s is refused', async (_name, headers, status) => {
  const socket = connect(serving.port, '127.0.0.1');
  socket.end(`GET /healthz HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test('an unused connection is kept for longer than proxies keep theirs, which would send one more request just as it ends', async () => {
  const answer = await raw(serving.port, { method: 'GET', path: '/healthz', headers: { Connection: 'keep-alive' } });
  expect(Number(/timeout=(\d+)/.exec(String(answer.headers['keep-alive']))?.[1])).toBeGreaterThan(120);
});

test('connections that send nothing are closed, the oldest first, and shut no client out', async () => {
  const silent = Array.from({ length: 300 }, () => connect(serving.port, '127.0.0.1'));
  const closed = silent.map((socket) => once(socket, 'close'));
  for (const socket of silent) socket.on('error', () => undefined);
  await Promise.all(closed.slice(0, 40));
  expect(await raw(serving.port, { method: 'GET', path: '/healthz' })).toMatchObject({ status: 200 });
  expect(silent.filter(({ destroyed }) => !destroyed).length).toBeGreaterThan(200);
  for (const socket of silent) socket.destroy();
  await Promise.all(closed);
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

  test('may be asked without a Host, as HTTP/1.0 is, where nothing else may', async () => {
    const ask = async (path: string) => {
      const socket = connect(serving.port, '127.0.0.1');
      socket.end(`GET ${path} HTTP/1.0\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
      return (await text(socket)).split(' ')[1];
    };
    const statuses = await Promise.all(['/healthz', '/readyz', '/mcp', '/metrics', '/studio'].map(ask));
    expect(statuses).toEqual(['200', '503', '403', '403', '403']);
  });

  test('may be asked by the address of a server for other machines, as supervisors do, and by no name that was bound to it', () => {
    const asks = (host: string, hostname: string, isProbe = true) => {
      const request = { method: 'GET', headers: { host }, headersDistinct: {}, rawHeaders: ['Host', host] };
      const site = { hostname, origin: 'https://firefly.example', isLink: false, isProbe };
      return rejectCrossOrigin(request as never, site)?.status ?? 'served';
    };
    for (const host of ['10.2.3.4', '10.2.3.4:8787', '[fd00::7]:8787', 'firefly.example']) {
      expect([host, asks(host, '0.0.0.0')]).toEqual([host, 'served']);
    }
    for (const host of [
      'evil.example',
      '10.2.3.4.evil.example',
      '[::]:8787',
      '10.2.3.4:evil',
      '10.2.3',
      '[10.2.3.4]x',
    ]) {
      expect([host, asks(host, '0.0.0.0')]).toEqual([host, 403]);
    }
    expect([asks('10.2.3.4', '127.0.0.1'), asks('10.2.3.4', '0.0.0.0', false)]).toEqual([403, 403]);
  });

  test('answer 405 to a POST where they exist, and 404 where they do not', async () => {
    expect((await raw(serving.port, { path: '/healthz' })).status).toBe(405);
    for (const path of ['/', '/mcp/x', '/mcp//', '/MCP', '//mcp', '/healthz/x']) {
      expect((await raw(serving.port, { path, headers: GOOD_HEADERS, body: INITIALIZE })).status).toBe(404);
    }
  });
});

describe('the address of the server', () => {
  const open = ['0.0.0.0', '::', '192.168.1.1', 'example.com', '127.0.0.1.example.com', 'localhost.evil.example', ''];
  // A resolver may take each of them for a name, and add the domain of the network.
  const names = ['127.0.0.256', '127.1', '127.0.0.1.', '0x7f000001', '2130706433', 'localhost.', '[::1]', ' 127.0.0.1'];
  test.each([...open, '::ffff:127.0.0.1', '::ffff:10.0.0.1', ...names])('cannot be "%s"', async (host) => {
    await expect(serveTestTools({ host })).rejects.toMatchObject({ code: 'not_loopback', actor: 'operator' });
  });

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

test('connections of all kinds are bounded, so that descriptors are left for files', () => {
  const server = createServer();
  limitConnections(server);
  expect(server.maxConnections).toBe(1024);
});
