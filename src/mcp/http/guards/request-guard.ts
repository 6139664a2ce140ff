import type { IncomingMessage } from 'node:http';
import { rejectOtherSites, type Refusal } from '../../../shared/loopback-request.ts';

export { requireJson, type Refusal } from '../../../shared/loopback-request.ts';

/**
 * Refuses what a page in the user's browser could send, and web sockets.
 * @param site `hostname`: further host name that this server is bound to, such as `127.0.0.2`; `origin`: this server as
 *   people see it; `isLink`: whether the path holds a signature, so that other sites may lead to it by a link
 */
export function rejectCrossOrigin(
  request: IncomingMessage,
  site: { readonly hostname: string; readonly origin: string; readonly isLink: boolean },
): Refusal | undefined {
  const isLinkOpened = site.isLink && (request.method === 'GET' || request.method === 'HEAD');
  const refusal = rejectOtherSites(request, { ...site, isLinkOpened }) ?? rejectTwoSenders(request);
  if (refusal) return refusal;
  if (/websocket/i.test(request.headers.upgrade ?? '')) {
    return { status: 403, message: 'This server has no web sockets.' };
  }
  return undefined;
}

/** Node keeps the first of several: a proxy in front may have judged another one. */
function rejectTwoSenders({ headersDistinct }: IncomingMessage): Refusal | undefined {
  if (new Set(headersDistinct['authorization']).size < 2) return undefined;
  return { status: 400, message: 'More than one Authorization header.' };
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
