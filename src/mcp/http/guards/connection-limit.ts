import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connections that send nothing, or not yet a whole request. More belong to no client, but to an attempt to block others. */
const MOST_WAITING = 256;
/** All connections. Far more than sessions and their calls need, and few enough to leave descriptors for files. */
const MOST_CONNECTIONS = 1_024;

/**
 * Bounds the connections of a server. Where too many send nothing, the oldest of these is closed, so that a program that
 * holds connections open shuts out no other program.
 */
export function limitConnections(server: Server, mostWaiting = MOST_WAITING): void {
  server.maxConnections = MOST_CONNECTIONS;
  const waiting = new Set<Socket>();
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
    const [oldest] = waiting;
    if (waiting.size > mostWaiting) oldest?.destroy();
  });
  server.on('request', ({ socket }, response) => {
    waiting.delete(socket);
    response.once('close', () => !socket.destroyed && waiting.add(socket));
  });
}
