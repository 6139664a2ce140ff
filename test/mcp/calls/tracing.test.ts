import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TracingApi } from '../../../src/mcp/calls/tracing.ts';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { serveTestTools, TOKEN } from '../fixture/http.ts';

interface SeenSpan {
  readonly name: string;
  readonly options: { readonly kind: number; readonly attributes: Record<string, string> };
  readonly parent: unknown;
  readonly attributes: Record<string, string>;
  status: number | undefined;
  ends: number;
}

/** Records spans in place of the package of OpenTelemetry; a context is what was extracted. */
const spans: SeenSpan[] = [];
const api: TracingApi = {
  context: { active: () => 'active' },
  propagation: { extract: (_context, carrier) => carrier },
  trace: {
    getTracer: () => ({
      startActiveSpan: (name, options, parent, work) => {
        const span: SeenSpan = {
          name,
          options: options as SeenSpan['options'],
          parent,
          attributes: {},
          status: undefined,
          ends: 0,
        };
        spans.push(span);
        return work({
          setAttribute: (key, value) => (span.attributes[key] = value),
          setStatus: ({ code }) => (span.status = code),
          end: () => (span.ends += 1),
        });
      },
    }),
  },
};

let serving: HttpServing;
let client: Client;
beforeAll(async () => {
  serving = await serveTestTools({ tracing: async () => api });
  client = new Client({ name: 'traced', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const requestInit = { headers: { Authorization: `Bearer ${TOKEN}` } };
  const transport = new StreamableHTTPClientTransport(new URL(serving.url), { requestInit });
  await client.connect(transport);
  overhearClient(transport);
});
beforeEach(() => void (spans.length = 0));
afterAll(async () => {
  await client.close();
  await serving.close({ graceMs: 0 });
});

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a tool call where OpenTelemetry is set up', () => {
  test('is one span with the parent that the client names, without arguments and results', async () => {
    await client.callTool({
      name: 'echo',
      arguments: { prompt: 'a secret' },
      _meta: { traceparent: PARENT, tracestate: 'a=1', other: 'x', baggage: 5 as never },
    });
    expect(spans).toHaveLength(1);
    const [span] = spans;
    expect(span).toMatchObject({ name: 'tools/call echo', ends: 1, status: undefined, attributes: {} });
    expect(span?.parent).toEqual({ traceparent: PARENT, tracestate: 'a=1' });
    expect(span?.options).toMatchObject({
      kind: 1,
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'echo',
        'mcp.protocol.version': '2026-07-28',
        'network.transport': 'tcp',
      },
    });
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  test('is a span with an error where the tool says so', async () => {
    await client.callTool({ name: 'echo', arguments: { prompt: 'far too long for this tool' } });
    expect(spans).toMatchObject([{ status: 2, attributes: { 'error.type': 'tool_error' }, ends: 1 }]);
  });

  test('is a span without the name of a tool where there is no such tool', async () => {
    await expect(client.callTool({ name: 'made_up', arguments: {} })).rejects.toThrow('There is no tool');
    expect(spans).toMatchObject([{ name: 'tools/call _other', status: 2, ends: 1 }]);
  });
});
