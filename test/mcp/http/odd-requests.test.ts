import { connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticateLocal } from '../../../src/mcp/client/authentication.ts';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { ownPorts } from '../../support/ports.ts';
import { eventsOf, GOOD_HEADERS, INITIALIZE, raw, serveTestTools, TOKEN } from '../fixture/http.ts';
import { turnsMs } from '../../support/work.ts';

const TOKEN_FILE = '/home/me/firefly/http-token';
let serving: HttpServing;
const warnings: string[] = [];

beforeAll(async () => {
  const logger = { ...silentLogger, warn: (event: string) => void warnings.push(event) };
  serving = await serveTestTools({ host: 'localhost', authenticate: authenticateLocal(TOKEN, TOKEN_FILE), logger });
});
afterAll(() => serving.close({ graceMs: 0 }));

type Options = Parameters<typeof raw>[1];
const post = (headers: Record<string, string>, body: string | Buffer = INITIALIZE, rest: Partial<Options> = {}) =>
  raw(serving.port, { headers: { ...GOOD_HEADERS, ...headers }, body, ...rest });
const initialize = (protocolVersion: string) => INITIALIZE.replace('2025-11-25', protocolVersion);

async function session(protocolVersion = '2025-11-25'): Promise<Record<string, string>> {
  const { headers } = await post({}, initialize(protocolVersion));
  return { ...GOOD_HEADERS, 'Mcp-Session-Id': String(headers['mcp-session-id']) };
}

const MODERN = {
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 5,
    method: 'tools/list',
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      },
    },
  }),
};

describe('Accept', () => {
  test.each([
    ['*/*', 'events'],
    ['', 'events'],
    ['text/event-stream', 'events'],
    ['application/json', 'json'],
    ['application/*;q=0.5', 'json'],
    ['Application/JSON, Text/Event-Stream', 'events'],
    ['application/json;q=1.0,text/event-stream;q=0.1', 'events'],
    ['application/json, text/event-stream;q=0', 'json'],
    ['text/*', 'events'],
    ['text/html, */*;q=0.8', 'events'],
  ])('"%s" is answered in both eras with what the client can read', async (accept, form) => {
    for (const answer of [
      await post({ Accept: accept }),
      await post({ ...MODERN.headers, Accept: accept }, MODERN.body),
    ]) {
      expect(answer.status).toBe(200);
      const message = form === 'json' ? JSON.parse(answer.body) : eventsOf(answer.body).at(-1);
      expect(message).toMatchObject({ jsonrpc: '2.0', result: {} });
      expect(answer.headers['content-type']).toContain(form === 'json' ? 'application/json' : 'text/event-stream');
    }
  });

  test('that allows no type of this server is refused in words', async () => {
    for (const accept of ['text/html', 'application/json;q=0', 'image/*']) {
      const answer = await post({ Accept: accept });
      expect([answer.status, JSON.parse(answer.body).error.message]).toEqual([
        406,
        expect.stringContaining('text/event-stream'),
      ]);
    }
    const stream = await raw(serving.port, {
      method: 'GET',
      headers: { ...(await session()), Accept: 'application/json' },
    });
    expect(stream.status).toBe(406);
  });
});

describe('a request', () => {
  test('may end its path with a slash', async () => {
    expect((await post({}, INITIALIZE, { path: '/mcp/' })).status).toBe(200);
    expect((await raw(serving.port, { method: 'GET', path: '/healthz/' })).status).toBe(200);
  });

  test('may carry a header twice with one value, but not with two', async () => {
    const headers = await session();
    const id = headers['Mcp-Session-Id'] ?? '';
    const twice = (values: string[]) =>
      raw(serving.port, {
        headers: {
          ...headers,
          'Mcp-Session-Id': values,
          'MCP-Protocol-Version': ['2025-11-25', '2025-11-25'],
        } as never,
        body: '{"jsonrpc":"2.0","id":2,"method":"ping"}',
      });
    expect((await twice([id, id])).status).toBe(200);
    expect((await twice([id, 'other'])).status).toBe(404);
    const both = (values: string[]) =>
      raw(serving.port, { headers: { ...GOOD_HEADERS, Authorization: values } as never, body: INITIALIZE });
    expect((await both([GOOD_HEADERS.Authorization, GOOD_HEADERS.Authorization])).status).toBe(200);
    expect((await both([GOOD_HEADERS.Authorization, 'Bearer of-another'])).status).toBe(400);
  });

  test('with an unknown method or type is answered in words', async () => {
    for (const method of ['PUT', 'PATCH', 'HEAD', 'OPTIONS']) {
      const answer = await raw(serving.port, { method, headers: GOOD_HEADERS });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, GET, DELETE']);
    }
    expect((await post({ 'Content-Type': 'text/plain' })).body).toContain('Content-Type must be application/json');
  });

  test.each<[string, string | Buffer, number, unknown, number]>([
    ['that is no JSON', '{"a":', 400, null, -32700],
    ['that is empty', '', 400, null, -32700],
    [
      'that is no UTF-8',
      Buffer.from('{"jsonrpc":"2.0","id":4,"method":"ping","params":{"x":"\xe9"}}', 'latin1'),
      400,
      4,
      -32700,
    ],
    ['without version', '{"id":3,"method":"ping"}', 400, 3, -32600],
    ['with params as a list', '{"jsonrpc":"2.0","id":3,"method":"ping","params":[]}', 400, 3, -32602],
    ['that is a batch of another revision', '[{"jsonrpc":"2.0","id":3,"method":"ping"}]', 400, 3, -32600],
  ])('with a body %s is answered with its id, and logged', async (_name, body, status, id, code) => {
    const headers = await session();
    warnings.length = 0;
    const answer = await raw(serving.port, { headers, body });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { id, error: { code } }]);
    expect(warnings).toEqual(['message_refused']);
  });

  test('with nulls for what it leaves out, a mark or NULs around its body is served', async () => {
    const headers = await session();
    for (const body of [
      '{"jsonrpc":"2.0","id":3,"method":"tools/list","params":null}',
      '\uFEFF{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"_meta":null}}',
      '{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"_meta":{"progressToken":null}},"error":null}\0\r\n',
    ]) {
      expect(eventsOf((await raw(serving.port, { headers, body })).body)).toMatchObject([{ id: 3, result: {} }]);
    }
  });

  test('may be a batch where the revision has them, also for a client that reads JSON alone', async () => {
    const headers = await session('2025-03-26');
    const body = '[{"jsonrpc":"2.0","id":3,"method":"ping"},{"jsonrpc":"2.0","id":4,"method":"tools/list"}]';
    const ids = (messages: { id?: unknown }[]) => messages.map(({ id }) => Number(id)).toSorted((a, b) => a - b);
    expect(ids(eventsOf((await raw(serving.port, { headers, body })).body))).toEqual([3, 4]);
    const json = await raw(serving.port, { headers: { ...headers, Accept: 'application/json' }, body });
    expect(ids(JSON.parse(json.body))).toEqual([3, 4]);
  });
});

describe('a page in a browser', () => {
  const preflight = {
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type,mcp-session-id,mcp-protocol-version',
  };

  test('of an accepted origin may send requests and read the answers, also the session id', async () => {
    for (const origin of ['http://localhost:6274', 'http://127.0.0.1:6274', 'http://[::1]:1']) {
      const asked = await raw(serving.port, { method: 'OPTIONS', headers: { ...preflight, Origin: origin } });
      expect(asked.status).toBe(204);
      const allowed = String(asked.headers['access-control-allow-headers']).toLowerCase().split(', ');
      expect(allowed).toEqual(expect.arrayContaining(preflight['Access-Control-Request-Headers'].split(',')));
      expect(asked.headers['access-control-allow-methods']).toContain('DELETE');
      // A page of localhost is another site than 127.0.0.1.
      for (const answer of [asked, await post({ Origin: origin, 'Sec-Fetch-Site': 'cross-site' })]) {
        expect(answer.headers['access-control-allow-origin']).toBe(origin);
        expect(answer.headers['access-control-expose-headers']).toContain('Mcp-Session-Id');
        expect(answer.headers['vary']).toBe('Origin');
      }
      const refused = await post({ Origin: origin, Authorization: '' });
      expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, origin]);
    }
  });

  test('of any other origin, or of none, gets no such header', async () => {
    const foreign = { ...preflight, Origin: 'https://evil.example' };
    const answers = await Promise.all([
      raw(serving.port, { method: 'OPTIONS', headers: foreign }),
      post({ Origin: 'https://evil.example' }),
      raw(serving.port, { method: 'OPTIONS', headers: preflight }),
      post({}),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 405, 200]);
    const names = answers.flatMap(({ headers }) => Object.keys(headers));
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test('of any other origin may lead to a link, and reads nothing there', async () => {
    for (const path of ['/studio', '/images/made-up/x.png', '/upload/made-up', '/studio/open/made-up']) {
      const read = (origin: string) => raw(serving.port, { method: 'GET', path, headers: { Origin: origin } });
      const [foreign, own] = [await read('https://evil.example'), await read('http://localhost:6274')];
      expect(foreign.status).toBe(own.status);
      expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
      expect(own.headers).toHaveProperty('access-control-allow-origin', 'http://localhost:6274');
    }
  });
});

describe('initialize', () => {
  test('begins a new session where it names a former one, be that unknown or alive', async () => {
    const alive = await session();
    for (const former of ['gone', alive['Mcp-Session-Id'] ?? '']) {
      const answer = await post({ 'Mcp-Session-Id': former });
      expect(answer.status).toBe(200);
      expect(answer.headers['mcp-session-id']).toMatch(/^[\w-]{43}$/);
      expect(answer.headers['mcp-session-id']).not.toBe(former);
    }
  });

  test.each(['2026-07-28', '2027-01-01', '2025-06-18', 'draft'])(
    'negotiates where header and body name %s',
    async (version) => {
      const answer = await post({ 'MCP-Protocol-Version': version }, initialize(version));
      expect(answer.status).toBe(200);
      const protocolVersion = version === '2025-06-18' ? version : '2025-11-25';
      expect(eventsOf(answer.body)).toMatchObject([{ result: { protocolVersion } }]);
    },
  );
});

describe('a new stream of notifications', () => {
  /** Opens a stream on a bare socket; resolves with the socket and the status. */
  function stream(headers: Record<string, string>): Promise<{ socket: Socket; status: string | undefined }> {
    const socket = connect(serving.port, '127.0.0.1');
    const lines = Object.entries({ Host: 'localhost', ...headers, Accept: 'text/event-stream' });
    socket.on('error', () => undefined);
    socket.write(`GET /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
    return new Promise((resolve) => {
      socket.once('data', (data) => resolve({ socket, status: /^HTTP\/1.1 (\d+)/.exec(String(data))?.[1] }));
    });
  }

  test('is accepted at once, after the former one ended by FIN or RST, and while it still seems open', async () => {
    const headers = await session();
    const ends: ((socket: Socket) => void)[] = [
      (socket) => socket.end(),
      (socket) => socket.resetAndDestroy(),
      () => undefined,
    ];
    const opening = async () => {
      let former = await stream(headers);
      for (const end of ends) {
        end(former.socket);
        const next = await stream(headers);
        expect(next.status).toBe('200');
        former.socket.destroy();
        former = next;
      }
      former.socket.destroy();
    };
    // Before the first sign of life of a stream, which comes after five seconds.
    expect(await turnsMs(opening)).toBeLessThan(4_000);
  });
});

describe('a connection', () => {
  /** All that comes until the server ends the connection. */
  const wholeAnswer = (request: string) => {
    const socket = connect(serving.port, '127.0.0.1');
    socket.write(request);
    return text(socket);
  };
  const lines = (headers: Record<string, string>) =>
    Object.entries({ Host: '127.0.0.1', ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');

  test.each([
    ['events', GOOD_HEADERS.Accept],
    ['JSON', 'application/json'],
  ])('that its client wants closed ends with the answer as %s', async (_form, accept) => {
    const length = String(Buffer.byteLength(INITIALIZE));
    const headers = { ...GOOD_HEADERS, Accept: accept, 'Content-Length': length, Connection: 'close' };
    const answer = await wholeAnswer(`POST /mcp HTTP/1.1\r\n${lines(headers)}\r\n${INITIALIZE}`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n[^]*protocolVersion/);
    expect(answer).not.toMatch(/keep-alive/i);
  });

  test('through which a tunnel is wanted is told that there is none', async () => {
    expect(await wholeAnswer(`CONNECT 127.0.0.1:22 HTTP/1.1\r\n${lines({})}\r\n`)).toMatch(/^HTTP\/1\.1 405 /);
  });
});

describe('the host localhost', () => {
  test('is both loopback addresses, on one port', async () => {
    for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
      const answer = await fetch(`http://${host}:${serving.port}/healthz`);
      expect(await answer.json()).toEqual({ status: 'ok' });
    }
    expect(serving.url).toBe(`http://localhost:${serving.port}/mcp`);
  });

  test('is refused where the port is in use on either address', async () => {
    const { first: port, release } = await ownPorts();
    const other = createServer().listen(port, '::1');
    await new Promise((resolve) => other.once('listening', resolve));
    await expect(serveTestTools({ host: 'localhost', port })).rejects.toMatchObject({ code: 'port_in_use' });
    // The other address is free again.
    await serveTestTools({ host: '127.0.0.1', port }).then((again) => again.close({ graceMs: 0 }));
    other.close();
    release();
  });
});

describe('a client without the right token', () => {
  test('is told the header and the file that holds the token', async () => {
    for (const authorization of ['', 'Bearer wrong']) {
      const { status, body } = await post({ Authorization: authorization });
      expect([status, JSON.parse(body).error.message]).toEqual([401, expect.stringContaining(TOKEN_FILE)]);
      expect(body).toContain('Authorization: Bearer TOKEN');
    }
  });

  test('that looks for OAuth ends with these words and not with a failed registration', async () => {
    const transport = new StreamableHTTPClientTransport(new URL(serving.url), {
      authProvider: {
        redirectUrl: 'http://localhost:1/callback',
        clientMetadata: { redirect_uris: ['http://localhost:1/callback'] },
        clientInformation: () => undefined,
        saveClientInformation: () => undefined,
        tokens: () => undefined,
        saveTokens: () => undefined,
        redirectToAuthorization: () => undefined,
        saveCodeVerifier: () => undefined,
        codeVerifier: () => 'x',
      },
    });
    const client = new Client({ name: 'browser', version: '1' });
    const connected = client.connect(transport);
    overhearClient(transport);
    await expect(connected).rejects.toThrow(/This server has no sign-in\..*Authorization: Bearer TOKEN.*http-token/);
  });
});
