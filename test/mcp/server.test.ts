import type { Client } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue as everyTool } from '../../src/mcp/offer/catalogue.ts';
import { offerTools } from '../../src/mcp/offer/offer.ts';
import type { ServingOptions } from '../../src/mcp/options.ts';
import { defineTool } from '../../src/tools/definition/define.ts';
import { connectedClient } from './fixture/connected-client.ts';
import { testOptions } from './fixture/options.ts';
import { resources } from './fixture/resources.ts';
import { facts } from './fixture/tools.ts';

let client: Client;
afterEach(() => client.close());

const connect = async (changes: Partial<ServingOptions> = {}) => (client = await connectedClient(testOptions(changes)));

describe('a server', () => {
  test('with resources declares them and their completion', async () => {
    await connect();
    const resourcesThatChange = { subscribe: true, listChanged: true };
    expect(client.getServerCapabilities()).toEqual({ tools: {}, resources: resourcesThatChange, completions: {} });
  });

  test('without resources declares none, and no completion', async () => {
    await connect({ loadResources: undefined });
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
    const asked = client.request({ method: 'resources/templates/list', params: {} });
    await expect(asked).rejects.toMatchObject({ code: -32601 });
  });

  test('that leaves tools out names none of them in its instructions', async () => {
    const readOnly = offerTools(everyTool, ({ annotations }) => annotations.readOnlyHint);
    await connect({ settings: { ...testOptions().settings, absentTools: readOnly.absentTools } });
    const text = client.getInstructions() ?? '';
    for (const name of readOnly.absentTools) expect(text).not.toMatch(new RegExp(`\\b${name}\\b`));
    expect(text).toMatch(/^Images with Adobe Firefly\. list_images finds earlier ones\.\n/);
    expect(text).toContain('show_images shows one picture larger');
    expect(text).not.toMatch(/paid|operation/);
  });

  test('that offers all names the tools that draw and edit in the first line of its instructions', async () => {
    await connect();
    const [first = ''] = (client.getInstructions() ?? '').split('\n');
    for (const name of ['generate_image', 'fill_image', 'expand_image']) expect(first).toContain(name);
  });

  test('has instructions within the 2 kB at which hosts cut them: they lead to edits, and say what is not possible', async () => {
    await connect();
    const text = client.getInstructions() ?? '';
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_000);
    expect(text).toContain('To change a picture, edit it: generate_image would draw another one.');
    expect(text).toMatch(/Not possible here: .*transparent background.*say so; do not try\./);
  });
});

const HINTS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const PAGE = { 'example/page': 'ui://x' };

describe('_meta', () => {
  const echo = defineTool({
    ...facts,
    name: 'echo_meta',
    input: z.object({}),
    output: z.looseObject({}),
    handler: async (_, { meta }) => ({
      text: 'Done.',
      structured: { trace: meta?.['traceparent'] },
      pictures: [],
      links: [],
      isError: false,
      meta: { 'example/size': 3 },
    }),
  });
  const { name, title, description } = echo;
  const listed = { name, title, description, inputSchema: { type: 'object' as const }, annotations: HINTS };

  test('of a tool is in the list of tools', async () => {
    await connect({ catalogue: [{ ...listed, _meta: { 'example/hint': true } }] });
    const [tool] = (await client.listTools()).tools;
    expect(tool?._meta).toEqual({ 'example/hint': true });
  });

  test('of a request reaches the tool, and that of a result reaches the client', async () => {
    await connect({ catalogue: [listed], loadTools: async () => [echo] });
    const result = await client.callTool({ name: 'echo_meta', arguments: {}, _meta: { traceparent: '00-ab-cd-01' } });
    expect(result.structuredContent).toEqual({ trace: '00-ab-cd-01' });
    expect(result._meta).toMatchObject({ 'example/size': 3 });
  });

  test('of resources, templates, entries and contents is in lists and answers, and of a request is readable', async () => {
    const seen: unknown[] = [];
    const withMeta = resources.map((resource) => ({ ...resource, meta: PAGE }));
    const fixed = withMeta.find((resource) => resource.kind === 'fixed') ?? expect.unreachable();
    const shown = {
      ...fixed,
      read: async (call: { readonly meta?: unknown }) => {
        seen.push(call.meta);
        return [{ uri: fixed.uri, mimeType: 'text/html', text: '<p>', meta: PAGE }];
      },
    };
    const family = withMeta.find((resource) => resource.kind === 'template') ?? expect.unreachable();
    const entry = { uri: 'firefly://images/img_1/preview', name: 'img_1', meta: PAGE };
    const listing = { ...family, list: async () => ({ entries: [entry], nextCursor: undefined }) };
    await connect({ loadResources: async () => [shown, listing] });
    const { resources: all } = await client.listResources();
    expect(all.map(({ _meta }) => _meta)).toEqual([PAGE, PAGE]);
    expect((await client.listResourceTemplates()).resourceTemplates.map(({ _meta }) => _meta)).toEqual([PAGE]);
    const { contents } = await client.readResource({ uri: shown.uri, _meta: { traceparent: '00-ab-cd-01' } });
    expect(contents).toEqual([{ uri: shown.uri, mimeType: 'text/html', text: '<p>', _meta: PAGE }]);
    expect(seen).toMatchObject([{ traceparent: '00-ab-cd-01' }]);
  });
});
