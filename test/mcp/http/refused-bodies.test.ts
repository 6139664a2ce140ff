import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { GOOD_HEADERS, serveTestTools } from '../fixture/http.ts';

/* Answers that come while their request is still being sent, as proxies and programs with a long message meet them. */

let serving: HttpServing;
beforeAll(async () => {
  serving = await serveTestTools();
});
afterAll(() => serving.close({ graceMs: 0 }));

const MIB = 1024 * 1024;
const { Authorization: _, ...WITHOUT_TOKEN } = GOOD_HEADERS;

function begin(path: string, headers: Record<string, string>, method = 'POST'): Socket {
  // The end of the server's side is not yet that of this one.
  const socket = connect({ port: serving.port, host: '127.0.0.1', allowHalfOpen: true });
  const lines = Object.entries({ Host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return socket;
}

const PIECE = Buffer.alloc(64 * 1024, ' ');
const CHUNK = Buffer.concat([Buffer.from('10000\r\n'), PIECE, Buffer.from('\r\n')]);

/**
 * Sends the rest piece by piece, after the answer has come, or at once; resolves with the answer, how many pieces were sent,
 * and how the connection ended.
 */
async function sendOn(socket: Socket, { pieces, piece = PIECE, isPatient = true, last = '' }: Sending) {
  let read = '';
  let ended = 'in order';
  let sent = 0;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('data', (answer) => (read += String(answer)));
  socket.on('error', ({ message }) => (ended = message));
  if (isPatient) await Promise.race([once(socket, 'data'), closed]);
  for (; sent < pieces && !socket.destroyed; sent += 1) {
    if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    await turn();
  }
  socket.end(last);
  await closed;
  return { status: read.split(' ')[1], ended, sent };
}

interface Sending {
  readonly pieces: number;
  readonly piece?: Buffer;
  readonly isPatient?: boolean;
  readonly last?: string;
}

const WHOLE = { pieces: (8 * MIB) / PIECE.length };

describe.each([
  ['without a token', '401', '/mcp', WITHOUT_TOKEN],
  ['with another token', '401', '/mcp', { ...GOOD_HEADERS, Authorization: 'Bearer other' }],
  ['of another type', '415', '/mcp', { ...GOOD_HEADERS, 'Content-Type': 'text/plain' }],
  ['from another site', '403', '/mcp', { ...GOOD_HEADERS, Origin: 'https://evil.example' }],
  ['to no address', '404', '/nothing', GOOD_HEADERS],
])('a request %s', (_what, status, path, headers) => {
  test('is answered before its body is there, and may send that to its end', async () => {
    const socket = begin(path, { ...headers, 'Content-Length': String(8 * MIB) });
    expect(await sendOn(socket, WHOLE)).toEqual({ status, ended: 'in order', sent: WHOLE.pieces });
  });
});

test('a message that is too long is answered so, whether it says its length or not', async () => {
  const told = begin('/mcp', { ...GOOD_HEADERS, 'Content-Length': String(8 * MIB) });
  expect(await sendOn(told, WHOLE)).toEqual({ status: '413', ended: 'in order', sent: WHOLE.pieces });
  const untold = begin('/mcp', { ...GOOD_HEADERS, 'Transfer-Encoding': 'chunked' });
  const chunked = { ...WHOLE, piece: CHUNK, isPatient: false, last: '0\r\n\r\n' };
  expect(await sendOn(untold, chunked)).toEqual({ status: '413', ended: 'in order', sent: WHOLE.pieces });
});

test('an upload to an address that was made up is answered before it is there, and may end', async () => {
  const socket = begin('/uploads/made-up', { 'Content-Length': String(8 * MIB) }, 'PUT');
  expect(await sendOn(socket, WHOLE)).toEqual({ status: '403', ended: 'in order', sent: WHOLE.pieces });
});

test('those who never end what they send take no place from others: the first of many is cut off', async () => {
  const ended: number[] = [];
  const endOf = (socket: Socket) =>
    new Promise<void>((resolve) =>
      socket
        .once('end', resolve)
        .once('error', () => resolve())
        .resume(),
    );
  const unfinished = { ...WITHOUT_TOKEN, 'Content-Length': String(MIB) };
  const sockets = Array.from({ length: 40 }, () => begin('/mcp', unfinished));
  const ends = sockets.map((socket, at) => endOf(socket).then(() => ended.push(at)));
  await Promise.all(ends.slice(0, 8));
  expect(ended.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  const endless = begin('/mcp', { ...WITHOUT_TOKEN, 'Content-Length': String(1024 * MIB) });
  await endOf(endless);
  for (const socket of [...sockets, endless]) socket.destroy();
});
