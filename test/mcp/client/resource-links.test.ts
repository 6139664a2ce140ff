import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sendsLinks } from '../../../src/mcp/client/resource-links.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { eventsOf, GOOD_HEADERS, INITIALIZE, raw, serveTestTools } from '../fixture/http.ts';
import { bundledEntry, Pipe } from '../fixture/pipe.ts';

let entry: Awaited<ReturnType<typeof bundledEntry>>;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  entry = await bundledEntry();
});
afterAll(() => entry.remove());
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const kindsOf = (result: Record<string, unknown> = {}) =>
  (result['content'] as { type: string }[]).map(({ type }) => type);

async function pipe(revision: string, name: string, setting: string): Promise<Pipe> {
  const opened = new Pipe(entry.file, [setting]);
  ends.push(() => opened.kill());
  await opened.initialize(revision, name);
  return opened;
}

describe('links for a client', () => {
  test.each([
    ['claude-code', '2026-07-28', true],
    ['claude-code', '2025-06-18', true],
    ['claude-code', '2025-03-26', false],
    ['gemini-cli-mcp-client', '2025-06-18', true],
    ['qwen-code-mcp-client-firefly', '2025-11-25', true],
    ['opencode', '2025-11-25', true],
    ['inspector-cli', '2025-11-25', true],
    ['codex-mcp-client', '2025-06-18', false],
    ['langchain-mcp-adapters', '2025-11-25', false],
    ['openai-agents-mcp-client', '2025-11-25', false],
    ['ai-sdk-mcp-client', '2026-07-28', false],
    ['mcp', '2025-11-25', false],
    ['not-claude-code', '2025-11-25', false],
    [undefined, '2025-11-25', false],
  ])('by name: %s at %s gets them: %s', (name, revision, expected) => {
    expect(sendsLinks('auto', { name, revision })).toBe(expected);
    expect(sendsLinks('never', { name, revision })).toBe(false);
    expect(sendsLinks('always', { name, revision })).toBe(revision >= '2025-06-18');
  });

  test.each([
    ['2025-06-18', 'claude-code', 'auto', ['text', 'image', 'resource_link']],
    ['2025-06-18', 'my agent', 'auto', ['text', 'image']],
    ['2025-06-18', 'my agent', 'always', ['text', 'image', 'resource_link']],
    ['2025-06-18', 'claude-code', 'never', ['text', 'image']],
    ['2025-03-26', 'claude-code', 'always', ['text', 'image']],
    ['2024-11-05', 'claude-code', 'always', ['text', 'image']],
  ])(
    'of %s, called %s, with FIREFLY_RESOURCE_LINKS=%s: results hold %j',
    { tags: 'long' },
    async (revision, name, setting, kinds) => {
      const { call, answer } = await pipe(revision, name, setting).then((opened) => ({
        call: opened.call.bind(opened),
        answer: opened.answer.bind(opened),
      }));
      call(1, 'picture', {});
      expect(kindsOf((await answer(1)).result)).toEqual(kinds);
    },
  );

  test(
    'are left out for LangChain and a client of the 2026-07-28 era without a known name, and sent to Claude Code',
    { tags: 'long' },
    async () => {
      const serving = await serveTestTools({ resourceLinks: 'auto' });
      ends.push(() => serving.close({ graceMs: 0 }));
      const begun = await raw(serving.port, {
        headers: GOOD_HEADERS,
        body: INITIALIZE.replace('"raw"', '"langchain"'),
      });
      const headers = { ...GOOD_HEADERS, 'Mcp-Session-Id': String(begun.headers['mcp-session-id']) };
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id: 2,
        method: 'tools/call',
        params: { name: 'picture', arguments: {} },
      });
      const [answer] = eventsOf((await raw(serving.port, { headers, body })).body);
      expect(kindsOf(answer?.result as Record<string, unknown>)).toEqual(['text', 'image']);
      for (const [name, kinds] of [
        ['ai-sdk-mcp-client', ['text', 'image']],
        ['claude-code', ['text', 'image', 'resource_link']],
      ] as const) {
        const transport = new StdioClientTransport({
          command: process.execPath,
          args: [entry.file, 'auto'],
          stderr: 'ignore',
        });
        const client = new Client({ name, version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
        await client.connect(transport);
        overhearClient(transport);
        ends.push(() => client.close());
        expect(kindsOf({ ...(await client.callTool({ name: 'picture', arguments: {} })) })).toEqual(kinds);
      }
    },
  );
});

describe('a revision without structured content', () => {
  test.each(['2024-11-05', '2025-03-26'])(
    '%s gets neither it nor a promise of it, errors included',
    { tags: 'long' },
    async (revision) => {
      const old = await pipe(revision, 'old', 'always');
      old.send({ id: 1, method: 'tools/list' });
      const { tools } = (await old.answer(1)).result as { tools: object[] };
      expect(tools.filter((tool) => 'outputSchema' in tool)).toEqual([]);
      old.call(2, 'echo', { prompt: 'a' });
      old.call(3, 'refuse', {});
      for (const id of [2, 3]) {
        const { result } = await old.answer(id);
        expect(Object.keys(result ?? {})).not.toContain('structuredContent');
        expect(kindsOf(result)).toEqual(['text']);
      }
    },
  );

  test('has no message in its progress before 2025-03-26', { tags: 'long' }, async () => {
    for (const [revision, hasMessage] of [
      ['2024-11-05', false],
      ['2025-03-26', true],
    ] as const) {
      const old = await pipe(revision, 'old', 'always');
      old.call(1, 'wait', { steps: 2 }, { progressToken: 'p' });
      await old.answer(1);
      const { params } = await old.until((message) => message.method === 'notifications/progress');
      expect('message' in (params ?? {})).toBe(hasMessage);
    }
  });

  test(
    'is served to the v1 client that asks for it, which checks each result against its tool',
    { tags: 'long' },
    async () => {
      const transport = new StdioV1({ command: process.execPath, args: [entry.file, 'always'], stderr: 'ignore' });
      const send = transport.send.bind(transport);
      transport.send = (message) => {
        const asked = 'method' in message && message.method === 'initialize';
        return send(asked ? { ...message, params: { ...message.params, protocolVersion: '2025-03-26' } } : message);
      };
      const client = new ClientV1({ name: 'v1', version: '1' });
      await client.connect(transport);
      ends.push(() => client.close());
      await client.listTools();
      const result = await client.callTool({ name: 'echo', arguments: { prompt: 'a' } });
      expect(kindsOf({ ...result })).toEqual(['text']);
    },
  );
});
