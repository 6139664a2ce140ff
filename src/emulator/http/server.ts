import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../shared/time/clock.ts';
import { Problem } from '../../shared/errors.ts';
import { type IncomingRequest, handleRequest, type ServerContext } from './handle-request.ts';
import type { OriginName } from '../state/request-log.ts';

/** Limits for requests only: a scripted fault may keep a response open for minutes. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000 };
const MOST_CONNECTIONS = 1_024;

/** Address to listen on. */
interface ListenOptions {
  /** First of three neighbouring ports; 0 takes three free ones. */
  readonly port: number;
  readonly host: string;
  readonly clock: Clock;
}

/** Three listening servers. Requests wait until `open` is called, since the context depends on the origins. */
export interface Servers {
  /** `http://host:port` of each. */
  readonly origins: Readonly<Record<OriginName, string>>;
  open(serverContext: ServerContext): void;
  /** Closes every connection, also those of open requests. */
  close(): Promise<void>;
}

/**
 * Listens on ports N, N+1 and N+2, or on three free ports if N is 0.
 * @throws Problem `emulator_port_taken`, `emulator_cannot_listen`
 */
export async function listen({ port, host, clock }: ListenOptions): Promise<Servers> {
  const servers: Server[] = [];
  const closeAll = async () => {
    await Promise.all(servers.map(close));
  };
  let open: Servers['open'] = () => undefined;
  const opened = new Promise<ServerContext>((resolve) => (open = resolve));
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
  const server = createServer(TIMEOUTS);
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port)));
    server.listen(port, host, () => resolve(server));
  });
}

interface Attachment {
  readonly origin: OriginName;
  readonly clock: Clock;
  readonly opened: Promise<ServerContext>;
}

function attach(server: Server, { origin, clock, opened }: Attachment): void {
  /** Arrival of the current request's first byte, by connection. */
  const heads = new WeakMap<Socket, number>();
  server.on('connection', (socket) => {
    // Before Node's own listener, which emits `request` as soon as the head is complete.
    socket.prependListener('data', () => {
      if (!heads.has(socket)) heads.set(socket, clock.now());
    });
    socket.on('error', () => undefined);
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    const headAt = heads.get(socket) ?? clock.now();
    // The next byte on this connection begins the head of the next request.
    request.once('end', () => heads.delete(socket));
    void handleWhenOpen({ origin, request, response, headAt }, opened);
  });
}

async function handleWhenOpen(incoming: IncomingRequest, opened: Promise<ServerContext>): Promise<void> {
  const serverContext = await opened;
  try {
    await handleRequest(incoming, serverContext);
  } catch (error) {
    const { socket } = incoming.request;
    // Neither a client that disconnects nor a fault that outlives the emulator is a defect.
    const expected = serverContext.closing.aborted || socket.destroyed;
    if (!expected) serverContext.context.settings.logger.error('emulator_defect', { origin: incoming.origin, error });
    socket.destroy();
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Origin at which clients reach a server that listens on `host`. */
function originOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const wildcard = host === '0.0.0.0' || host === '::';
  const name = wildcard ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function cannotListen(error: NodeJS.ErrnoException, port: number): Problem {
  const taken = error.code === 'EADDRINUSE';
  const message = taken ? `Port ${port} is taken.` : `The emulator cannot listen on port ${port} (${error.code}).`;
  return new Problem(taken ? 'emulator_port_taken' : 'emulator_cannot_listen', message, {
    next: 'Give the first of three neighbouring free ports, or 0 for any free ones.',
    cause: error,
  });
}
