import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes after which a sender is cut off all the same: twice the largest upload. */
const MOST_BYTES = 128 * 1024 * 1024;
/**
 * Most connections that are read from for this alone. The oldest ends for another one, and each with the time for a whole
 * request.
 */
const MOST_AT_ONCE = 32;

const lingering = new Set<Socket>();

/**
 * Ends a response whose bytes are written, where no more of its request is wanted. What still comes is read and dropped
 * first: a connection that is closed meanwhile is reset, and its client, or a proxy, may never read the answer (RFC 9112,
 * section 9.6).
 */
export function endUnwanted(response: ServerResponse): void {
  const { req: request } = response;
  const { socket } = request;
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  const hasMore = (length !== undefined || coding !== undefined) && !request.complete && !request.destroyed;
  if (!hasMore || Number(length ?? 0) > MOST_BYTES) return void response.end();
  lingering.add(socket);
  const [oldest] = lingering;
  if (lingering.size > MOST_AT_ONCE) oldest?.destroy();
  socket.once('close', () => lingering.delete(socket));
  void drop(request).then(() => response.end());
}

/** Reads what comes, up to the limit, and drops it. Never rejects. */
async function drop(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      bytes += Buffer.isBuffer(piece) ? piece.length : 0;
      if (bytes > MOST_BYTES) return;
    }
  } catch {
    // The client is gone.
  }
}
