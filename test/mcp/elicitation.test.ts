import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import {
  Client,
  InMemoryTransport,
  StreamableHTTPClientTransport,
  type ClientOptions,
} from '@modelcontextprotocol/client';
import { afterEach, describe, expect, test } from 'vitest';
import { LOCAL } from '../../src/shared/caller.ts';
import { authenticateLocal } from '../../src/mcp/authentication.ts';
import { createServer } from '../../src/mcp/server.ts';
import type { HttpServing } from '../../src/mcp/http/serve-http.ts';
import { serveTestTools, TOKEN } from './fixture/http.ts';
import { spend, spendingOptions } from './fixture/spending.ts';
import { overhearClient } from '../support/artefacts.ts';

type Action = 'accept' | 'decline' | 'cancel';
type Mode = NonNullable<ClientOptions['versionNegotiation']>['mode'];

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
  spend.times = 0;
});

const headers = { Authorization: `Bearer ${TOKEN}` };

async function serving(): Promise<HttpServing> {
  const server = await serveTestTools({ ...spendingOptions(), authenticate: authenticateLocal(TOKEN) });
  undo.push(() => server.close({ graceMs: 0 }));
  return server;
}

/** A client over HTTP whose user answers with `action`; without one, it does not declare elicitation. */
async function v2(mode: Mode, action: Action | undefined) {
  const { url } = await serving();
  const asked: string[] = [];
  const client = new Client(
    { name: 'v2', version: '1' },
    {
      ...(mode === undefined ? {} : { versionNegotiation: { mode } }),
      ...(action === undefined ? {} : { capabilities: { elicitation: { form: {} } } }),
    },
  );
  if (action !== undefined) {
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params.message);
      return { action, ...(action === 'accept' ? { content: {} } : {}) };
    });
  }
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  overhearClient(transport);
  undo.push(() => client.close());
  return { asked, call: (args: object) => client.callTool({ name: 'spend', arguments: { ...args } }) };
}

async function v1(action: Action | undefined) {
  const { url } = await serving();
  const asked: string[] = [];
  const client = new ClientV1(
    { name: 'v1', version: '1' },
    { capabilities: action === undefined ? {} : { elicitation: {} } },
  );
  if (action !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params.message);
      return { action, ...(action === 'accept' ? { content: {} } : {}) };
    });
  }
  const transport = new HttpV1(new URL(url), { requestInit: { headers } });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  overhearClient(transport);
  undo.push(() => client.close());
  return { asked, call: (args: object) => client.callTool({ name: 'spend', arguments: { ...args } }) };
}

describe.each([
  ['v2 in the 2026-07-28 era', (action: Action | undefined) => v2({ pin: '2026-07-28' }, action)],
  ['v2 in the 2025 era', (action: Action | undefined) => v2('legacy', action)],
  ['v1', v1],
] as const)('a call of the SDK client %s', (_name, connect) => {
  test('whose user accepts spends once', async () => {
    const { call, asked } = await connect('accept');
    expect((await call({})).isError ?? false).toBe(false);
    expect(asked).toEqual(['Spend 2 operations (2 requests) at Adobe Firefly? spend: "a fox"']);
    expect(spend.times).toBe(1);
  });

  test.each(['decline', 'cancel'] as const)('whose user answers %s spends nothing', async (action) => {
    const { call, asked } = await connect(action);
    const result = await call({});
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'confirmation_required' } } });
    expect(asked).toHaveLength(1);
    expect(spend.times).toBe(0);
  });

  test('that cannot ask its user spends only with confirm: true', async () => {
    const { call } = await connect(undefined);
    const result = await call({});
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'confirmation_required' } } });
    expect(JSON.stringify(result)).toContain('confirm: true');
    expect(spend.times).toBe(0);
    expect((await call({ confirm: true })).isError ?? false).toBe(false);
    expect(spend.times).toBe(1);
  });
});

test('a client that supports elicitation by URL only is not asked', async () => {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const options = spendingOptions();
  const server = createServer(options, { identify: () => LOCAL, conversation: undefined, draining: undefined });
  await server.connect(far);
  const client = new Client({ name: 'urls', version: '1' }, { capabilities: { elicitation: { url: {} } } });
  await client.connect(near);
  undo.push(() => client.close());
  const result = await client.callTool({ name: 'spend', arguments: {} });
  expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'confirmation_required' } } });
});
