import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { ownPorts } from '../support/ports.ts';
import type { Identity } from './certificate.ts';

const open: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
const dead: (() => void)[] = [];

/** Closes every server of this file and its connections. */
export async function closeServers(): Promise<void> {
  for (const release of dead.splice(0)) release();
  await Promise.all(
    open.splice(0).map(async ({ server, sockets }) => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }),
  );
}

/** A TCP server on loopback; resolves with its port. */
export function tcp(onSocket: (socket: Socket) => void): Promise<number> {
  return listen(createTcpServer(onSocket));
}

/** An HTTP server on loopback; resolves with its origin. */
export async function http(onRequest: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(onRequest))}`;
}

/** An HTTPS server on loopback; resolves with its port. */
export function https(identity: Identity, onRequest: RequestListener): Promise<number> {
  return listen(createTlsServer({ key: identity.key, cert: identity.cert }, onRequest));
}

/** A port without a server. */
export async function deadPort(): Promise<number> {
  const { first, release } = await ownPorts();
  dead.push(release);
  return first;
}

/** Calls `then` with the first complete raw HTTP request of a socket. */
export function onWholeRequest(socket: Socket, then: (request: string) => void): void {
  let seen = '';
  let done = false;
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    seen += chunk.toString('latin1');
    const [head = '', body] = seen.split('\r\n\r\n', 2);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (done || body === undefined || body.length < length) return;
    done = true;
    then(seen);
  });
}

function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  open.push({ server, sockets });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
