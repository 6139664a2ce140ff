import type { IncomingMessage } from 'node:http';
import { rejectForeign, type Refusal } from '../../../shared/loopback-request.ts';

export { requireJson, type Refusal } from '../../../shared/loopback-request.ts';

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

/** Headers that decide how a request is served; Node joins repeated ones by commas. */
const SINGLE = [
  'origin',
  'accept',
  'mcp-session-id',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'last-event-id',
];

/** Makes one of headers that were sent repeatedly with one value, as some proxies do. */
export function mergeRepeated(request: IncomingMessage): void {
  for (const name of SINGLE) {
    const values = request.headersDistinct[name];
    if (values !== undefined && values.length > 1 && new Set(values).size === 1) request.headers[name] = values[0];
  }
}
