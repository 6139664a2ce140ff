import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BatchResult } from '../../src/render/batch-schemas.ts';
import { JobStatusResult } from '../../src/render/schemas.ts';
import { ROOT } from '../architecture/source-files.ts';
import { overhearClient } from '../support/artefacts.ts';
import { runProgram } from '../support/program/command.ts';
import { MAIN, TestInstallation } from '../support/program/test-installation.ts';
import { drawFlat } from '../support/doubles/flat-pictures.ts';

/** What a test sees of an answer that a client has validated. */
type Answer = Record<string, unknown>;

interface ValidatingClient {
  tools(): Promise<readonly string[]>;
  call(name: string, input?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

let installation: TestInstallation;
let environment: Record<string, string>;
beforeAll(async () => {
  installation = await TestInstallation.create();
  const adobe = await installation.emulator({ draw: drawFlat, latencyMs: 50, rpm: 60 });
  environment = installation.environment(adobe, { FIREFLY_RPM: '60' });
});
afterAll(() => installation.end());

const server = (more: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [MAIN, 'stdio'],
  env: { ...environment, ...more },
  cwd: installation.folder,
  stderr: 'ignore' as const,
});

async function connectV2(more: Record<string, string> = {}): Promise<ValidatingClient> {
  const client = new Client({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const transport = new StdioClientTransport(server(more));
  await client.connect(transport);
  overhearClient(transport);
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, input = {}) => ({ ...(await client.callTool({ name, arguments: input })) }),
    close: () => client.close(),
  };
}

async function connectV1(): Promise<ValidatingClient> {
  const client = new ClientV1({ name: 'v1', version: '1' });
  const transport = new StdioV1(server());
  // The v1 types were not written for exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  overhearClient(transport);
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, input = {}) => ({ ...(await client.callTool({ name, arguments: input })) }),
    close: () => client.close(),
  };
}

const structured = (answer: Answer) => JobStatusResult.parse(answer['structuredContent']);

describe.each([
  ['the v2 client', connectV2],
  ['the v1 client', connectV1],
] as const)('%s, which validates structured content', (who, connect) => {
  let client: ValidatingClient;
  beforeAll(async () => {
    client = await connect();
    // Both clients compile output schemas when they list the tools.
    await client.tools();
  });
  afterAll(() => client.close());

  test('accepts job_status of a finished batch, with its items as objects', { tags: 'long' }, async () => {
    const items = ['a fox', 'an owl'].map((prompt) => ({ prompt: `${prompt} for ${who}` }));
    const { batch } = structured(await client.call('submit_batch', { items }));
    const answer = await client.call('job_status', { job: batch, wait_seconds: 30 });
    expect(answer['isError']).toBeUndefined();
    const { items: rows } = BatchResult.parse(answer['structuredContent']);
    expect(rows?.map(({ source, image }) => [source, image?.slice(0, 4)])).toEqual(
      items.map(({ prompt }) => [prompt, 'img_']),
    );
  });

  test('accepts the overview, a finished job, lists and refusals', { tags: 'long' }, async () => {
    const made = structured(await client.call('generate_image', { prompt: `a hare for ${who}` }));
    expect(made.images).toHaveLength(1);
    for (const [name, input] of [
      ['job_status', {}],
      ['job_status', { job: made.job }],
      ['cancel_job', { job: made.job }],
      ['list_images', {}],
      ['list_custom_models', {}],
      ['save_image', {}],
      ['make_mask', { image: 'last', shapes: [{ shape: 'border', thickness: 10 }] }],
    ] as const) {
      expect((await client.call(name, input))['structuredContent'], name).toBeTypeOf('object');
    }
    const refused = await client.call('generate_image', { prompt: '' });
    expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_argument' } } });
  });

  test('reaches show_images by its former name, which is not listed', { tags: 'long' }, async () => {
    await client.call('generate_image', { prompt: `a hare for ${who}` });
    expect(await client.tools()).not.toContain('view_image');
    const answer = await client.call('view_image', { image: 'last' });
    expect(answer['isError']).toBeUndefined();
    expect(answer['content']).toMatchObject([{ type: 'text' }, { type: 'image' }]);
  });
});

test('a server with FIREFLY_TOOLSETS=core lists that set, and its answers advise no other tool', { tags: 'long' }, async () => {
  const client = await connectV2({ FIREFLY_TOOLSETS: 'core' });
  try {
    const names = await client.tools();
    expect(names).toContain('generate_image');
    for (const absent of ['show_images', 'save_image', 'list_images', 'submit_batch']) {
      expect(names).not.toContain(absent);
      await expect(client.call(absent)).rejects.toMatchObject({ code: -32602 });
    }
    const answer = await client.call('generate_image', { prompt: 'a hare for a small server' });
    expect(JSON.stringify(answer)).toContain('edit_image changes all of it by words');
    expect(JSON.stringify(answer)).not.toMatch(/show_images|save_image/);
  } finally {
    await client.close();
  }
});

describe('the former name view_image on the command line', () => {
  const run = (...args: string[]) => runProgram(args, { cwd: installation.folder, env: environment });

  test('calls show_images', { tags: 'long' }, async () => {
    const made = await run('call', 'generate_image', '--prompt', 'a hare at the terminal');
    const { images = [] } = JobStatusResult.parse(JSON.parse(made.out));
    const shown = await run('call', 'view_image', '--image', images[0]?.image ?? '');
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.out).toContain('a hare at the terminal');
  });

  test('is in no help text, no list of tools and not in the README', { tags: 'long' }, async () => {
    for (const args of [['--help'], ['tools'], ['tools', 'show_images'], ['call', '--help']]) {
      const { code, out, err } = await run(...args);
      expect(code, args.join(' ')).toBe(0);
      expect(out + err, args.join(' ')).not.toMatch(/view.image/);
    }
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).not.toMatch(/view.image/);
  });
});
