import { PassThrough } from 'node:stream';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authenticateLocal } from '../../../src/mcp/client/authentication.ts';
import { cancelledId, isTakenBack } from '../../../src/mcp/client/client-cancel.ts';
import { serveOverStdio } from '../../../src/mcp/stdio/serve-stdio.ts';
import { defineTool } from '../../../src/tools/definition/define.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { serveTestTools, TOKEN } from '../fixture/http.ts';
import { testOptions } from '../fixture/options.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** A server with one tool that waits until its call is aborted, and what that call then knew. */
function waiting() {
  const seen = { calls: 0, takenBack: [] as boolean[] };
  const tool = defineTool({
    name: 'wait',
    title: 'Wait',
    toolset: 'core',
    description: 'Waits.',
    intent: 'create',
    idempotent: false,
    openWorld: true,
    input: z.strictObject({}),
    output: z.object({}),
    handler: async (_input, { signal, isTakenBack: takenBack }) => {
      seen.calls += 1;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      seen.takenBack.push(takenBack?.() ?? false);
      return { text: 'waited', structured: {}, pictures: [], links: [], isError: false };
    },
  });
  const { name, title, description } = tool;
  const annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true };
  const catalogue = [
    { name, title, description, inputSchema: { type: 'object' as const, properties: {} }, annotations },
  ];
  const options = {
    ...testOptions(),
    catalogue,
    loadTools: async () => [tool],
    authenticate: authenticateLocal(TOKEN),
  };
  return { seen, options };
}

const headers = { Authorization: `Bearer ${TOKEN}` };

interface Ending {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
}
interface Waiting {
  call(ending: Ending): Promise<unknown>;
  close(): Promise<unknown>;
}

async function v2(url: string, mode: NonNullable<ClientOptions['versionNegotiation']>['mode']): Promise<Waiting> {
  const client = new Client({ name: 'v2', version: '1' }, mode === undefined ? {} : { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  overhearClient(transport);
  undo.push(() => client.close());
  return { call: (ending) => client.callTool({ name: 'wait', arguments: {} }, ending), close: () => client.close() };
}

async function v1(url: string): Promise<Waiting> {
  const client = new ClientV1({ name: 'v1', version: '1' }, { capabilities: {} });
  const transport = new HttpV1(new URL(url), { requestInit: { headers } });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  overhearClient(transport);
  undo.push(() => client.close());
  const call: Waiting['call'] = (ending) => client.callTool({ name: 'wait', arguments: {} }, undefined, ending);
  return { call, close: () => client.close() };
}

describe.each([
  ['v1', v1],
  ['v2 of the 2025 era', (url: string) => v2(url, 'legacy')],
] as const)('a call over HTTP of the SDK client %s', (_name, connect) => {
  test.each([
    ['that its user stops is taken back', true, (stop: AbortController) => ({ signal: stop.signal })],
    ['that times out by the client’s own limit is not', false, () => ({ timeout: 1_500 })],
    ['that times out by its signal is not', false, (stop: AbortController) => ({ signal: stop.signal })],
  ] as const)('%s', { tags: 'long' }, async (what, expected, endingOf) => {
    const { seen, options } = waiting();
    const server = await serveTestTools(options);
    undo.push(() => server.close({ graceMs: 0 }));
    const { call } = await connect(server.url);
    const stop = new AbortController();
    const called = call(endingOf(stop)).catch(() => undefined);
    await expect.poll(() => seen.calls).toBe(1);
    // As `AbortSignal.timeout` does it.
    stop.abort(what.includes('times out') ? new DOMException('due to timeout', 'TimeoutError') : undefined);
    await called;
    await expect.poll(() => seen.takenBack).toEqual([expected]);
  });
});

test.each([['legacy' as const], [{ pin: '2026-07-28' } as const]])(
  'a closed HTTP connection takes nothing back (%j)',
  async (mode) => {
    const { seen, options } = waiting();
    const server = await serveTestTools(options);
    undo.push(() => server.close({ graceMs: 0 }));
    const { call, close } = await v2(server.url, mode);
    const stop = new AbortController();
    const called = call({ signal: stop.signal }).catch(() => undefined);
    await expect.poll(() => seen.calls).toBe(1);
    // In the 2026 era a client cancels over HTTP by closing the stream of its request, as a broken line does.
    if (mode === 'legacy') await close();
    else stop.abort();
    await called;
    await expect.poll(() => seen.takenBack).toEqual([false]);
  },
);

const ERAS = {
  2025: {},
  2026: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    },
  },
} as const;

describe.each([[2025], [2026]] as const)('a call over stdio in the %i era', (era) => {
  test.each([
    [{ reason: 'the user pressed Esc' }, true],
    [{}, true],
    [{ reason: 'McpError: MCP error -32001: Request timed out' }, false],
    ['end of input', false],
  ] as const)('is taken back by %j: %s', async (how, expected) => {
    const { seen, options } = waiting();
    const streams = { input: new PassThrough(), output: new PassThrough() };
    const serving = serveOverStdio({ ...options, authenticate: authenticateLocal() }, streams);
    undo.push(() => serving.close({ graceMs: 0 }));
    const send = (message: object) => streams.input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    if (era === 2025) {
      const clientInfo = { name: 'raw', version: '1' };
      send({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } });
      send({ method: 'notifications/initialized' });
    }
    send({ id: 1, method: 'tools/call', params: { name: 'wait', arguments: {}, ...ERAS[era] } });
    await expect.poll(() => seen.calls).toBe(1);
    if (how === 'end of input') {
      streams.input.end();
      void serving.close({ graceMs: 0 });
    } else send({ method: 'notifications/cancelled', params: { requestId: 1, ...how, ...ERAS[era] } });
    await expect.poll(() => seen.takenBack).toEqual([expected]);
  });
});

test.each([
  // What SDKs send where they gave up waiting: TypeScript, Python, Go, Rust, and an `AbortSignal.timeout`.
  ['SdkError: Request timed out', false],
  ['Maximum total timeout exceeded', false],
  ['Timed out while waiting for response to CallToolRequest. Waited 60.0 seconds.', false],
  ['context deadline exceeded', false],
  ['request timeout', false],
  ['TimeoutError: The operation was aborted due to timeout', false],
  ['Tool call time-out after 60 s', false],
  ['AbortError: This operation was aborted', true],
  ['context canceled', true],
  ['User requested cancellation', true],
  ['', true],
])('the reason %j takes a call back: %s', (reason, expected) => {
  expect(isTakenBack(AbortSignal.abort(reason))).toBe(expected);
});

describe('the id that a message takes back', () => {
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7, reason: 'stopped' } };

  test('is the text or number of a cancelled notification', () => {
    expect(cancelledId(cancelled)).toBe(7);
    expect(cancelledId({ ...cancelled, params: { requestId: 'a' } })).toBe('a');
  });

  test.each([
    ['another notification', { ...cancelled, method: 'notifications/progress' }],
    ['a request of that name', { ...cancelled, id: 1 }],
    ['a notification without an id', { jsonrpc: '2.0', method: 'notifications/cancelled' }],
    ['an id that is none', { ...cancelled, params: { requestId: { is: 7 } } }],
    ['a list of messages', [cancelled]],
    ['no message', null],
  ])('is none in %s', (_, message) => expect(cancelledId(message)).toBeUndefined());
});
