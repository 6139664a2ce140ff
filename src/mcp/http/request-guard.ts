import type { IncomingMessage } from 'node:http';
import {
  isJsonContentType,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';

/** The response to a request that is refused. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Body in place of a JSON-RPC error with the message. */
  readonly body?: object;
}

/**
 * Refuses what a page in the user's browser could send. Such a page reaches loopback, also under a foreign host name (DNS
 * rebinding), so Host and Origin are checked before the path or the token (MCP specification, "Streamable HTTP: Security
 * Warning").
 * @param hostname further host name that this server is bound to, such as `127.0.0.2`
 */
export function rejectCrossOrigin(request: IncomingMessage, hostname: string): Refusal | undefined {
  const host = validateHostHeader(request.headers.host, [...localhostAllowedHostnames(), hostname]);
  if (!host.ok) return { status: 403, message: 'This server does not answer to that Host.' };
  const origin = validateOriginHeader(request.headers.origin, [...localhostAllowedOrigins(), hostname]);
  if (!origin.ok) return { status: 403, message: 'Requests from this Origin are refused.' };
  // Pages on another port or name of this machine are other sites as well; those have sent an Origin, which counts.
  if (request.headers.origin === undefined && request.headers['sec-fetch-site'] === 'cross-site') {
    return { status: 403, message: 'Requests from other sites are refused.' };
  }
  if (/websocket/i.test(request.headers.upgrade ?? '')) {
    return { status: 403, message: 'This server has no web sockets.' };
  }
  return undefined;
}

/** Refuses bodies that are not JSON: a page can post forms and plain text without a CORS preflight. */
export function requireJson(request: IncomingMessage): Refusal | undefined {
  if (request.method !== 'POST' || isJsonContentType(request.headers['content-type'])) return undefined;
  return { status: 415, message: 'Content-Type must be application/json.' };
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
