import type { LookupFunction, Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { FireflyOptions } from '../../src/firefly/client.ts';
import type { Firefly } from '../../src/firefly/types.ts';
import { selfSigned } from './certificate.ts';
import { SECRET, TOKEN, V3, collectingLogger, testFirefly } from './harness.ts';
import { closeServers, deadPort, http, https, onWholeRequest, tcp } from './loopback.ts';

const identity = selfSigned('adobe.test');
const toLoopback: LookupFunction = (_host, { all }, callback) =>
  all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
const FAST = { connectMs: 1_000, proxyMs: 1_000, submitMs: 1_000, idleMs: 1_000 };
const JOB = JSON.stringify({ jobId: 'urn:1', statusUrl: 'https://a/1', cancelUrl: 'https://a/2' });

const clients: Firefly[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((firefly) => firefly.close()));
  await closeServers();
});

/** A client with an access token, so that the submit is its first connection. */
function client(options: Partial<FireflyOptions>): Firefly {
  const credentials = { clientId: 'id', accessToken: TOKEN };
  const firefly = testFirefly({ credentials, connect: { timeouts: FAST, lookup: toLoopback }, ...options });
  clients.push(firefly);
  return firefly;
}

const submitTo = (options: Partial<FireflyOptions>, signal?: AbortSignal) =>
  client(options).submit(V3, signal ? { requestId: 'wire-1', signal } : { requestId: 'wire-1' });

/** A TCP server that records complete requests and lets `then` answer each. */
async function rawApi(then: (socket: Socket) => void) {
  const requests: string[] = [];
  const port = await tcp((socket) =>
    onWholeRequest(socket, (request) => {
      requests.push(request);
      then(socket);
    }),
  );
  return { requests, options: { apiUrl: `http://127.0.0.1:${port}` } };
}

describe('a submit', () => {
  test('is provably not sent if no server listens', async () => {
    const outcome = await submitTo({ apiUrl: `http://127.0.0.1:${await deadPort()}` });
    expect(outcome).toMatchObject({ kind: 'not_sent', problem: { code: 'adobe_unreachable', actor: 'wait' } });
  });

  test('is provably not sent if the host name does not resolve', async () => {
    const lookup: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), []);
    const outcome = await submitTo({ apiUrl: 'https://adobe.test', connect: { lookup, timeouts: FAST } });
    expect(outcome).toMatchObject({ kind: 'not_sent', problem: { actor: 'operator' } });
  });

  test('is provably not sent if the connection is reset during the handshake', async () => {
    const port = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect((await submitTo({ apiUrl: `https://adobe.test:${port}` })).kind).toBe('not_sent');
  });

  test('is provably not sent if the handshake does not end in time', { tags: 'long' }, async () => {
    const port = await tcp(() => undefined);
    expect((await submitTo({ apiUrl: `https://adobe.test:${port}` })).kind).toBe('not_sent');
  });

  test('is provably not sent if the certificate is not trusted', async () => {
    let requests = 0;
    const port = await https(identity, () => (requests += 1));
    const outcome = await submitTo({ apiUrl: `https://adobe.test:${port}` });
    expect(outcome).toMatchObject({
      kind: 'not_sent',
      problem: { next: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string },
    });
    expect(requests).toBe(0);
  });

  test('is provably not sent if the caller aborts while it connects', async () => {
    const port = await tcp(() => undefined);
    const patient = { timeouts: { ...FAST, connectMs: 20_000 }, lookup: toLoopback };
    const outcome = await submitTo({ apiUrl: `https://adobe.test:${port}`, connect: patient }, AbortSignal.timeout(50));
    expect(outcome).toMatchObject({ kind: 'not_sent', problem: { code: 'interrupted' } });
  });

  test('is provably not sent if the connection is established only after the caller has aborted', async () => {
    let requests = 0;
    const target = await https(identity, () => (requests += 1));
    const slow = await tcp((socket) => {
      socket.pause();
      setTimeout(() => {
        const upstream = connect(target, '127.0.0.1').on('error', () => socket.destroy());
        socket.pipe(upstream).pipe(socket);
      }, 200);
    });
    const outcome = await submitTo(
      { apiUrl: `https://adobe.test:${slow}`, extraCa: identity.cert },
      AbortSignal.timeout(50),
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(outcome.kind).toBe('not_sent');
    expect(requests).toBe(0);
  });

  test('is either not sent or unknown if connections are reset at accept', async () => {
    const port = await tcp((socket) => socket.resetAndDestroy());
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => submitTo({ apiUrl: `http://127.0.0.1:${port}` })),
    );
    expect(outcomes.filter(({ kind }) => kind !== 'not_sent' && kind !== 'unknown')).toEqual([]);
  });
});

describe('a submit is unknown and sent exactly once', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['a reset after the request', (socket) => socket.resetAndDestroy()],
    ['a close after the request', (socket) => socket.end()],
    ['no answer in time', () => undefined],
    ['half a status line', (socket) => socket.end('HTTP/1.1 20')],
    ['bytes that are not HTTP', (socket) => socket.end('hello\r\n\r\n')],
    [
      'a 202 that is cut before the id',
      (socket) => socket.end('HTTP/1.1 202 Accepted\r\nContent-Length: 300\r\n\r\n{"jobId":"ur'),
    ],
    [
      'a 202 that stops in the middle',
      (socket) => socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 300\r\n\r\n{"jobId":"ur'),
    ],
  ])('after %s', { tags: 'long' }, async (_name, then) => {
    const { requests, options } = await rawApi(then);
    expect(await submitTo(options)).toMatchObject({ kind: 'unknown', problem: { code: 'outcome_unknown' } });
    expect(requests).toHaveLength(1);
  });

  test('after an abort by the caller once the request was sent', async () => {
    const controller = new AbortController();
    const { requests, options } = await rawApi(() => controller.abort());
    expect(await submitTo(options, controller.signal)).toMatchObject({ kind: 'unknown' });
    expect(requests).toHaveLength(1);
  });

  test('after an answer of 5 MB without a handle', async () => {
    const apiUrl = await http((_request, response) => response.writeHead(202).end('x'.repeat(5_000_000)));
    expect((await submitTo({ apiUrl })).kind).toBe('unknown');
  });
});

describe('a submit is accepted', () => {
  test('after a 202 that was truncated behind the id', async () => {
    const { options } = await rawApi((socket) =>
      socket.end('HTTP/1.1 202 Accepted\r\nContent-Length: 900\r\n\r\n{"jobId":"urn:ff:1","statusUrl":"https'),
    );
    expect(await submitTo(options)).toMatchObject({
      kind: 'accepted',
      handle: { jobId: 'urn:ff:1', statusUrl: undefined },
    });
  });

  test('on a new connection each time', async () => {
    const heads: (string | undefined)[] = [];
    const ports = new Set<number | undefined>();
    const apiUrl = await http((request, response) => {
      heads.push(request.headers.connection);
      ports.add(request.socket.remotePort);
      response.writeHead(202).end(JOB);
    });
    const firefly = client({ apiUrl });
    for (const requestId of ['a', 'b', 'c']) await firefly.submit(V3, { requestId });
    expect(heads).toEqual(['close', 'close', 'close']);
    expect(ports.size).toBe(3);
  });

  test('by a server whose certificate the operator trusts', async () => {
    const port = await https(identity, (_request, response) => response.writeHead(202).end(JOB));
    const outcome = await submitTo({ apiUrl: `https://adobe.test:${port}`, extraCa: identity.cert });
    expect(outcome).toMatchObject({ kind: 'accepted', handle: { jobId: 'urn:1' } });
  });
});

describe('a submit through a proxy', () => {
  const apiUrl = 'https://adobe.test';
  const through = (port: number) => ({
    apiUrl,
    proxy: { httpsProxy: `http://user:hunter2222@127.0.0.1:${port}` },
    extraCa: identity.cert,
  });

  /** A proxy that answers CONNECT by `then` and records the requests. */
  async function proxy(then: (socket: Socket) => void) {
    const asked: string[] = [];
    const port = await tcp((socket) =>
      socket.once('data', (head) => {
        asked.push(head.toString('latin1'));
        then(socket);
      }),
    );
    return { asked, port };
  }

  test.each<[string, (socket: Socket) => void]>([
    ['refuses CONNECT', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')],
    [
      'asks for a password',
      (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
    ],
    ['dies after CONNECT', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n', () => socket.resetAndDestroy())],
    ['closes after CONNECT', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')],
    ['closes before it answers', (socket) => socket.end()],
    ['never answers', () => undefined],
    ['never lets the handshake through', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n')],
  ])('that %s is not sent', { tags: 'long' }, async (_name, then) => {
    const { asked, port } = await proxy(then);
    const { logger, lines } = collectingLogger();
    const outcome = await submitTo({ ...through(port), logger });
    expect(outcome).toMatchObject({ kind: 'not_sent', problem: { code: 'adobe_unreachable' } });
    expect(asked[0]).toMatch(/^CONNECT adobe\.test:443 /);
    expect(asked.join('')).not.toContain(TOKEN);
    expect(lines.join('') + JSON.stringify(outcome)).not.toMatch(/hunter2222|dXNlcjpodW50ZXI/);
  });

  test.each<[string, 'accepted' | 'unknown']>([
    ['answers', 'accepted'],
    ['dies after the request', 'unknown'],
  ])('to a server that %s is %s', async (what, kind) => {
    let requests = 0;
    const target = await https(identity, (request, response) => {
      requests += 1;
      if (what === 'answers') response.writeHead(202).end(JOB);
      else request.socket.destroy();
    });
    const { asked, port } = await proxy((socket) => {
      const upstream = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
    });
    expect((await submitTo(through(port))).kind).toBe(kind);
    expect(requests).toBe(1);
    expect(asked[0]).toMatch(/proxy-authorization: Basic dXNlcjpodW50ZXIyMjIy/i);
  });

  test('depends on the given proxy and exceptions only, never on the environment', async () => {
    const target = await https(identity, (_request, response) => response.writeHead(202).end(JOB));
    const dead = await deadPort();
    const direct = { apiUrl: `https://adobe.test:${target}`, extraCa: identity.cert };
    const noProxy = { httpsProxy: `http://127.0.0.1:${dead}`, noProxy: 'other.example,.adobe.test' };
    expect((await submitTo({ ...direct, proxy: noProxy })).kind).toBe('accepted');
    expect((await submitTo({ ...direct, proxy: { ...noProxy, noProxy: 'other.example' } })).kind).toBe('not_sent');
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${dead}`;
    expect((await submitTo({ ...direct, proxy: {} })).kind).toBe('accepted');
    process.env['NO_PROXY'] = '*';
    expect((await submitTo({ ...direct, proxy: { httpsProxy: `http://127.0.0.1:${dead}` } })).kind).toBe('not_sent');
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${dead}`;
    delete process.env['NO_PROXY'];
    const plain = await http((_request, response) => response.writeHead(202).end(JOB));
    expect((await submitTo({ apiUrl: plain, proxy: { httpsProxy: `http://127.0.0.1:${dead}` } })).kind).toBe(
      'accepted',
    );
    delete process.env['HTTP_PROXY'];
    delete process.env['HTTPS_PROXY'];
  });
});

test('a submit requests a token first, and is not sent if that fails', async () => {
  let posts = 0;
  const apiUrl = await http((_request, response) => response.end(String((posts += 1))));
  const imsUrl = await http((_request, response) => response.writeHead(400).end('{"error":"invalid_client"}'));
  const outcome = await submitTo({ apiUrl, imsUrl, credentials: { clientId: 'id', clientSecret: SECRET } });
  expect(outcome).toMatchObject({ kind: 'not_sent', problem: { code: 'credentials_refused' } });
  expect(posts).toBe(0);
});
