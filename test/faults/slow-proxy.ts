import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP relay that keeps each new connection waiting before it lets anything through. */
export interface SlowProxy {
  readonly origin: string;
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * Relays to `origin` on loopback. `delayMs` says how long each connection, counted from 0, is held back: what its client
 * has sent arrives only then, as over a line that takes long to stand.
 */
export async function startSlowProxy(origin: string, delayMs: (connection: number) => number): Promise<SlowProxy> {
  const target = new URL(origin);
  const sockets = new Set<Socket>();
  let connections = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    client.pause();
    const timer = setTimeout(() => {
      const upstream = connect(Number(target.port), target.hostname);
      keep(upstream);
      client.pipe(upstream).pipe(client);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    }, delayMs(connections));
    client.on('close', () => clearTimeout(timer));
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
