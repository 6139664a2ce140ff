import type { ServerResponse } from 'node:http';
import type { Refusal } from './guards/request-guard.ts';

/** Sends a JSON body. An error also closes the connection, so that no further request follows on it. */
export function respond(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Refusal['headers'] = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    ...(status >= 400 && { Connection: 'close' }),
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** Refuses a request with a JSON-RPC error that belongs to no request id. */
export function refuse(response: ServerResponse, { status, message, headers, body }: Refusal): void {
  respond(response, status, body ?? { jsonrpc: '2.0', error: { code: -32000, message }, id: null }, headers);
}
