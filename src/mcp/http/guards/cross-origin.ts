import type { IncomingMessage, ServerResponse } from 'node:http';

/** Request headers that pages of accepted origins may send. */
const HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'Mcp-Session-Id',
  'Mcp-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Last-Event-ID',
  'traceparent',
  'tracestate',
  'baggage',
];
const METHODS = 'GET, POST, DELETE, OPTIONS';

/**
 * Lets a page of an accepted origin (`rejectCrossOrigin` has checked it) read the response: browsers demand these headers
 * (Fetch Standard, "CORS protocol"). Clients in a browser, such as the MCP Inspector, run on a port of their own.
 */
export function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'Mcp-Session-Id, WWW-Authenticate, Retry-After');
  response.setHeader('Vary', 'Origin');
}

/** Answers the question of a browser whether a page may send a request; false where the request is none. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (request.method !== 'OPTIONS' || origin === undefined) return false;
  if (request.headers['access-control-request-method'] === undefined) return false;
  response.writeHead(204, {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': HEADERS.join(', '),
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return true;
}
