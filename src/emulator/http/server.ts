import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { Problem } from '../../shared/errors.ts';
import { type Incoming, serve, type Serving } from './handle-request.ts';
import type { OriginName } from '../state/request-log.ts';

/** Where to listen. */
export interface ListenOptions {
  /** The first of three ports; 0 for free ones. */
  readonly port: number;
  readonly host: string;
  readonly clock: Clock;
}

/** The three servers, listening. Requests wait until `open` is called, which needs the origins. */
export interface Servers {
  /** `http://host:port` of each. */
  readonly origins: Readonly<Record<OriginName, string>>;
  open(serving: Serving): void;
  /** Ends every connection and every request that is still open. */
  close(): Promise<void>;
}

/**
 * Listens on three ports: N, N+1, N+2, or three free ones for 0.
 * @throws Problem `emulator_port_taken`, `emulator_cannot_listen`
 */
export async function listen({ port, host, clock }: ListenOptions): Promise<Servers> {
  const servers: Server[] = [];
  const closeAll = async () => {
    await Promise.all(servers.map(close));
  };
  let open: Servers['open'] = () => undefined;
  const opened = new Promise<Serving>((resolve) => (open = resolve));
  const start = async (origin: OriginName, offset: number) => {
    const server = await listenOn(port === 0 ? 0 : port + offset, host);
    servers.push(server);
    attach(server, { origin, clock, opened });
    return originOf(server, host);
  };
  try {
    const origins = { api: await start('api', 0), shard: await start('shard', 1), storage: await start('storage', 2) };
    return { origins, open, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function listenOn(port: number, host: string): Promise<Server> {
  // A request may wait for minutes under a scripted fault; nothing here shall end it earlier.
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 5_000 });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port)));
    server.listen(port, host, () => resolve(server));
  });
}

interface Attachment {
  readonly origin: OriginName;
  readonly clock: Clock;
  readonly opened: Promise<Serving>;
}

function attach(server: Server, { origin, clock, opened }: Attachment): void {
  /** When the head began that each connection is just sending. */
  const heads = new WeakMap<Socket, number>();
  server.on('connection', (socket) => {
    // Before Node's own listener, which calls `request` as soon as the head is whole.
    socket.prependListener('data', () => {
      if (!heads.has(socket)) heads.set(socket, clock.now());
    });
    socket.on('error', () => undefined);
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    const headAt = heads.get(socket) ?? clock.now();
    // What comes after the body of this request is the head of the next one.
    request.once('end', () => heads.delete(socket));
    void serveWhenOpen({ origin, request, response, headAt }, opened);
  });
}

async function serveWhenOpen(incoming: Incoming, opened: Promise<Serving>): Promise<void> {
  const serving = await opened;
  try {
    await serve(incoming, serving);
  } catch (error) {
    const { socket } = incoming.request;
    // A client that goes away, and a fault that outlives the emulator, are no defects.
    const expected = serving.closing.aborted || socket.destroyed;
    if (!expected) serving.world.settings.logger.error('emulator_defect', { origin: incoming.origin, error });
    socket.destroy();
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Where clients reach a server that listens on `host`. */
function originOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function cannotListen(error: NodeJS.ErrnoException, port: number): Problem {
  const taken = error.code === 'EADDRINUSE';
  const message = taken ? `Port ${port} is taken.` : `The emulator cannot listen on port ${port} (${error.code}).`;
  return new Problem(taken ? 'emulator_port_taken' : 'emulator_cannot_listen', message, {
    actor: 'operator',
    next: 'Give the first of three neighbouring free ports, or 0 for any.',
    cause: error,
  });
}
