import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../../shared/time/clock.ts';
import type { Logger } from '../../../shared/logger.ts';

/** Looks within the longest time. */
const LOOKS = 4;

/**
 * Ends connections whose client reads nothing of an answer for so long, so that answers do not pile up in memory. A client
 * that reads slowly keeps its connection.
 * @param ms milliseconds
 */
export function endUnread(
  server: Server,
  ms: number,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): void {
  const stalled = new Map<Socket, { readonly read: number; readonly since: number }>();
  const closed = new AbortController();
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      stalled.delete(socket);
    });
  });
  server.once('close', () => closed.abort());
  const look = () => {
    const now = clock.monotonic();
    for (const socket of open) {
      // What the system has not taken yet counts as written, too.
      const read = socket.bytesWritten - socket.writableLength;
      const before = stalled.get(socket);
      if (socket.writableLength === 0) stalled.delete(socket);
      else if (before?.read !== read) stalled.set(socket, { read, since: now });
      else if (now - before.since >= ms) {
        logger.warn('answer_not_read', { bytes: socket.writableLength });
        socket.destroy();
      }
    }
  };
  const watch = async () => {
    for (;;) {
      await clock.sleep(ms / LOOKS, closed.signal);
      look();
    }
  };
  watch().catch(() => undefined);
}
