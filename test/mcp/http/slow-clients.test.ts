import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { GOOD_HEADERS, INITIALIZE, raw, serveTestTools } from '../fixture/http.ts';

/** For clients that send a byte at a time: no other test has to send a request within this time. */
const SHORT = { head: 1_500, body: 1_500 };
/** For clients that read nothing. */
const READING = { reading: 2_000 };
/** More than the system takes from a sender for a reader that never reads. */
const BIG = 'x'.repeat(24 * 1024 * 1024);
/** Bytes between two pauses of a slow reader, which takes longer in all than one that reads nothing is given. */
const PAUSE_AFTER = 1024 * 1024;
const URI = 'firefly://big';

let serving: HttpServing;
let impatient: HttpServing;
const warned: string[] = [];
beforeAll(async () => {
  impatient = await serveTestTools({ timeouts: SHORT });
  serving = await serveTestTools({
    timeouts: READING,
    logger: { ...silentLogger, warn: (event) => void warned.push(event) },
    loadResources: async () => [
      {
        kind: 'fixed',
        uri: URI,
        name: 'big',
        title: 'Big',
        description: 'For tests.',
        mimeType: 'text/plain',
        read: async () => [{ uri: URI, mimeType: 'text/plain', text: BIG }],
      },
    ],
  });
});
afterAll(() => Promise.all([serving, impatient].map((each) => each.close({ graceMs: 0 }))));

function opened({ port }: HttpServing = serving): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

const head = (headers: Record<string, string>) =>
  [
    'POST /mcp HTTP/1.1',
    'Host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
const whole = (body: string, headers: Record<string, string> = {}) =>
  `${head({ ...GOOD_HEADERS, 'Content-Length': String(Buffer.byteLength(body)), ...headers })}\r\n\r\n${body}`;
const othersAreServed = async ({ port }: HttpServing = serving) =>
  expect(await raw(port, { headers: GOOD_HEADERS, body: INITIALIZE })).toMatchObject({ status: 200 });

/** Sends a text a byte at a time until the connection ends; resolves with what came back. */
async function drip(socket: Socket, given: string): Promise<string> {
  const answer = text(socket).catch(() => 'broken off');
  // A connection may also be reset, by a byte that reaches a server which has closed it.
  const ended = new Promise((resolve) => socket.once('close', resolve));
  for (const byte of given) {
    if (socket.destroyed || socket.readableEnded) break;
    socket.write(byte);
    await sleep(40);
  }
  await ended;
  return answer;
}

describe('a client that', () => {
  test('sends a head byte by byte is ended, and shuts nobody out', { tags: 'long' }, async () => {
    const slow = drip(opened(impatient), `${head(GOOD_HEADERS)}\r\n`.padEnd(400, 'x'));
    await othersAreServed(impatient);
    expect(await slow).toMatch(/^HTTP\/1\.1 408 |^$|^broken off$/);
  });

  test(
    'sends the body of a message byte by byte is told so and ended, and its message does nothing',
    { tags: 'long' },
    async () => {
      const socket = opened(impatient);
      socket.write(`${head({ ...GOOD_HEADERS, 'Content-Length': '5000' })}\r\n\r\n`);
      const slow = drip(socket, ' '.repeat(400));
      await othersAreServed(impatient);
      expect(await slow).toMatch(/^HTTP\/1\.1 408 [^]*took too long to come/);
    },
  );

  test('ends its side once its request is sent still gets the answer', async () => {
    const socket = opened();
    socket.end(whole(INITIALIZE));
    expect(await text(socket)).toContain('"protocolVersion":"2025-11-25"');
  });

  test('ends its side in the middle of a request is answered or ended, at once', async () => {
    for (const part of [head(GOOD_HEADERS), whole(INITIALIZE).slice(0, -20)]) {
      const socket = opened();
      socket.end(part);
      expect(await text(socket).catch(() => '')).not.toContain('200 OK');
    }
  });

  test('never reads its answers is ended, and what waits for it is let go', async () => {
    warned.length = 0;
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const message = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: URI, _meta: meta } };
    const headers = { 'Mcp-Protocol-Version': '2026-07-28', 'Mcp-Method': 'resources/read', 'Mcp-Name': URI };
    const unread = Array.from({ length: 2 }, () => {
      const socket = opened();
      socket.pause();
      socket.write(whole(JSON.stringify(message), headers));
      return socket;
    });
    await expect.poll(() => warned.filter((event) => event === 'answer_not_read').length, { timeout: 60_000 }).toBe(2);
    await othersAreServed();
    for (const socket of unread) socket.destroy();
  });

  test('reads slowly, but reads, gets all of its answer', { tags: 'long' }, async () => {
    const answer = await fetch(serving.url, {
      method: 'POST',
      headers: {
        ...GOOD_HEADERS,
        'Mcp-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'resources/read',
        'Mcp-Name': URI,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'resources/read',
        params: {
          uri: URI,
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      }),
    });
    let bytes = 0;
    let rest = PAUSE_AFTER;
    for await (const piece of answer.body ?? []) {
      bytes += (piece as Uint8Array).length;
      if (bytes < rest) continue;
      rest += PAUSE_AFTER;
      await sleep(150);
    }
    expect(bytes).toBeGreaterThan(BIG.length);
  });
});

describe('a request that two readers would end at different places', () => {
  test.each([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['a length that is no number', ['Content-Length: +5']],
    ['a chunk that is no number', ['Transfer-Encoding: chunked'], 'zz\r\nhello\r\n0\r\n\r\n'],
    ['an unknown coding', ['Transfer-Encoding: gzip, identity']],
    ['a blank before the colon', ['Content-Length : 5']],
    ['heads of 100 kB', [`X-Long: ${'x'.repeat(100_000)}`]],
  ])('is refused: %s', async (_what, lines, body = 'hello') => {
    const socket = opened();
    const headers = Object.entries(GOOD_HEADERS).map(([name, value]) => `${name}: ${value}`);
    socket.write(['POST /mcp HTTP/1.1', 'Host: 127.0.0.1', ...headers, ...lines, '', body].join('\r\n'));
    const answer = await text(socket).catch(() => 'HTTP/1.1 400 broken off');
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    await othersAreServed();
  });
});
