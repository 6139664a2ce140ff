import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Administration } from '../../../src/jobs/model/administration.ts';
import { TrustedProxies } from '../../../src/mcp/http/guards/forwarded.ts';
import type { HttpServingOptions } from '../../../src/mcp/http/options.ts';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { GOOD_HEADERS, INITIALIZE, raw, serveTestTools, TOKEN } from '../fixture/http.ts';

const servings: HttpServing[] = [];
async function serve(changes: Partial<HttpServingOptions> = {}): Promise<HttpServing> {
  const serving = await serveTestTools(changes);
  servings.push(serving);
  return serving;
}
afterAll(() => Promise.all(servings.map((serving) => serving.close({ graceMs: 0 }))));

async function clientOf(serving: HttpServing, mode: 'legacy' | { pin: string }): Promise<Client> {
  const client = new Client({ name: 'operator', version: '1' }, { versionNegotiation: { mode } });
  const requestInit = { headers: { Authorization: `Bearer ${TOKEN}` } };
  const transport = new StreamableHTTPClientTransport(new URL(serving.url), { requestInit });
  await client.connect(transport);
  overhearClient(transport);
  return client;
}

describe('/metrics', () => {
  const quota = { perMinute: 4, usedThisMinute: 3, perDay: 9000, usedToday: 12, cooldownUntil: undefined };
  const administration = {
    unfinished: async () => ({ jobs: [], people: [{ principal: 'a secret person', queued: 2, running: 1 }] }),
    spending: async () => [
      { day: '2026-01-01', principal: 'a secret person', cost: { operations: 8, requests: 2, estimate: false } },
    ],
  } as unknown as Administration;
  let serving: HttpServing;
  beforeAll(async () => {
    const jobs = { overview: async () => ({ quota, budget: { left: 40 } }) };
    serving = await serve({
      metricsPort: 0,
      administration: async () => administration,
      services: async () => ({ jobs }) as never,
    });
  });
  const at = (port: number | undefined, headers: Record<string, string> = {}, path = '/metrics') =>
    raw(port ?? 0, { method: 'GET', path, headers });

  test('tell what was served and what the store knows, in the text format of Prometheus, and name no person', async () => {
    const client = await clientOf(serving, { pin: '2026-07-28' });
    await client.callTool({ name: 'echo', arguments: { prompt: 'hello' } });
    await client.callTool({ name: 'echo', arguments: { prompt: 'far too long for this tool' } });
    await client.close();
    const { status, headers, body } = await at(serving.port, { Authorization: `Bearer ${TOKEN}` });
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    for (const line of body.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"\\]*",?)+\})? -?[\d.e+-]+)$/);
    }
    for (const expected of [
      'firefly_info{version="1.2.3"} 1',
      'firefly_tool_calls_total{tool="echo",outcome="ok"} 1',
      'firefly_tool_calls_total{tool="echo",outcome="error"} 1',
      'firefly_tool_call_seconds_bucket{tool="echo",le="+Inf"} 2',
      'firefly_store_up 1',
      'firefly_jobs{phase="queued"} 2',
      'firefly_jobs{phase="running"} 1',
      'firefly_quota_requests{window="minute"} 3',
      'firefly_quota_requests_limit{window="day"} 9000',
      'firefly_spent_operations_today 8',
      'firefly_budget_operations_left 40',
    ]) {
      expect(body.split('\n')).toContain(expected);
    }
    expect(body).toMatch(/firefly_http_requests_total\{route="mcp",status="200"\} \d+/);
    expect(body).not.toContain('secret');
  });

  test('need a sign-in, but for a port of their own, where pages are refused and nothing else is', async () => {
    expect((await at(serving.port)).status).toBe(401);
    expect((await at(serving.metricsPort)).status).toBe(200);
    expect((await at(serving.metricsPort, { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await at(serving.metricsPort, { Host: 'evil.example' })).status).toBe(403);
    // To other machines: a name that is not known here may be theirs, and a page sends its origin.
    const publicUrl = 'https://firefly.example';
    const { metricsPort } = await serve({ host: '::ffff:127.0.0.1', isShared: true, publicUrl, metricsPort: 0 });
    expect((await at(metricsPort, { Host: 'metrics.example' })).status).toBe(200);
    expect((await at(metricsPort, { Host: 'metrics.example', Origin: 'https://evil.example' })).status).toBe(403);
    for (const path of ['/mcp', '/', '/healthz', '/admin/jobs', '/studio']) {
      expect((await at(serving.metricsPort, { Authorization: `Bearer ${TOKEN}` }, path)).status).toBe(404);
    }
  });

  test('are there without the store, and say so', async () => {
    const lost = await serve({ metricsPort: 0 });
    const { status, body } = await at(lost.metricsPort);
    expect(status).toBe(200);
    expect(body).toContain('firefly_store_up 0');
    expect(body).not.toContain('firefly_jobs{');
  });
});

describe('without sessions', () => {
  test('a client of the 2025 era gets none, and is served by any replica; one of 2026-07-28 as ever', async () => {
    const [one, two] = [await serve({ isStateless: true }), await serve({ isStateless: true })];
    const answer = await raw(one.port, { headers: GOOD_HEADERS, body: INITIALIZE });
    expect([answer.status, answer.headers['mcp-session-id']]).toEqual([200, undefined]);
    const call = JSON.stringify({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'echo', arguments: { prompt: 'hello' } },
    });
    const headers = { ...GOOD_HEADERS, 'Mcp-Protocol-Version': '2025-11-25' };
    expect((await raw(two.port, { headers, body: call })).body).toContain('hello');
    expect((await raw(two.port, { headers: { ...headers, Authorization: '' }, body: call })).status).toBe(401);
    for (const mode of ['legacy', { pin: '2026-07-28' }] as const) {
      const client = await clientOf(one, mode);
      const { content } = await client.callTool({ name: 'echo', arguments: { prompt: 'again' } });
      expect(JSON.stringify(content)).toContain('again');
      await client.close();
    }
  });
});

describe('a server that is stopping', () => {
  test('begins no call any more on connections that are open, and lets those that run end', async () => {
    const serving = await serve();
    const socket = connect(serving.port, '127.0.0.1');
    const answer = text(socket);
    const post = (id: number, args: object) => {
      const params = { name: 'wait', arguments: args };
      const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
      const headers = { ...GOOD_HEADERS, Host: '127.0.0.1', 'Mcp-Session-Id': session, 'Content-Length': body.length };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
    };
    const opened = await raw(serving.port, { headers: GOOD_HEADERS, body: INITIALIZE });
    const session = String(opened.headers['mcp-session-id']);
    const running = once(socket, 'data');
    socket.write(post(2, { ms: 60_000, steps: 40 }));
    await running;
    const closed = serving.close({ graceMs: 20_000 });
    socket.write(post(3, { ms: 0 }));
    await closed;
    const said = await answer;
    expect(said).toContain('"text":"done"');
    expect(said).not.toContain('"id":3');
    // The second request is refused, or its connection has ended with the first answer.
    expect(said.match(/HTTP\/1\.1 (\d+)/g)?.slice(1) ?? []).toEqual(said.includes('503') ? ['HTTP/1.1 503'] : []);
  });
});

/** One request from an address of this machine, as of another host. */
function from(localAddress: string, port: number, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', localAddress, method: 'POST', path: '/mcp', headers: { ...GOOD_HEADERS, ...headers } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(INITIALIZE);
  });
}

describe('behind a trusted proxy', () => {
  const PROXY = '127.0.0.2';
  const logged: unknown[] = [];
  const seen: string[] = [];
  let serving: HttpServing;
  beforeAll(async () => {
    serving = await serve({
      publicUrl: 'https://firefly.example',
      proxies: new TrustedProxies(['127.0.0.2', '10.0.0.0/8', '2001:db8::/32']),
      logger: { ...silentLogger, warn: (event, facts) => void logged.push([event, facts]) },
      authenticate: async (credentials) => {
        if (credentials.transport === 'http') seen.push(credentials.from);
        return credentials.transport === 'http' && credentials.authorization === `Bearer ${TOKEN}`
          ? { kind: 'accepted', identity: LOCAL }
          : { kind: 'refused', message: 'no', isInvalid: true };
      },
    });
  });

  test('a request counts, over https, and comes from where the proxy says', async () => {
    seen.length = 0;
    const https = { 'X-Forwarded-Proto': 'https' };
    expect(await from(PROXY, serving.port, { ...https, 'X-Forwarded-For': '203.0.113.9' })).toBe(200);
    expect(await from(PROXY, serving.port, { ...https, 'X-Forwarded-For': '127.0.0.1' })).toBe(200);
    expect(seen).toEqual(['network', 'loopback']);
  });

  test.each([
    ['past the proxy', '127.0.0.1', { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': PROXY }],
    ['in clear text', PROXY, { 'X-Forwarded-Proto': 'http' }],
    ['in clear text before another proxy', PROXY, { 'X-Forwarded-Proto': 'https, http' }],
    ['in clear text by the standard header', PROXY, { Forwarded: 'for=203.0.113.9;proto=https, proto=HTTP' }],
  ])('a request %s is refused before its token is looked at', async (_what, peer, headers) => {
    seen.length = 0;
    expect(await from(peer, serving.port, headers)).toBe(403);
    expect(seen).toEqual([]);
  });

  test('probes of the machine come past it', async () => {
    expect((await raw(serving.port, { method: 'GET', path: '/healthz' })).status).toBe(200);
  });

  test('a refused sign-in is logged with the address that cannot be made up', async () => {
    logged.length = 0;
    const headers = { Authorization: 'Bearer wrong', 'X-Forwarded-For': '127.0.0.1, 198.51.100.7, 10.1.2.3' };
    expect(await from(PROXY, serving.port, { 'X-Forwarded-Proto': 'https', ...headers })).toBe(401);
    expect(logged).toEqual([['sign_in_refused', { client: '198.51.100.7', route: 'mcp' }]]);
  });

  test.each([
    ['one hop', '203.0.113.9', '203.0.113.9'],
    ['what a client has put before it', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['two proxies', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
    ['IPv6', '2001:db8:1::7, 2001:db8::1', '2001:db8:1::7'],
    ['a mapped address', '::ffff:203.0.113.9', '203.0.113.9'],
    ['no address, which is not this machine', 'unknown', 'unknown'],
    ['an obfuscated name', '_hidden, 10.9.9.9', 'unknown'],
    ['an address with its port', '1.1.1.1, 203.0.113.9:4711', '203.0.113.9'],
    ['IPv6 with its port', '[2001:db8:1::7]:4711', '2001:db8:1::7'],
    ['nothing', '', PROXY],
    ['proxies alone', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ])('X-Forwarded-For is read from its end: %s', (_what, forwarded, address) => {
    const proxies = new TrustedProxies([PROXY, '10.0.0.0/8', '2001:db8::/48']);
    const headers = { 'x-forwarded-for': forwarded };
    expect(proxies.clientOf({ socket: { remoteAddress: `::ffff:${PROXY}` } as never, headers }).address).toBe(address);
    expect(proxies.clientOf({ socket: { remoteAddress: '203.0.113.1' } as never, headers }).address).toBe(
      '203.0.113.1',
    );
  });

  test.each([
    ['one hop', 'for=203.0.113.9;proto=https;by=127.0.0.2', '203.0.113.9'],
    ['names in capitals, in any order', 'Proto=https; For=203.0.113.9', '203.0.113.9'],
    ['what a client has put before it', 'for=1.1.1.1, for=203.0.113.9', '203.0.113.9'],
    ['two proxies', 'for=203.0.113.9,for=10.9.9.9', '203.0.113.9'],
    ['IPv6 with its port', 'for="[2001:db8:1::7]:4711"', '2001:db8:1::7'],
    ['an address with its port', 'for="203.0.113.9:4711"', '203.0.113.9'],
    ['a comma within quotes', 'for="a,for=127.0.0.1"', 'unknown'],
    ['an obfuscated name', 'for=_hidden', 'unknown'],
    ['a hop that says nothing of it', 'for=1.1.1.1, proto=https', PROXY],
    ['a quote that never ends', 'for="127.0.0.1', 'unknown'],
    ['a quote that takes in what the proxy says', 'for=127.0.0.1;x=", for="[2001:db8:1::7]"', 'unknown'],
  ])('Forwarded is read from its end, where the other header is absent: %s', (_what, header, address) => {
    const proxies = new TrustedProxies([PROXY, '10.0.0.0/8', '2001:db8::/48']);
    const socket = { remoteAddress: PROXY } as never;
    expect(proxies.clientOf({ socket, headers: { forwarded: header } }).address).toBe(address);
    const both = {
      forwarded: 'for=127.0.0.1;proto=http',
      'x-forwarded-for': '198.51.100.7',
      'x-forwarded-proto': 'https',
    };
    expect(proxies.clientOf({ socket, headers: both })).toMatchObject({ address: '198.51.100.7', protocol: 'https' });
    expect(proxies.clientOf({ socket: { remoteAddress: '9.9.9.9' } as never, headers: both }).address).toBe('9.9.9.9');
  });
});
