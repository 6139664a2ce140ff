import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { rejectOtherSites, type Refusal } from '../../../shared/loopback-request.ts';

export { requireJson, type Refusal } from '../../../shared/loopback-request.ts';

/**
 * Refuses what a page in the user's browser could send, and web sockets.
 * @param site `hostname`: further host name that this server is bound to, such as `127.0.0.2`; `origin`: this server as
 *   people see it; `isLink`: whether the path holds a signature, so that other sites may lead to it by a link; `isProbe`:
 *   whether supervisors ask there
 */
export function rejectCrossOrigin(
  request: IncomingMessage,
  site: { readonly hostname: string; readonly origin: string; readonly isLink: boolean; readonly isProbe: boolean },
): Refusal | undefined {
  const isLinkOpened = site.isLink && (request.method === 'GET' || request.method === 'HEAD');
  const isHostFree = site.isProbe && isHostOfProbe(request.headers.host, site.hostname);
  const refusal = rejectOtherSites(request, { ...site, isLinkOpened, isHostFree }) ?? rejectTwoSenders(request);
  if (refusal) return refusal;
  if (/websocket/i.test(request.headers.upgrade ?? '')) {
    return { status: 403, message: 'This server has no web sockets.' };
  }
  return undefined;
}

/** Whether only programs of this machine reach a server that is bound to this host name. */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

/**
 * Whether a Host header is none (HTTP/1.0), or, on a server for other machines, an address: so ask supervisors and load
 * balancers, who know no name of it. A page whose name was bound to this server (DNS rebinding) sends that name.
 */
function isHostOfProbe(host: string | undefined, hostname: string): boolean {
  if (host === undefined) return true;
  const [, address = host] = /^\[(.*)\](?::\d{1,5})?$/.exec(host) ?? /^([\d.]+):\d{1,5}$/.exec(host) ?? [];
  return !isLoopbackName(hostname) && isIP(address) !== 0 && !/^[0:.]+$/.test(address);
}

/**
 * Makes the usual form of an absolute one (`GET http://host/path`), as proxies write it. Its host counts, whatever the header
 * says (RFC 9112, section 3.2.2).
 */
export function toOriginForm(request: IncomingMessage): void {
  const [, authority, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(request.url ?? '') ?? [];
  if (authority === undefined) return;
  request.headers.host = authority;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
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
