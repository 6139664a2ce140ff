import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

/** Below every system's range of ephemeral ports, from which any listener and any connection may get a port that is free. */
const [LEAST, MOST] = [20_000, 30_000];
/** Each process begins elsewhere. */
let next = LEAST + ((process.pid * 97) % (MOST - LEAST));

/** Neighbouring ports that no other process gets, also while nothing listens on them. */
export interface OwnPorts {
  readonly first: number;
  release(): void;
}

/** Neighbouring ports for servers that end and come back, and for addresses at which no server is to answer. */
export async function ownPorts(count = 1): Promise<OwnPorts> {
  for (let attempt = 0; attempt < MOST - LEAST; attempt += 1) {
    if (next + count > MOST) next = LEAST;
    const first = next;
    next += count;
    const claims = await Promise.all(Array.from({ length: count }, (_, n) => claim(first + n)));
    const release = () => claims.forEach((socket) => socket?.close());
    if (claims.every((socket) => socket !== undefined)) return { first, release };
    release();
  }
  throw new Error('no free ports');
}

/** Holds a port against other test processes by UDP, which leaves it free for TCP; undefined where it is taken. */
async function claim(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4').unref();
  socket.bind({ port, address: '127.0.0.1', exclusive: true });
  try {
    await once(socket, 'listening');
  } catch {
    return undefined;
  }
  try {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await promisify(server.close.bind(server))();
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}
