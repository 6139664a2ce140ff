import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServing } from '../../src/mcp/http/serve-http.ts';
import { serveTestTools, TOKEN } from './fixture/http.ts';
import { bundledEntry } from './fixture/pipe.ts';
import { overhearClient } from '../support/artefacts.ts';

let entry: Awaited<ReturnType<typeof bundledEntry>>;
let serving: HttpServing;

beforeAll(async () => {
  [entry, serving] = await Promise.all([bundledEntry(), serveTestTools()]);
});
afterAll(() => Promise.all([entry.remove(), serving.close({ graceMs: 0 })]));

/** What the tests need of either client. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<Record<string, unknown>>;
  /** Progress of a call that is cancelled at the fourth one: a client may drop what arrives together with the result. */
  firstProgress(name: string): Promise<number[]>;
  /** Cancels the call at its first progress. */
  callCancelled(name: string, args: Record<string, unknown>): Promise<unknown>;
  listResources(cursor?: string): Promise<{ resources: { uri: string }[]; nextCursor?: string | undefined }>;
  readResource(uri: string): Promise<{ contents: unknown[] }>;
  complete(uri: string, value: string): Promise<string[]>;
  close(): Promise<void>;
}

const headers = { Authorization: `Bearer ${TOKEN}` };
const stdio = () => ({ command: process.execPath, args: [entry.file], stderr: 'ignore' as const });

async function v2(
  over: 'stdio' | 'http',
  mode: NonNullable<ClientOptions['versionNegotiation']>['mode'],
): Promise<AnyClient> {
  const client = new Client({ name: 'v2', version: '1' }, mode === undefined ? {} : { versionNegotiation: { mode } });
  const transport =
    over === 'stdio'
      ? new StdioClientTransport(stdio())
      : new StreamableHTTPClientTransport(new URL(serving.url), { requestInit: { headers } });
  await client.connect(transport);
  overhearClient(transport);
  return {
    listTools: () => client.listTools(),
    callTool: async (params) => ({ ...(await client.callTool(params)) }),
    firstProgress: (name) => firstProgress((options) => client.callTool({ name, arguments: {} }, options)),
    callCancelled: (name, args) => client.callTool({ name, arguments: args }, cancelledAtProgress()),
    listResources: (cursor) => client.listResources(cursor === undefined ? undefined : { cursor }),
    readResource: (uri) => client.readResource({ uri }),
    complete: async (uri, value) =>
      (await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name: 'id', value } })).completion
        .values,
    close: () => client.close(),
  };
}

interface ProgressOptions {
  readonly signal: AbortSignal;
  readonly onprogress: (update: { progress: number }) => void;
}

async function firstProgress(call: (options: ProgressOptions) => Promise<unknown>): Promise<number[]> {
  const enough = new AbortController();
  const values: number[] = [];
  const onprogress: ProgressOptions['onprogress'] = ({ progress }) => {
    values.push(progress);
    if (values.length === 4) enough.abort();
  };
  await expect(call({ signal: enough.signal, onprogress })).rejects.toThrow();
  return values;
}

function cancelledAtProgress() {
  const cancel = new AbortController();
  return { signal: cancel.signal, onprogress: () => cancel.abort() };
}

async function v1(over: 'stdio' | 'http'): Promise<AnyClient> {
  const client = new ClientV1({ name: 'v1', version: '1' });
  const transport =
    over === 'stdio' ? new StdioV1(stdio()) : new HttpV1(new URL(serving.url), { requestInit: { headers } });
  // The v1 types were not written for exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  overhearClient(transport);
  return {
    listTools: () => client.listTools(),
    callTool: async (params) => ({ ...(await client.callTool(params)) }),
    firstProgress: (name) => firstProgress((options) => client.callTool({ name, arguments: {} }, undefined, options)),
    callCancelled: (name, args) => client.callTool({ name, arguments: args }, undefined, cancelledAtProgress()),
    listResources: (cursor) => client.listResources(cursor === undefined ? undefined : { cursor }),
    readResource: (uri) => client.readResource({ uri }),
    complete: async (uri, value) =>
      (await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name: 'id', value } })).completion
        .values,
    close: () => client.close(),
  };
}

describe.each([
  ['v2, auto, over stdio', () => v2('stdio', 'auto')],
  ['v2, legacy, over stdio', () => v2('stdio', 'legacy')],
  ['v2, pinned, over stdio', () => v2('stdio', { pin: '2026-07-28' })],
  ['v1 over stdio', () => v1('stdio')],
  ['v2, auto, over HTTP', () => v2('http', 'auto')],
  ['v2, legacy, over HTTP', () => v2('http', 'legacy')],
  ['v2, pinned, over HTTP', () => v2('http', { pin: '2026-07-28' })],
  ['v1 over HTTP', () => v1('http')],
] as const)('the SDK client %s', (_name, connect) => {
  let client: AnyClient;
  beforeAll(async () => {
    client = await connect();
  });
  afterAll(() => client.close());

  test('lists the catalogue', async () => {
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    expect(names).toEqual(['echo', 'wait', 'deaf', 'strict', 'refuse', 'broken', 'picture']);
  });

  test('calls tools, and gets their errors as results', async () => {
    // Listed first, so that the client checks structured content against the output schema.
    await client.listTools();
    const said = await client.callTool({ name: 'echo', arguments: { prompt: 'a cat' } });
    expect(said['structuredContent']).toMatchObject({ text: expect.stringContaining('a cat') });
    const wrong = await client.callTool({ name: 'echo', arguments: { prompt: 'a', cuont: 1 } });
    expect(wrong).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_argument' } } });
    const refused = await client.callTool({ name: 'refuse', arguments: {} });
    expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: 'rate_limited' } } });
    const picture = await client.callTool({ name: 'picture', arguments: {} });
    expect(picture['content']).toMatchObject([{ type: 'text' }, { type: 'image' }, { type: 'resource_link' }]);
    await expect(client.callTool({ name: 'nothing', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  });

  test('gets strictly increasing progress', async () => {
    const values = await client.firstProgress('wait');
    expect(values.length).toBeGreaterThanOrEqual(4);
    expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b));
  });

  test('can cancel a call and make another one', async () => {
    await expect(client.callCancelled('wait', {})).rejects.toThrow();
    expect(await client.callTool({ name: 'echo', arguments: { prompt: 'on' } })).toHaveProperty('structuredContent');
  });

  test('lists, reads and completes resources', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await client.listResources(cursor);
      seen.push(...page.resources.map(({ uri }) => uri));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined && pages < 10);
    expect(new Set(seen).size).toBe(13);
    expect(await client.readResource('firefly://images/img_3')).toMatchObject({ contents: [{ blob: 'aGVsbG8=' }] });
    await expect(client.readResource('firefly://images/img_99')).rejects.toMatchObject({ code: expect.any(Number) });
    expect(await client.complete('firefly://images/{id}', 'img_1')).toEqual(['img_1', 'img_10', 'img_11', 'img_12']);
  });
});
