import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { GOOD_HEADERS, INITIALIZE, raw, serveTestTools } from '../fixture/http.ts';

/* What a client, and each proxy before it, gets of an answer that takes long. */

let serving: HttpServing;
beforeAll(async () => {
  serving = await serveTestTools();
});
afterAll(() => serving.close({ graceMs: 0 }));

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const post = (headers: object, method: string, params: object) =>
  fetch(serving.url, {
    method: 'POST',
    headers: { ...GOOD_HEADERS, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
const modern = (method: string, params: object, more: object = {}) =>
  post({ 'Mcp-Protocol-Version': '2026-07-28', 'Mcp-Method': method, ...more }, method, { ...params, _meta: META });
async function session(): Promise<Record<string, string>> {
  const { headers } = await raw(serving.port, { headers: GOOD_HEADERS, body: INITIALIZE });
  return { ...GOOD_HEADERS, 'Mcp-Session-Id': String(headers['mcp-session-id']) };
}

/** A call that says nothing for as long as these tests take. */
const SILENT = { name: 'strict', arguments: { ms: 600_000 } };
const STREAMS: Readonly<Record<string, () => Promise<Response>>> = {
  'a call of 2026-07-28': () => modern('tools/call', SILENT, { 'Mcp-Name': SILENT.name }),
  'a call of 2025-11-25': async () => post(await session(), 'tools/call', SILENT),
  'notifications of 2025-11-25': async () =>
    fetch(serving.url, { headers: { ...(await session()), Accept: 'text/event-stream' } }),
};

test.each(Object.entries(STREAMS))(
  'the stream of %s has its head and its first bytes at once, before there is anything to say',
  async (_what, open) => {
    const answer = await open();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const reader = answer.body!.getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value ?? []).toString()).toBe(': open\n\n');
    await reader.cancel();
  },
);

test('each stream gives a sign of life every few seconds, which is no message', { tags: 'long' }, async () => {
  const beginning = async (open: () => Promise<Response>) => {
    const reader = (await open()).body!.getReader();
    let read = '';
    while (read.split('\n\n').length <= 3) {
      const { value, done } = await reader.read();
      expect(done).toBe(false);
      read += Buffer.from(value ?? []).toString();
    }
    await reader.cancel();
    return read;
  };
  for (const read of await Promise.all(Object.values(STREAMS).map(beginning))) {
    expect(read).toMatch(/^(: \w+\n\n)+$/);
  }
});
