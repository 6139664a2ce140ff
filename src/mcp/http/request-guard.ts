import { createHash, timingSafeEqual } from 'node:crypto';
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

/** Refuses a request without the token (RFC 6750). Comparing digests takes constant time, whatever was sent. */
export function requireBearer(request: IncomingMessage, token: string): Refusal | undefined {
  const given = /^bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return undefined;
  const error = given === undefined ? '' : ', error="invalid_token"';
  return {
    status: 401,
    message: 'A bearer token is required: the one that the server printed when it started.',
    headers: { 'WWW-Authenticate': `Bearer realm="firefly-mcp"${error}` },
  };
}

/** Refuses bodies that are not JSON: a page can post forms and plain text without a CORS preflight. */
export function requireJson(request: IncomingMessage): Refusal | undefined {
  if (request.method !== 'POST' || isJsonContentType(request.headers['content-type'])) return undefined;
  return { status: 415, message: 'Content-Type must be application/json.' };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
