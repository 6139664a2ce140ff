import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  isJsonContentType,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';

/** A request that goes no further. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Whether a request may reach any path at all. A page in the user's browser can send requests to loopback, also under
 * a foreign name (DNS rebinding), so Host and Origin are looked at before anything else (MCP specification, "Streamable
 * HTTP: Security Warning").
 * @param hostname further name under which this server is bound, such as `127.0.0.2`
 */
export function rejectCrossOrigin(request: IncomingMessage, hostname: string): Refusal | undefined {
  const host = validateHostHeader(request.headers.host, [...localhostAllowedHostnames(), hostname]);
  if (!host.ok) return { status: 403, message: 'This Host is not served here.' };
  const origin = validateOriginHeader(request.headers.origin, [...localhostAllowedOrigins(), hostname]);
  if (!origin.ok) return { status: 403, message: 'Requests from this Origin are refused.' };
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    return { status: 403, message: 'Requests from other sites are refused.' };
  }
  if (/websocket/i.test(request.headers.upgrade ?? '')) {
    return { status: 403, message: 'There are no web sockets here.' };
  }
  return undefined;
}

/** Whether a request carries the token (RFC 6750). The comparison takes the same time for every wrong token. */
export function requireBearer(request: IncomingMessage, token: string): Refusal | undefined {
  const given = /^bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return undefined;
  const error = given === undefined ? '' : ', error="invalid_token"';
  return {
    status: 401,
    message: 'A bearer token is needed: the one that this server was started with.',
    headers: { 'WWW-Authenticate': `Bearer realm="firefly-mcp"${error}` },
  };
}

/** Forms and plain text are what a page can post without asking first, so only JSON is taken. */
export function requireJson(request: IncomingMessage): Refusal | undefined {
  if (request.method !== 'POST' || isJsonContentType(request.headers['content-type'])) return undefined;
  return { status: 415, message: 'Content-Type must be application/json.' };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
