import type { ServerResponse } from 'node:http';
import { endUnwanted } from './exchange/end-unwanted.ts';
import type { Refusal } from './guards/request-guard.ts';

/** Sends a JSON body. An error also closes the connection, so that no further request follows on it. */
export function respond(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Refusal['headers'] = {},
): void {
  send(response, status, 'application/json', JSON.stringify(body), headers);
}

/** Sends a text of another type. */
export function sendPlain(response: ServerResponse, type: string, text: string): void {
  send(response, 200, type, text, { 'X-Content-Type-Options': 'nosniff' });
}

/** Sends a sentence to a person with a browser. */
export function sendText(response: ServerResponse, status: number, sentence: string): void {
  send(response, status, 'text/plain; charset=utf-8', `${sentence}\n`, { 'X-Content-Type-Options': 'nosniff' });
}

/** Refuses a request with a JSON-RPC error that belongs to no request id. */
export function refuse(response: ServerResponse, { status, message, headers, body }: Refusal): void {
  respond(response, status, body ?? { jsonrpc: '2.0', error: { code: -32000, message }, id: null }, headers);
}

function send(response: ServerResponse, status: number, type: string, body: string, headers: Refusal['headers'] = {}) {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...(status >= 400 && { Connection: 'close' }),
    ...headers,
  });
  // Who sends too slowly is not waited for.
  if (status < 400 || status === 408) return void response.end(body);
  response.write(body);
  endUnwanted(response);
}
