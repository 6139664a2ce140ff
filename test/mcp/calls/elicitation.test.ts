import { setImmediate } from 'node:timers/promises';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import {
  Client,
  InMemoryTransport,
  StreamableHTTPClientTransport,
  type ClientOptions,
  type JSONRPCMessage,
} from '@modelcontextprotocol/client';
import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, test } from 'vitest';
import { LOCAL } from '../../../src/shared/caller.ts';
import { authenticateLocal, bearerOf } from '../../../src/mcp/client/authentication.ts';
import type { HttpServingOptions } from '../../../src/mcp/http/options.ts';
import { createServer } from '../../../src/mcp/server.ts';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { Signer } from '../../../src/mcp/http/signing/signer.ts';
import { eventsOf, serveTestTools, TOKEN } from '../fixture/http.ts';
import { spend, spendingOptions } from '../fixture/spending.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';
import { overhearClient } from '../../support/artefacts.ts';

/** What the user does: `unticked` is what a host sends that accepts by itself; `error` is no answer but an error. */
type Action = 'accept' | 'unticked' | 'empty' | 'decline' | 'cancel' | 'error';
type Mode = NonNullable<ClientOptions['versionNegotiation']>['mode'];

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
  spend.times = 0;
});

function answerOf(action: Action, form: unknown) {
  expect(form).toMatchObject({
    properties: {
      spend: { type: 'boolean', default: false, title: expect.stringMatching(/^Yes, spend 2 operations/) },
    },
    required: ['spend'],
  });
  if (action === 'error') throw new Error('This host shows no forms.');
  if (action === 'accept') return { action, content: { spend: true } };
  if (action === 'unticked') return { action: 'accept' as const, content: { spend: false } };
  if (action === 'empty') return { action: 'accept' as const, content: {} };
  return { action };
}

const headers = { Authorization: `Bearer ${TOKEN}` };

async function serving(changes: Partial<HttpServingOptions> = {}): Promise<HttpServing> {
  const server = await serveTestTools({ ...spendingOptions(), authenticate: authenticateLocal(TOKEN), ...changes });
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
      return answerOf(action, 'requestedSchema' in params ? params.requestedSchema : undefined);
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
      return answerOf(action, 'requestedSchema' in params ? params.requestedSchema : undefined);
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

  test.each(['decline', 'cancel', 'unticked', 'empty'] as const)(
    'whose user answers %s spends nothing, whatever the arguments say',
    async (action) => {
      const { call, asked } = await connect(action);
      const result = await call({ confirm: true });
      expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'confirmation_required' } } });
      expect(asked).toHaveLength(1);
      expect(spend.times).toBe(0);
      // A declined call is refused without another question; any other answer may have been a slip.
      await call({ confirm: true });
      expect(asked).toHaveLength(action === 'decline' ? 1 : 2);
      expect(spend.times).toBe(0);
    },
  );

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

describe('an answer of the 2026-07-28 era', () => {
  /** A raw request to the server, with what a client sends besides the arguments. */
  async function send(url: string, more: object, token = TOKEN) {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const params = { name: 'spend', arguments: {}, _meta: meta, ...more };
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'Mcp-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'tools/call',
        'Mcp-Name': 'spend',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    });
    const [found] = eventsOf(await answer.text()).filter(({ id }) => id === 1);
    return found ?? {};
  }
  const yes = (asked: { result?: unknown }) => {
    const { inputRequests, requestState } = asked.result as { inputRequests: object; requestState: string };
    const [key = ''] = Object.keys(inputRequests);
    return { requestState, inputResponses: { [key]: { action: 'accept', content: { spend: true } } } };
  };

  test('spends with the state of its question, and is refused with a changed one', async () => {
    const { url } = await serving();
    const answer = yes(await send(url, {}));
    // Not the last character, some of whose bits decode to nothing.
    const changed = answer.requestState.replace(/.(?=.{5}$)/, (one) => (one === 'A' ? 'B' : 'A'));
    expect(await send(url, { ...answer, requestState: changed })).toMatchObject({ error: { code: -32602 } });
    expect(spend.times).toBe(0);
    expect(await send(url, answer)).toMatchObject({ result: { resultType: 'complete' } });
    expect(spend.times).toBe(1);
  });

  test('spends once: the same call with the same answer is asked anew, and spends with a new answer', async () => {
    const { url } = await serving();
    const answer = yes(await send(url, {}));
    await send(url, answer);
    const again = await send(url, answer);
    expect(again).toMatchObject({ result: { resultType: 'input_required' } });
    expect(spend.times).toBe(1);
    expect(await send(url, yes(again))).toMatchObject({ result: { resultType: 'complete' } });
    expect(spend.times).toBe(2);
    // An answer counts once, also where it comes twice at one moment.
    const third = yes(await send(url, {}));
    await Promise.all([send(url, third), send(url, third)]);
    expect(spend.times).toBe(3);
  });

  test('spends nothing where it cannot be recorded that it was used', async () => {
    const failed = new Problem('store_failed', 'The job store failed.', { next: 'Check the disk.' });
    const services = () => Promise.reject(failed);
    const { url } = await serving({ services });
    const told = await send(url, yes(await send(url, {})));
    expect(told).toMatchObject({ result: { isError: true, structuredContent: { error: { code: 'store_failed' } } } });
    expect(spend.times).toBe(0);
  });

  test('spends nothing where no question was asked', async () => {
    const { url } = await serving();
    const { inputResponses } = yes(await send(url, {}));
    const refused = { result: { isError: true, structuredContent: { error: { code: 'confirmation_required' } } } };
    expect(await send(url, { inputResponses })).toMatchObject(refused);
    expect(spend.times).toBe(0);
  });

  test('to the question of another server is refused, but for a replica with its key and its store', async () => {
    const signer = new Signer([Buffer.alloc(32, 3)]);
    const [one, replica, other] = [await serving({ signer }), await serving({ signer }), await serving()];
    const answer = yes(await send(one.url, {}));
    expect(await send(other.url, answer)).toMatchObject({ error: { code: -32602 } });
    expect(spend.times).toBe(0);
    expect(await send(replica.url, answer)).toMatchObject({ result: { resultType: 'complete' } });
    expect(spend.times).toBe(1);
  });

  test('counts for the call of its question, though that of another one has the same words', async () => {
    const { url } = await serving();
    const answer = yes(await send(url, {}));
    const other = await send(url, { ...answer, arguments: { which: 'hare' } });
    expect(other).toMatchObject({ result: { resultType: 'input_required' } });
    expect(spend.times).toBe(0);
    expect(await send(url, answer)).toMatchObject({ result: { resultType: 'complete' } });
    expect(spend.times).toBe(1);
  });

  test('counts for ten minutes', async () => {
    const signer = new Signer([Buffer.alloc(32, 5)]);
    const { url } = await serving({ signer });
    const answer = yes(await send(url, {}));
    const [, body = ''] = answer.requestState.split('.');
    const { p: payload, exp } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { p: object; exp: number };
    /** The state with another end. */
    const ending = (ttlSeconds: number) =>
      createRequestStateCodec({
        key: signer.derivedKey('request state'),
        ttlSeconds,
        bind: () => JSON.stringify(['tools/call', LOCAL.principal]),
      }).mint(payload, {} as ServerContext);
    expect(await send(url, { ...answer, requestState: await ending(-1) })).toMatchObject({ error: { code: -32602 } });
    expect(spend.times).toBe(0);
    // Only the time was wrong.
    expect(await send(url, { ...answer, requestState: await ending(600) })).toMatchObject({
      result: { resultType: 'complete' },
    });
    const [, later = ''] = (await ending(600)).split('.');
    expect(exp).toBeLessThanOrEqual((JSON.parse(Buffer.from(later, 'base64url').toString()) as { exp: number }).exp);
  });

  test("to another principal's question is refused", async () => {
    const { url } = await serving({
      authenticate: async (credentials) => {
        const principal = credentials.transport === 'http' ? (bearerOf(credentials.authorization) ?? '') : '';
        return { kind: 'accepted', identity: { ...LOCAL, principal } };
      },
    });
    const answer = yes(await send(url, {}, 'ada'));
    expect(await send(url, answer, 'ben')).toMatchObject({ error: { code: -32602 } });
    expect(spend.times).toBe(0);
    expect(await send(url, answer, 'ada')).toMatchObject({ result: { resultType: 'complete' } });
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

/** A client of the 2025 era in this process that declares forms, and a clock that the test moves. */
async function asking(answer: () => Promise<{ action: 'cancel' }>, sent?: unknown) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  // The SDK's client checks what its handler returns.
  const send = near.send.bind(near);
  near.send = (message, options) => {
    const isAnswer = 'result' in message && message.result['action'] === 'cancel' && sent !== undefined;
    return send(isAnswer ? ({ ...message, result: sent } as JSONRPCMessage) : message, options);
  };
  const clock = new ManualClock();
  const options = { ...spendingOptions(), clock };
  const server = createServer(options, { identify: () => LOCAL, conversation: undefined, draining: undefined });
  await server.connect(far);
  const client = new Client({ name: 'asking', version: '1' }, { capabilities: { elicitation: {} } });
  const seen = { asked: 0, ended: 0 };
  client.setRequestHandler('elicitation/create', async (_request, { mcpReq }) => {
    seen.asked += 1;
    mcpReq.signal.addEventListener('abort', () => (seen.ended += 1));
    return answer();
  });
  await client.connect(near);
  undo.push(() => client.close());
  return { client, clock, seen };
}

const CODE = { isError: true, structuredContent: { error: { code: 'confirmation_required' } } };

describe('a question to a client of the 2025 era', () => {
  test.each([
    [false, 45],
    [true, 120],
  ])('that is never answered ends by itself (progress token: %s) after %i s', async (hasToken, seconds) => {
    const { client, clock, seen } = await asking(() => new Promise(() => undefined));
    const progress: unknown[] = [];
    const options = hasToken ? { onprogress: (update: unknown) => void progress.push(update) } : {};
    let result: unknown;
    const called = client
      .callTool({ name: 'spend', arguments: { confirm: true } }, options)
      .then((told) => (result = told));
    await expect.poll(() => seen.asked).toBe(1);
    for (let second = 5; second < seconds; second += 5) {
      clock.advance(5_000);
      await setImmediate();
    }
    expect(result).toBeUndefined();
    clock.advance(5_000);
    await called;
    expect(result).toMatchObject(CODE);
    expect(JSON.stringify(result)).toContain('not answered in time');
    expect(spend.times).toBe(0);
    await expect.poll(() => seen.ended).toBe(1);
    // Hosts that count progress as life keep the call.
    if (hasToken) expect(progress.length).toBeGreaterThan(10);
  });

  test('that is answered with an error counts as one that cannot be asked', async () => {
    const { client } = await asking(() => Promise.reject(new Error('Method not found')));
    const refused = await client.callTool({ name: 'spend', arguments: {} });
    expect(refused).toMatchObject(CODE);
    expect(JSON.stringify(refused)).toMatch(/cannot ask the user.*confirm: true/);
    expect((await client.callTool({ name: 'spend', arguments: { confirm: true } })).isError ?? false).toBe(false);
    expect(spend.times).toBe(1);
  });

  test('that is answered with nonsense is no consent', async () => {
    const { client } = await asking(async () => ({ action: 'cancel' }), {
      action: 'of course',
      content: { spend: true },
    });
    expect(await client.callTool({ name: 'spend', arguments: { confirm: true } })).toMatchObject(CODE);
    expect(spend.times).toBe(0);
  });
});
