import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { FireflyOptions } from '../../../../src/firefly/client.ts';
import type { Firefly } from '../../../../src/firefly/types.ts';
import { selfSigned } from '../../certificate.ts';
import { TOKEN, V3, testFirefly } from '../../harness.ts';
import { closeServers, https, tcp } from '../../loopback.ts';

const identity = selfSigned('adobe.test');
const BODY = '{"jobId":"urn:1"}';
const ACCEPTED = `HTTP/1.1 202 Accepted\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';

const clients: Firefly[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((firefly) => firefly.close()));
  await closeServers();
});

function client(options: Partial<FireflyOptions>): Firefly {
  const firefly = testFirefly({ credentials: { clientId: 'id', accessToken: TOKEN }, ...options });
  clients.push(firefly);
  return firefly;
}

/** A server that answers every request of every connection by `answer`, and counts both. */
async function server(answer: (socket: Socket) => void) {
  const seen = { requests: 0, connections: 0 };
  const port = await tcp((socket) => {
    seen.connections += 1;
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        const head = /^[^]*?\r\n\r\n/.exec(text)?.[0];
        const length = head === undefined ? 0 : head.length + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (head === undefined || text.length < length) return;
        text = text.slice(length);
        seen.requests += 1;
        answer(socket);
      }
    });
  });
  return { seen, apiUrl: `http://127.0.0.1:${port}` };
}

/** Writes one byte at a time, each in a segment of its own. */
async function drip(socket: Socket, text: string): Promise<void> {
  socket.setNoDelay(true);
  for (const byte of Buffer.from(text)) {
    await new Promise<void>((resolve) => socket.write(Buffer.of(byte), () => setImmediate(resolve)));
  }
}

describe('a submit is accepted, and sent once,', () => {
  test.each([
    ['100 Continue', CONTINUE],
    ['100 without a reason, from a server of HTTP/1.0', 'HTTP/1.0 100\r\n\r\n'],
    ['100 with fields', 'HTTP/1.1 100 Continue\r\nX-Gateway: HTTP/1.1 100 Continue\r\nServer: a\r\n\r\n'],
    ['100 that says that the connection will close', 'HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n'],
    ['100 with bare line feeds', 'HTTP/1.1 100 Continue\nServer: a\n\n'],
    ['103 Early Hints', HINTS],
    ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['several of them', CONTINUE + HINTS + CONTINUE + CONTINUE],
    ['two hundred of them', CONTINUE.repeat(200)],
  ])('behind %s', async (_name, before) => {
    const { seen, apiUrl } = await server((socket) => socket.end(before + ACCEPTED));
    const outcome = await client({ apiUrl }).submit(V3, { requestId: 'info-1' });
    expect(outcome).toMatchObject({ kind: 'accepted', handle: { jobId: 'urn:1' } });
    expect(seen).toEqual({ requests: 1, connections: 1 });
  });

  test('behind some that come byte by byte', async () => {
    const { apiUrl } = await server((socket) => void drip(socket, CONTINUE + HINTS + CONTINUE + ACCEPTED));
    const outcome = await client({ apiUrl }).submit(V3, { requestId: 'info-2' });
    expect(outcome).toMatchObject({ kind: 'accepted', handle: { jobId: 'urn:1' } });
  });

  test.each(['directly', 'through a proxy'])('behind one of a server that is reached by TLS %s', async (way) => {
    const target = await https(identity, (_request, response) => {
      response.writeContinue();
      response.writeHead(202).end(BODY);
    });
    const proxy = await tcp((socket) =>
      socket.once('data', () => {
        const upstream = connect(target, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(upstream).pipe(socket);
        });
        upstream.on('error', () => socket.destroy());
        socket.on('close', () => upstream.destroy());
      }),
    );
    const firefly = client({
      extraCa: identity.cert,
      ...(way === 'directly'
        ? {
            apiUrl: `https://adobe.test:${target}`,
            connect: { lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
          }
        : { apiUrl: 'https://adobe.test', proxy: { httpsProxy: `http://127.0.0.1:${proxy}` } }),
    });
    const outcome = await firefly.submit(V3, { requestId: 'info-3' });
    expect(outcome).toMatchObject({ kind: 'accepted', handle: { jobId: 'urn:1' } });
  });
});

test('a submit that has informational answers only is unknown', async () => {
  const { seen, apiUrl } = await server((socket) => socket.end(CONTINUE + HINTS));
  expect((await client({ apiUrl }).submit(V3, { requestId: 'info-4' })).kind).toBe('unknown');
  expect(seen.requests).toBe(1);
});

test('answers behind informational ones are read on kept connections, and their bodies stay as they are', async () => {
  const text = JSON.stringify({ status: 'running', jobId: CONTINUE });
  const answer = `${CONTINUE}HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  const { seen, apiUrl } = await server((socket) => socket.write(answer));
  const firefly = client({ apiUrl });
  const handle = { jobId: 'urn:1', statusUrl: `${apiUrl}/v3/status/1`, cancelUrl: undefined };
  for (let asked = 0; asked < 6; asked += 1) {
    expect(await firefly.status(handle, V3.operation)).toMatchObject({ kind: 'running' });
  }
  expect(seen.requests).toBe(6);
  expect(seen.connections).toBeLessThan(6);
});

test('a body that begins like an informational answer is kept as it is', async () => {
  const body = Buffer.from(CONTINUE + CONTINUE);
  const head = `HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: ${body.length}\r\n\r\n`;
  const { apiUrl } = await server((socket) => socket.write(head, () => setImmediate(() => socket.write(body))));
  const chunks: Uint8Array[] = [];
  const sink = async (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk));
  await client({ apiUrl, trustedOrigins: [apiUrl] }).download(`${apiUrl}/a`, sink, { maxBytes: 1_000 });
  expect(Buffer.concat(chunks).toString()).toBe(body.toString());
});
