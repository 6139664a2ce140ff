import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { RequestListener } from 'node:http';
import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { FireflyOptions } from '../../../src/firefly/client.ts';
import type { DownloadOutcome, Firefly } from '../../../src/firefly/types.ts';
import { selfSigned } from '../certificate.ts';
import { TOKEN, collectingLogger, testFirefly } from '../harness.ts';
import { closeServers, http, https, onWholeRequest, tcp } from '../loopback.ts';

const FAST = { connectMs: 500, answerMs: 400, idleMs: 400, downloadMs: 3_000 };
const clients: Firefly[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((firefly) => firefly.close()));
  await closeServers();
});

interface Downloaded {
  readonly outcome: DownloadOutcome;
  readonly bytes: number;
  readonly log: string;
}

/** Downloads with these options. Loopback is refused unless `trustedOrigins` contains it. */
async function fetchFrom(
  url: string,
  options: Partial<FireflyOptions> = {},
  how: { maxBytes?: number; signal?: AbortSignal; onChunk?: () => void } = {},
): Promise<Downloaded> {
  const { logger, lines } = collectingLogger();
  const credentials = { clientId: 'id', accessToken: TOKEN };
  const firefly = testFirefly({ credentials, logger, connect: { timeouts: FAST }, ...options });
  clients.push(firefly);
  let bytes = 0;
  const sink = (chunk: Uint8Array) => {
    bytes += chunk.length;
    how.onChunk?.();
  };
  const limits = { maxBytes: how.maxBytes ?? 1_000_000, ...(how.signal ? { signal: how.signal } : {}) };
  const outcome = await firefly.download(url, sink, limits);
  return { outcome, bytes, log: lines.join('') };
}

async function fromTrusted(onRequest: RequestListener, how: Parameters<typeof fetchFrom>[2] = {}): Promise<Downloaded> {
  const origin = await http(onRequest);
  return fetchFrom(`${origin}/p.jpg?X-Amz-Signature=abc`, { trustedOrigins: [origin] }, how);
}

/** Downloads from a server that writes raw bytes to the socket. */
async function fromRaw(write: (write: (text: string) => void, end: () => void) => void): Promise<Downloaded> {
  const port = await tcp((socket) =>
    onWholeRequest(socket, () =>
      write(
        (text) => socket.write(text),
        () => socket.end(),
      ),
    ),
  );
  const origin = `http://127.0.0.1:${port}`;
  return fetchFrom(`${origin}/p.jpg`, { trustedOrigins: [origin] });
}

describe('a download', () => {
  test('passes every byte to the sink, and sends no credentials', async () => {
    const heads: Record<string, unknown>[] = [];
    const { outcome, bytes } = await fromTrusted((request, response) => {
      heads.push(request.headers);
      response
        .writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 300_000 })
        .end(Buffer.alloc(300_000, 7));
    });
    expect(outcome).toEqual({ kind: 'complete', contentType: 'image/jpeg', bytes: 300_000 });
    expect(bytes).toBe(300_000);
    expect(Object.keys(heads[0] ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(heads[0]?.['accept-encoding']).toBe('identity');
  });

  test('is complete without an announced length', async () => {
    const { outcome } = await fromTrusted((_request, response) => {
      response.write('abc');
      response.end('def');
    });
    expect(outcome).toEqual({ kind: 'complete', contentType: undefined, bytes: 6 });
  });

  test('is complete where a proxy says that it has changed it on the way, with headers of any length', async () => {
    const headers = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-trace-${n}`, 'v'.repeat(3_000)]));
    const { outcome } = await fromTrusted((_request, response) => response.writeHead(203, headers).end('abc'));
    expect(outcome).toMatchObject({ kind: 'complete', bytes: 3 });
  });

  test.each([
    ['of all bytes', 206, { 'content-range': 'bytes 0-2/3' }],
    ['of all bytes, whose number is not said', 206, { 'content-range': 'bytes 0-2/*' }],
    ['without a range, of the announced length', 206, {}],
    ['of another success', 201, {}],
  ])('is complete as an answer %s', async (_, status, headers) => {
    const { outcome } = await fromTrusted((_request, response) =>
      response.writeHead(status, { 'content-length': 3, ...headers }).end('abc'),
    );
    expect(outcome).toMatchObject({ kind: 'complete', bytes: 3 });
  });

  test.each(['bytes 0-2/9', 'bytes 3-5/6'])(
    'that is the part %s, which was not asked for, is cut off',
    async (part) => {
      const { outcome } = await fromTrusted((_request, response) =>
        response.writeHead(206, { 'content-range': part }).end('abc'),
      );
      expect(outcome).toMatchObject({ kind: 'transient', isCut: true });
    },
  );

  test.each(['gzip', 'br', 'zstd', 'x-unknown', 'gzip, gzip'])(
    'that begins as a picture is one, though its header names the coding %s',
    async (coding) => {
      const picture = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1');
      const { outcome } = await fromTrusted((_request, response) =>
        response.writeHead(200, { 'content-encoding': coding }).end(picture),
      );
      expect(outcome).toMatchObject({ kind: 'complete', bytes: picture.length });
    },
  );

  test('is decoded where no header names its gzip, and where it was compressed twice', async () => {
    const once = await fromTrusted((_request, response) => response.end(gzipSync('a picture')));
    expect(once.outcome).toMatchObject({ kind: 'complete', bytes: 9 });
    const twice = await fromTrusted((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip, br' }).end(brotliCompressSync(gzipSync('a picture'))),
    );
    expect(twice.outcome).toMatchObject({ kind: 'complete', bytes: 9 });
  });

  test('may come from the API itself if that is an emulator on loopback', async () => {
    const apiUrl = await http((_request, response) => response.end('picture'));
    expect((await fetchFrom(`${apiUrl}/p`, { apiUrl })).outcome.kind).toBe('complete');
  });

  test('may call this machine by another name than the options do, on that port only', async () => {
    const apiUrl = await http((_request, response) => response.end('picture'));
    const { port } = new URL(apiUrl);
    const other = await http((_request, response) => response.end('secret'));
    const renamed = `http://localhost:${port}/p`;
    expect((await fetchFrom(renamed, { apiUrl })).outcome.kind).toBe('complete');
    expect((await fetchFrom(renamed, { trustedOrigins: [apiUrl] })).outcome.kind).toBe('complete');
    expect((await fetchFrom(renamed)).outcome.kind).toBe('refused');
    expect((await fetchFrom(`http://127.0.0.2:${port}/p`, { apiUrl })).outcome.kind).toBe('refused');
    expect((await fetchFrom(`http://localhost:${new URL(other).port}/p`, { apiUrl })).outcome.kind).toBe('refused');
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('is decoded if the storage compresses it unasked (%s)', async (coding, encode) => {
    const body = encode('a picture');
    const { outcome } = await fromTrusted((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding, 'content-length': body.length }).end(body),
    );
    expect(outcome).toMatchObject({ kind: 'complete', bytes: 9 });
  });

  test('is refused if it decodes to more than the limit', { tags: 'long' }, async () => {
    const bomb = gzipSync(Buffer.alloc(80_000_000));
    const { outcome, bytes } = await fromTrusted((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb),
    );
    expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'result_too_large' } });
    expect(bytes).toBeLessThanOrEqual(64_000_000);
  });

  test.each([
    ['an unknown coding', 'zstd, gzip', gzipSync('x')],
    ['bytes that cannot be decoded', 'gzip', Buffer.from('no gzip at all')],
  ])('is transient after %s', async (_, coding, body) => {
    const { outcome } = await fromTrusted((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(body),
    );
    expect(outcome).toMatchObject({ kind: 'transient', problem: { code: 'download_unfinished' } });
  });

  test('rejects with the error of the sink', async () => {
    const download = fromTrusted((_request, response) => response.end('abc'), {
      onChunk: () => {
        throw new Error('disk full');
      },
    });
    await expect(download).rejects.toThrow('disk full');
  });
});

describe('a failed download', () => {
  test.each([403, 404, 410])('of HTTP %d is expired', async (status) => {
    expect((await fromTrusted((_request, response) => response.writeHead(status).end('x'))).outcome).toEqual({
      kind: 'expired',
    });
  });

  test.each([206, 304, 400, 401, 416, 429, 500, 503])('of HTTP %d is transient', async (status) => {
    const { outcome, bytes } = await fromTrusted((_request, response) => response.writeHead(status).end());
    expect(outcome.kind).toBe('transient');
    expect(bytes).toBe(0);
  });

  test('that ends before the announced length is transient', async () => {
    const { outcome } = await fromRaw((write, end) => {
      write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc');
      end();
    });
    expect(outcome.kind).toBe('transient');
  });

  test('that ends in the middle of a chunk is transient', async () => {
    const { outcome } = await fromRaw((write, end) => {
      write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab');
      end();
    });
    expect(outcome.kind).toBe('transient');
  });

  test('that stalls after the first bytes ends by the idle timeout', async () => {
    const { outcome } = await fromRaw((write) => write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'));
    expect(outcome).toMatchObject({
      kind: 'transient',
      problem: { message: expect.stringContaining('UND_ERR_BODY_TIMEOUT') as string },
    });
  });

  test('that drips without end ends by the total timeout', { tags: 'long' }, async () => {
    let drip: NodeJS.Timeout | undefined;
    const { outcome } = await fromTrusted((_request, response) => {
      drip = setInterval(() => response.write('x'), 50);
    });
    clearInterval(drip);
    // Nothing else ends it: bytes arrive far more often than the idle timeout asks for.
    expect(outcome).toMatchObject({ kind: 'transient' });
  });

  test('without an answer is transient', { tags: 'long' }, async () => {
    expect((await fromRaw(() => undefined)).outcome.kind).toBe('transient');
  });

  test('that the caller aborts is interrupted', async () => {
    const controller = new AbortController();
    const { outcome } = await fromTrusted((_request, response) => void response.write('a part of it'), {
      signal: controller.signal,
      onChunk: () => controller.abort(),
    });
    expect(outcome).toMatchObject({ kind: 'transient', problem: { code: 'interrupted' } });
  });
});

describe('a download over the limit', () => {
  test('by its announced length is refused before anything is read', async () => {
    const { outcome, bytes } = await fromTrusted(
      (_request, response) => void response.writeHead(200, { 'content-length': 5e9 }).write(Buffer.alloc(100_000)),
      { maxBytes: 2_000_000 },
    );
    expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'result_too_large' } });
    expect(bytes).toBe(0);
  });

  test('by its content is refused, and the sink gets no byte over the limit', async () => {
    const { outcome, bytes } = await fromTrusted(
      (_request, response) => {
        for (let part = 0; part < 50; part += 1) response.write(Buffer.alloc(100_000));
      },
      { maxBytes: 1_234_567 },
    );
    expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'result_too_large' } });
    expect(bytes).toBeLessThanOrEqual(1_234_567);
  });
});

describe('a download', () => {
  test.each([
    'http://pre-signed-firefly-prod.s3.amazonaws.com/p',
    'https://127.0.0.1/p',
    'https://0x7f.1/p',
    'https://[::ffff:7f00:1]/p',
    'https://169.254.169.254/latest/meta-data',
    'https://user:pw@bucket.s3.amazonaws.com/p',
    'ftp://bucket.s3.amazonaws.com/p',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'nothing',
  ])('from %s is refused', async (url) => {
    expect((await fetchFrom(url)).outcome).toMatchObject({ kind: 'refused', problem: { code: 'download_refused' } });
  });

  test.each(['10.0.0.7', '127.0.0.1', '::1', 'fd00::1', '169.254.169.254'])(
    'from a name that resolves to %s is refused',
    async (address) => {
      const asked: string[] = [];
      const lookup: LookupFunction = (host, _options, callback) => {
        asked.push(host);
        callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
      };
      const { outcome } = await fetchFrom('https://bucket.s3.amazonaws.com/p', { connect: { timeouts: FAST, lookup } });
      expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'download_refused' } });
      expect(asked).toEqual(['bucket.s3.amazonaws.com']);
    },
  );

  test('from this machine is refused, even over https with a valid certificate', async () => {
    let requests = 0;
    const identity = selfSigned('localhost');
    const port = await https(identity, (_request, response) => response.end(String((requests += 1))));
    const { outcome } = await fetchFrom(`https://localhost:${port}/p`, { extraCa: identity.cert });
    expect(outcome.kind).toBe('refused');
    expect(requests).toBe(0);
  });

  test.each([
    'http://127.0.0.1:1/x',
    'https://169.254.169.254/x',
    'http://bucket.s3.amazonaws.com/x',
    'file:///etc/passwd',
    '//10.0.0.1/x',
  ])('that is redirected to %s is refused', async (location) => {
    const { outcome, bytes } = await fromTrusted((_request, response) =>
      response.writeHead(302, { location }).end('x'),
    );
    expect(outcome.kind).toBe('refused');
    expect(bytes).toBe(0);
  });
});

describe('redirects of a download', () => {
  const hops =
    (most: number) => (request: Parameters<RequestListener>[0], response: Parameters<RequestListener>[1]) => {
      const hop = Number(new URL(request.url ?? '', 'http://x').searchParams.get('hop') ?? 0);
      if (hop < most) response.writeHead(307, { location: `/next?hop=${hop + 1}` }).end('moved');
      else response.end('picture');
    };

  test('are followed three times', async () => {
    expect((await fromTrusted(hops(3))).outcome).toMatchObject({ kind: 'complete', bytes: 7 });
  });

  test('are not followed a fourth time', async () => {
    expect((await fromTrusted(hops(4))).outcome).toMatchObject({ kind: 'refused' });
    expect((await fromTrusted(hops(Infinity))).outcome).toMatchObject({ kind: 'refused' });
  });

  test('without a target are transient failures', async () => {
    expect((await fromTrusted((_request, response) => response.writeHead(302).end('x'))).outcome.kind).toBe(
      'transient',
    );
  });
});

test('a download from an unknown host is logged without its signature', async () => {
  const lookup: LookupFunction = (_host, _options, callback) =>
    callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []);
  const options = { connect: { timeouts: FAST, lookup } };
  const unknown = await fetchFrom('https://cdn.example/p?X-Amz-Signature=abc', options);
  expect(unknown.outcome.kind).toBe('transient');
  expect(unknown.log).toMatch(/result_host_unknown.*cdn\.example/);
  expect(unknown.log + JSON.stringify(unknown.outcome)).not.toContain('abc');
  const known = await fetchFrom('https://b.s3-accelerate.amazonaws.com/p', options);
  expect(known.log).not.toContain('result_host_unknown');
});
