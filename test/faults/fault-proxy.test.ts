import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy, type LineFault } from './fault-proxy.ts';

let server: Server;
let proxy: FaultProxy;
/** What reached the server, all connections together. */
let arrived: string;
const clients: Socket[] = [];

beforeEach(async () => {
  arrived = '';
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      arrived += String(piece);
      socket.write(`<${String(piece)}>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

interface Heard {
  text: string;
  end: string | undefined;
}

/** Says these texts one after the other, and hears what comes within `ms`. */
async function talk(texts: readonly string[], ms = 150): Promise<Heard> {
  const { port } = new URL(proxy.origin);
  const heard: Heard = { text: '', end: undefined };
  const socket = connect(Number(port), '127.0.0.1');
  clients.push(socket);
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.end = error.code));
  socket.on('end', () => (heard.end ??= 'end'));
  socket.on('data', (piece) => (heard.text += String(piece)));
  const stands = once(socket, 'connect').catch(() => undefined);
  await stands;
  for (const text of texts) {
    if (!socket.destroyed) socket.write(text);
    await new Promise((resolve) => setTimeout(resolve, ms / texts.length));
  }
  return heard;
}

test('relays as it is where nothing was planned', async () => {
  expect(await talk(['one', 'two'])).toEqual({ text: '<one><two>', end: undefined });
  expect(proxy.connections).toBe(1);
});

test.each<[LineFault, string, Heard]>([
  [{ kind: 'reset', direction: 'up', after: 0 }, '', { text: '', end: 'ECONNRESET' }],
  [{ kind: 'reset', direction: 'up', after: 3 }, 'hel', { text: '<hel>', end: 'ECONNRESET' }],
  [{ kind: 'cut', direction: 'up', after: 3 }, 'hel', { text: '<hel>', end: 'end' }],
  [{ kind: 'cut', direction: 'down', after: 4 }, 'hello', { text: '<hel', end: 'end' }],
  [{ kind: 'reset', direction: 'down', after: 4 }, 'hello', { text: '<hel', end: 'ECONNRESET' }],
  [{ kind: 'stall', direction: 'down', after: 4 }, 'hello', { text: '<hel', end: undefined }],
  [{ kind: 'stall', direction: 'up', after: 0 }, '', { text: '', end: undefined }],
  [{ kind: 'late', ms: 60_000 }, '', { text: '', end: undefined }],
  [{ kind: 'late', ms: 20 }, 'hello', { text: '<hello>', end: undefined }],
  [{ kind: 'drip', direction: 'up', bytesPerSecond: 500 }, 'hello', { text: '<h><e><l><l><o>', end: undefined }],
])('%j', async (fault, seen, heard) => {
  proxy.next(fault);
  expect(await talk(['hello'])).toEqual(heard);
  expect(arrived).toBe(seen);
  expect(await talk(['again'])).toEqual({ text: '<again>', end: undefined });
});

test('waits for the piece that it is aimed at', async () => {
  proxy.next({ kind: 'reset', direction: 'up', after: 0 }, { at: 'PUT ' });
  expect(await talk(['GET a'])).toEqual({ text: '<GET a>', end: undefined });
  expect(await talk(['GET b', 'PUT c'])).toEqual({ text: '<GET b>', end: 'ECONNRESET' });
});

test('refuses while it is down, on the same port afterwards', async () => {
  await proxy.down();
  expect((await talk(['hello'])).end).toBe('ECONNREFUSED');
  await proxy.up();
  expect((await talk(['hello'])).text).toBe('<hello>');
});
