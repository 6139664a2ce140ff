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
  if (request.headers['sec-fetch-site'] === 'cross-site') {
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
