import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bearerOf } from '../../../src/mcp/client/authentication.ts';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { GOOD_HEADERS, serveTestTools } from '../fixture/http.ts';

/* Requests of several people over one connection, as a proxy sends them. */

let serving: HttpServing;
beforeAll(async () => {
  serving = await serveTestTools({
    isShared: true,
    authenticate: async (credentials) => {
      const principal = credentials.transport === 'http' ? bearerOf(credentials.authorization) : undefined;
      return principal === undefined
        ? { kind: 'refused', message: 'no', isInvalid: false }
        : { kind: 'accepted', identity: { ...LOCAL, principal } };
    },
  });
});
afterAll(() => serving.close({ graceMs: 0 }));

/** A call that says whose it is, as it goes over the wire. */
function call(id: number, person: string | undefined, name = 'echo', args: object = { prompt: 'a' }): string {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, _meta } });
  const { Authorization: _, ...others } = GOOD_HEADERS;
  const headers = {
    ...others,
    Host: '127.0.0.1',
    ...(person !== undefined && { Authorization: `Bearer ${person}` }),
    'Mcp-Protocol-Version': '2026-07-28',
    'Mcp-Method': 'tools/call',
    'Mcp-Name': name,
    'Content-Length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** What comes back until so many answers are there, or the connection ends. */
async function answersTo(requests: readonly string[], most = requests.length): Promise<string> {
  const socket = connect(serving.port, '127.0.0.1');
  socket.write(requests.join(''));
  let read = '';
  for await (const piece of socket) {
    read += String(piece);
    if (read.match(/"resultType"/g)?.length === most) break;
  }
  return read;
}
const statuses = (answers: string) => [...answers.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
/** Whose calls were answered; each answer says it twice. */
const people = (answers: string) => [
  ...new Set([...answers.matchAll(/principal\\":\\"(\w+)/g)].map(([, person]) => person)),
];

test('requests that follow each other on one connection are answered in turn, each to its own sender', async () => {
  // The first takes longest.
  const answers = await answersTo([
    call(1, 'ada', 'deaf', { ms: 50 }),
    call(2, 'ada'),
    call(3, 'ben'),
    call(4, 'carol'),
  ]);
  expect(statuses(answers)).toEqual(['200', '200', '200', '200']);
  expect(people(answers)).toEqual(['ada', 'ben', 'carol']);
  expect([...answers.matchAll(/"id":(\d)/g)].map(([, id]) => id)).toEqual(['1', '2', '3', '4']);
});

test('one without a sender has none from the request before it, and no other follows it', async () => {
  const answers = await answersTo([call(1, 'ada'), call(2, undefined), call(3, 'ben')]);
  expect(statuses(answers)).toEqual(['200', '401']);
  expect(people(answers)).toEqual(['ada']);
});
