import type { Client } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServingOptions } from '../../../src/mcp/options.ts';
import type { TemplateResource } from '../../../src/resources/define.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { connectedClient } from '../fixture/connected-client.ts';
import { testOptions } from '../fixture/options.ts';
import { searchedLines } from '../../support/artefacts.ts';
import { hiddenIn, HOSTILE } from '../../support/hostile.ts';
import { cpuMs } from '../../support/work.ts';

let client: Client;
let lines: string[];
afterEach(() => client.close());

async function connect(changes: Partial<ServingOptions> = {}): Promise<Client> {
  lines = [];
  const logger = createLogger({ level: 'warn', write: searchedLines(lines), now: () => 0 });
  return (client = await connectedClient(testOptions({ logger, ...changes })));
}

/** The protocol error that a request ends with. */
async function errorOf(request: Promise<unknown>): Promise<{ code: number; message: string; data: unknown }> {
  return request.then(
    () => Promise.reject(new Error('It was answered.')),
    (error) => error,
  );
}

describe('resources', () => {
  test('are listed in pages: fixed ones on the first, families until they end', async () => {
    await connect();
    const raw = (cursor?: string) =>
      client.request({ method: 'resources/list', params: cursor === undefined ? {} : { cursor } });
    const first = await raw();
    expect(first.resources.map(({ uri }) => uri)).toEqual([
      'firefly://usage',
      ...[1, 2, 3, 4, 5].map((index) => `firefly://images/img_${index}`),
    ]);
    const second = await raw(first.nextCursor);
    expect(second.resources).toHaveLength(5);
    const third = await raw(second.nextCursor);
    expect(third.resources).toHaveLength(2);
    expect(third.nextCursor).toBeUndefined();
  });

  test('whose ids other programs wrote hide nothing in the list, and are not completed', async () => {
    const uriTemplate = 'firefly://images/{id}';
    const entry = { uri: uriTemplate.replace('{id}', () => HOSTILE), name: HOSTILE, title: HOSTILE };
    const image: TemplateResource = {
      kind: 'template',
      uriTemplate,
      name: 'image',
      title: 'Image',
      description: 'For tests.',
      read: async () => [],
      list: async () => ({ entries: [entry], nextCursor: undefined }),
      complete: async () => [HOSTILE, 'img_1'],
    };
    await connect({ loadResources: async () => [image] });
    const { resources } = await client.listResources();
    expect(resources.flatMap(({ uri, name, title = '' }) => hiddenIn(uri + name + title))).toEqual([]);
    expect(resources.map(({ name }) => name).join()).not.toContain('](');
    const ref = { type: 'ref/resource', uri: uriTemplate } as const;
    const { completion } = await client.complete({ ref, argument: { name: 'id', value: '' } });
    expect(completion.values).toEqual(['img_1']);
  });

  test('of a family that cannot be listed are left out, with a warning in the log', async () => {
    await connect();
    await client.listResources();
    expect(lines.join('')).toContain('"resources_not_listed"');
    expect(lines.join('')).toContain('store_unavailable');
  });

  test.each(['zzz', 'e30x', Buffer.from('[1]').toString('base64url'), Buffer.from('{"a":1}').toString('base64url')])(
    'cannot be listed from the invalid cursor %s',
    async (cursor) => {
      await connect();
      const error = await errorOf(client.request({ method: 'resources/list', params: { cursor } }));
      expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('cursor') });
    },
  );

  test('have a template per family', async () => {
    await connect();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'firefly://images/{id}/preview',
      'firefly://images/{id}',
      'firefly://jobs/{id}',
    ]);
  });

  test('can be read: fixed ones, originals and previews', async () => {
    await connect();
    expect((await client.readResource({ uri: 'firefly://usage' })).contents).toMatchObject([{ text: 'alice' }]);
    expect((await client.readResource({ uri: 'firefly://images/img_1' })).contents).toMatchObject([
      { blob: 'aGVsbG8=' },
    ]);
    expect((await client.readResource({ uri: 'firefly://images/img_1/preview' })).contents).toMatchObject([
      { mimeType: 'image/webp' },
    ]);
  });

  test.each([
    'firefly://images/img_404',
    'firefly://images/',
    'firefly://images/img_1/other',
    'firefly://images/../usage',
    'firefly://images/%2e%2e%2fusage',
    'firefly://images/a b',
    'firefly://nothing',
    'file:///etc/passwd',
    'not an address',
  ])('do not include %s', async (uri) => {
    await connect();
    const error = await errorOf(client.readResource({ uri }));
    expect(error.message).toMatch(/not found/i);
  });

  test('are named without what hides or forges words where they are not found', async () => {
    await connect();
    const error = await errorOf(client.readResource({ uri: `firefly://${HOSTILE}` }));
    expect(error.message).toMatch(/not found/i);
    expect(hiddenIn(error.message)).toEqual([]);
  });

  test('with a crafted URI of 1 MB are refused at once, without an echo of it', async () => {
    await connect();
    let message = '';
    const read = async () => {
      message = (await errorOf(client.readResource({ uri: `firefly://images/${'{id}'.repeat(250_000)}` }))).message;
    };
    // A pattern that backtracks would take minutes.
    expect(await cpuMs(read)).toBeLessThan(1_000);
    expect(message).not.toBe('');
    expect(message.length).toBeLessThan(200);
  });

  test('that fail keep the texts of a Problem, and hide those of a defect', async () => {
    await connect();
    expect(await errorOf(client.readResource({ uri: 'firefly://jobs/job_1' }))).toMatchObject({
      code: -32603,
      message: expect.stringContaining('The store cannot be opened. Look at it.'),
      data: { code: 'store_unavailable', actor: 'operator' },
    });
    await client.close();
    await connect({ loadResources: () => Promise.reject(new Error('secret inner detail')) });
    const error = await errorOf(client.readResource({ uri: 'firefly://usage' }));
    expect(JSON.stringify([error.message, error.data])).not.toContain('secret');
    expect(lines.join('')).toContain('secret inner detail');
  });

  test('are not completed for unknown templates, arguments and prompts', async () => {
    await connect();
    const complete = (uri: string, name: string) =>
      client.complete({ ref: { type: 'ref/resource', uri }, argument: { name, value: '' } });
    expect((await errorOf(complete('firefly://nothing/{id}', 'id'))).code).toBe(-32602);
    expect((await errorOf(complete('firefly://images/{id}', 'other'))).code).toBe(-32602);
    const prompt = client.complete({ ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: '' } });
    expect((await errorOf(prompt)).code).toBe(-32602);
  });

  test('of which a cursor is unknown are refused, templates too', async () => {
    await connect();
    const asked = client.request({ method: 'resources/templates/list', params: { cursor: 'x' } });
    expect((await errorOf(asked)).code).toBe(-32602);
  });
});
