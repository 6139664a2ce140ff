import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect } from 'vitest';
import { INITIALIZE, serveTestTools, TOKEN } from '../../mcp/fixture/http.ts';
import type { WayIn } from '../inputs.ts';

/** Bytes of HTTP, most of them wrong. */
export const httpRequests: WayIn = async (more) => {
  const serving = await serveTestTools();
  const word = fc.oneof(
    fc.constantFrom('/mcp', '/healthz', '/readyz', '//mcp', '/%6dcp', '/mcp/..', 'http://evil.example/mcp', '*'),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  );
  const header = fc.tuple(
    fc.constantFrom(
      'Host',
      'Origin',
      'Content-Length',
      'Transfer-Encoding',
      'Accept',
      'Mcp-Session-Id',
      'Upgrade',
      'Content-Type',
    ),
    fc.oneof(
      fc.constantFrom('127.0.0.1', 'evil.example', 'chunked', '5', '99999999999', 'application/json', 'websocket'),
      word,
    ),
  );
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'X'),
    path: word,
    headers: fc.array(header, { maxLength: 5 }),
    authorized: fc.boolean(),
    body: fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 40 }), fc.constant(INITIALIZE)),
  });
  await more(request, async ({ method, path, headers, authorized, body }) => {
    const lines = [
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(authorized ? [`Authorization: Bearer ${TOKEN}`] : []),
    ];
    const socket = connect(serving.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
    const answer = text(socket).catch(() => '');
    expect(await answer).not.toMatch(/ 500 |access-control-allow-origin: \*|evil\.example\/mcp/i);
    const health = await fetch(`http://127.0.0.1:${serving.port}/healthz`);
    expect(await health.text()).toBe('{"status":"ok"}');
  });
  await serving.close({ graceMs: 0 });
};
