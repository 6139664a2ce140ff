import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { start } from '../../support/program/command.ts';
import { MAIN, TestInstallation } from '../../support/program/test-installation.ts';

let installation: TestInstallation;
let emulator: Emulator;
beforeAll(async () => {
  installation = await TestInstallation.create();
  emulator = await installation.emulator({ latencyMs: 50 });
});
afterAll(() => installation.end());

/** One request a minute: the second call waits unsent. */
const environment = (home: string) =>
  installation.environment(emulator, { FIREFLY_RPM: '1', FIREFLY_HOME: join(installation.folder, home) });

type Era = 'legacy' | { readonly pin: '2026-07-28' };

function overStdio(home: string): StdioClientTransport {
  const { folder: cwd } = installation;
  return new StdioClientTransport({
    command: process.execPath,
    args: [MAIN],
    env: environment(home),
    cwd,
    stderr: 'pipe',
  });
}

async function overHttp(home: string): Promise<StreamableHTTPClientTransport> {
  const server = start(['http', '--port', '0'], { cwd: installation.folder, env: environment(home) });
  installation.onEnd(async () => {
    server.child.kill('SIGTERM');
    await server.ended;
  });
  const [, url = '', tokenFile = ''] = await server.shows(/Serving MCP at (\S+), .* token in (\S+)\n/);
  const headers = { Authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
  return new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
}

async function connected(transport: StdioClientTransport | StreamableHTTPClientTransport, mode: Era) {
  const client = new Client({ name: 'stops', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  overhearClient(transport);
  installation.onEnd(() => client.close());
  const generate = (prompt: string, ending: { signal?: AbortSignal; timeout?: number } = {}) =>
    client.callTool({ name: 'generate_image', arguments: { prompt } }, ending).catch(() => undefined);
  /** State and cost of the job of a prompt. */
  const job = async (prompt: string) => {
    const { structuredContent } = await client.callTool({ name: 'job_status', arguments: {} });
    const { jobs } = structuredContent as { jobs: { prompt: string; state: string; cost: { requests: number } }[] };
    const found = jobs.find((each) => each.prompt === prompt);
    return found === undefined ? 'none' : `${found.state}, ${found.cost.requests} paid`;
  };
  return { generate, job };
}

describe.concurrent.each([
  ['stdio, 2026-07-28', overStdio, { pin: '2026-07-28' }],
  ['stdio, 2025', overStdio, 'legacy'],
  ['HTTP, 2025', overHttp, 'legacy'],
] as const)('a call of the program over %s', (name, transport, mode) => {
  test(
    'that its user stops is taken back before it is sent, and one that timed out is not',
    { tags: 'long' },
    async ({ expect }) => {
      const { generate, job } = await connected(await transport(name.replaceAll(/\W/g, '')), mode);
      await generate(`the first over ${name}`);
      const stop = new AbortController();
      const stopped = generate('stopped by its user', { signal: stop.signal });
      await expect.poll(() => job('stopped by its user')).toBe('preparing, 0 paid');
      await generate('timed out', { timeout: 1_000 });
      stop.abort();
      await stopped;
      await expect.poll(() => job('stopped by its user')).toBe('cancelled, 0 paid');
      expect(await job('timed out')).toBe('preparing, 0 paid');
      expect(await job(`the first over ${name}`)).toBe('succeeded, 1 paid');
      const prompts = emulator.control.submits().map(({ body }) => body ?? '');
      expect(prompts.filter((body) => body.includes(`first over ${name}`))).toHaveLength(1);
      expect(prompts.filter((body) => /stopped|timed out/.test(body))).toEqual([]);
    },
  );
});
