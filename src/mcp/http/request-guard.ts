import type { IncomingMessage } from 'node:http';
import { rejectForeign, type Refusal } from '../../shared/loopback-request.ts';

export { requireJson, type Refusal } from '../../shared/loopback-request.ts';

/**
 * Refuses what a page in the user's browser could send, and web sockets.
 * @param hostname further host name that this server is bound to, such as `127.0.0.2`
 */
export function rejectCrossOrigin(request: IncomingMessage, hostname: string): Refusal | undefined {
  const foreign = rejectForeign(request, hostname);
  if (foreign) return foreign;
  if (/websocket/i.test(request.headers.upgrade ?? '')) {
    return { status: 403, message: 'This server has no web sockets.' };
  }
  return undefined;
}
