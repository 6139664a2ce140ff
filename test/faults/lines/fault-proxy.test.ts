import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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

/** What a client has received, and how its connection ended, if it did. */
interface Received {
  text: string;
  end: string | undefined;
}

async function open(): Promise<{ socket: Socket; received: Received }> {
  const { port } = new URL(proxy.origin);
  const received: Received = { text: '', end: undefined };
  const socket = connect(Number(port), '127.0.0.1');
  clients.push(socket);
  socket.on('error', (error: NodeJS.ErrnoException) => (received.end = error.code));
  socket.on('end', () => (received.end ??= 'end'));
  socket.on('data', (piece) => (received.text += String(piece)));
  await once(socket, 'connect').catch(() => undefined);
  return { socket, received };
}

/** Sends each text once the one before has had its effect, and waits until this is what was received. */
async function exchange(...steps: readonly (readonly [text: string, expected: Received])[]): Promise<void> {
  const { socket, received } = await open();
  for (const [text, expected] of steps) {
    if (!socket.destroyed) socket.write(text);
    await vi.waitFor(() => expect(received).toEqual(expected), { timeout: 60_000, interval: 5 });
  }
}

const FAULTS: readonly (readonly [name: string, fault: LineFault, arrives: string, received: Received])[] = [
  ['reset before a byte', { kind: 'reset', direction: 'up', after: 0 }, '', { text: '', end: 'ECONNRESET' }],
  ['reset inside a request', { kind: 'reset', direction: 'up', after: 3 }, 'hel', { text: '<hel>', end: 'ECONNRESET' }],
  ['ended inside a request', { kind: 'cut', direction: 'up', after: 3 }, 'hel', { text: '<hel>', end: 'end' }],
  ['ended inside an answer', { kind: 'cut', direction: 'down', after: 4 }, 'hello', { text: '<hel', end: 'end' }],
  [
    'reset inside an answer',
    { kind: 'reset', direction: 'down', after: 4 },
    'hello',
    { text: '<hel', end: 'ECONNRESET' },
  ],
  [
    'silent inside an answer',
    { kind: 'stall', direction: 'down', after: 4 },
    'hello',
    { text: '<hel', end: undefined },
  ],
  ['late', { kind: 'late', ms: 20 }, 'hello', { text: '<hello>', end: undefined }],
];

test.each(FAULTS)('a line that is %s spoils one connection and no other', async (_, fault, arrives, received) => {
  proxy.next(fault);
  await exchange(['hello', received]);
  expect(arrived).toBe(arrives);
  await exchange(['again', { text: '<again>', end: undefined }]);
});

test.each<[string, LineFault]>([
  ['silent from its beginning', { kind: 'stall', direction: 'up', after: 0 }],
  ['far too late', { kind: 'late', ms: 60_000 }],
])('a line that is %s lets nothing through, and does not end', async (_, fault) => {
  proxy.next(fault);
  const { socket, received } = await open();
  socket.write('hello');
  // The point is that nothing happens.
  await sleep(150);
  expect({ ...received, arrived }).toEqual({ text: '', end: undefined, arrived: '' });
  await exchange(['again', { text: '<again>', end: undefined }]);
});

test('a line that drips passes everything, in more pieces than were sent', async () => {
  proxy.next({ kind: 'drip', direction: 'up', bytesPerSecond: 50 });
  const { socket, received } = await open();
  socket.write('hello');
  const withoutMarks = () => received.text.replace(/[<>]/g, '');
  await vi.waitFor(() => expect(withoutMarks()).toBe('hello'), { timeout: 60_000, interval: 5 });
  expect(received.text.split('<').length - 1).toBeGreaterThan(1);
});

test('a line without a fault relays as it is', async () => {
  await exchange(['one', { text: '<one>', end: undefined }], ['two', { text: '<one><two>', end: undefined }]);
  expect(proxy.connections).toBe(1);
});

test('a fault that is aimed at a text waits for the connection that sends it', async () => {
  proxy.next({ kind: 'reset', direction: 'up', after: 0 }, { at: 'PUT ' });
  await exchange(['GET a', { text: '<GET a>', end: undefined }]);
  await exchange(['GET b', { text: '<GET b>', end: undefined }], ['PUT c', { text: '<GET b>', end: 'ECONNRESET' }]);
});

test('a proxy that is down refuses, and listens on its port again afterwards', async () => {
  await proxy.down();
  expect((await open()).received.end).toBe('ECONNREFUSED');
  await proxy.up();
  await exchange(['hello', { text: '<hello>', end: undefined }]);
});
