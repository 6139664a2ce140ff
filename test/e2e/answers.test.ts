import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { overhear } from '../support/artefacts.ts';
import { MAIN, TestInstallation } from '../support/program/test-installation.ts';

let stage: TestInstallation;
let adobe: Emulator;
beforeEach(async () => {
  stage = await TestInstallation.create();
  adobe = await startEmulator({ latencyMs: 200 });
  stage.onEnd(() => adobe.close());
});
afterEach(() => stage.end());

const callFor = (count: number) => ({ name: 'generate_image', arguments: { prompt: 'a red chair', count } });
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
};
const rpc = (id: number, method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id, method, params });

/** Waits for pictures as somebody who does not take delivery of them. */
async function untilSaved(environment: Record<string, string>, count: number): Promise<void> {
  const { call } = await stage.client(environment);
  for (let look = 0; look < 100; look += 1) {
    const told = await call('list_images');
    if ((told.facts['images'] as unknown[]).length === count) return;
    await sleep(100);
  }
  throw new Error('no pictures');
}

describe('a finished job whose answer was lost', () => {
  it('is found by the repeated call, when the server died while it wrote the answer', async () => {
    const call = callFor(4);
    // Previews in full are more than a pipe holds, so that a server whose client does not read cannot finish.
    const environment = stage.environment(adobe, { FIREFLY_PREVIEW: 'full' });
    const fifo = join(stage.folder, 'unread');
    execFileSync('mkfifo', [fifo]);
    const unread = openSync(fifo, 'r+');
    stage.onEnd(async () => closeSync(unread));
    const deaf = spawn(process.execPath, [MAIN, 'stdio'], {
      env: environment,
      cwd: stage.folder,
      stdio: ['pipe', unread, 'inherit'],
    });
    overhear(deaf);
    const exited = once(deaf, 'exit');
    deaf.stdin?.write(`${rpc(1, 'tools/call', { ...call, _meta: ENVELOPE })}\n`);
    await untilSaved(environment, 4);
    await sleep(500);
    deaf.kill('SIGKILL');
    await exited;
    const next = await stage.client(environment);
    const again = await next.call(call.name, call.arguments);
    expect(again.facts).toMatchObject({ state: 'succeeded', attached: true });
    expect(adobe.control.submits()).toHaveLength(1);
    const another = await next.call(call.name, call.arguments);
    expect(another.facts['job']).not.toBe(again.facts['job']);
    expect(adobe.control.submits()).toHaveLength(2);
  });

  it.each([
    ['2026-07-28', { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'generate_image' }],
    ['2025-11-25', { 'mcp-protocol-version': '2025-11-25' }],
  ] as const)('is found by the repeated call, when the HTTP connection broke (%s)', async (era, eraHeaders) => {
    const server = await httpServer(stage.environment(adobe, { FIREFLY_PREVIEW: 'none' }));
    const headers = { ...eraHeaders, ...(era === '2025-11-25' ? await server.session() : {}) };
    const params = { ...callFor(1), ...(era === '2026-07-28' ? { _meta: ENVELOPE } : {}) };
    const body = rpc(2, 'tools/call', params);
    await server.post(body, headers, { cutWhen: untilSubmits(1) });
    await untilSaved(stage.environment(adobe), 1);
    const again = await server.post(body, headers);
    expect(again).toContain('"attached":true');
    const another = await server.post(body, headers);
    expect(another).not.toContain('"attached":true');
    expect(adobe.control.submits()).toHaveLength(2);
  });
});

describe('a lost call that said "last"', () => {
  it.each([
    ['without a key', {}],
    ['with a key', { idempotency_key: 'wide' }],
  ])('is found by its repeat, though what it made is by now the newest picture (%s)', async (_, key) => {
    const environment = stage.environment(adobe, { FIREFLY_PREVIEW: 'none' });
    const server = await httpServer(environment);
    const headers = (name: string) => ({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    });
    const post = (call: { name: string; arguments: object }, how = {}) =>
      server.post(rpc(1, 'tools/call', { ...call, _meta: ENVELOPE }), headers(call.name), how);
    await post(callFor(1));
    const wider = { name: 'expand_image', arguments: { image: 'last', aspect_ratio: '16:9', ...key } };
    await post(wider, { cutWhen: untilSubmits(2) });
    await untilSaved(environment, 2);
    expect(await post(wider)).toContain('"attached":true');
    expect(adobe.control.submits()).toHaveLength(2);
  });
});

describe('a call that waits while the server is told to stop', () => {
  it('answers with its running job over stdio', async () => {
    adobe.control.setLatency(60_000);
    const server = stage.pipe(stage.environment(adobe));
    server.send(JSON.parse(rpc(1, 'tools/call', { ...callFor(1), _meta: ENVELOPE })));
    await untilSubmitted();
    server.child.kill('SIGTERM');
    expect(await server.answer(1)).toMatchObject({ result: { structuredContent: { state: 'running' } } });
  });

  it('answers with its running job over HTTP', async () => {
    adobe.control.setLatency(60_000);
    const server = await httpServer(stage.environment(adobe));
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'generate_image' };
    const answer = server.post(rpc(1, 'tools/call', { ...callFor(1), _meta: ENVELOPE }), headers);
    await untilSubmitted();
    server.child.kill('SIGTERM');
    expect(await answer).toContain('"state":"running"');
  });
});

describe('identical calls at once', () => {
  const chair = { prompt: 'a red chair' };
  const raw = (name: string) => ({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': name,
  });

  it('of two clients in two processes on one home are one paid request, and new_job is another one', async () => {
    adobe.control.setLatency(1_000);
    const environment = stage.environment(adobe, { FIREFLY_PREVIEW: 'none' });
    const clients = await Promise.all([stage.client(environment), stage.client(environment)]);
    const told = await Promise.all(clients.map(({ call }) => call('generate_image', chair)));
    expect(new Set(told.map(({ facts }) => facts['job'])).size).toBe(1);
    expect(told.map(({ facts }) => facts['state'])).toEqual(['succeeded', 'succeeded']);
    const attached = told.filter(({ facts }) => facts['attached'] === true);
    expect(attached).toHaveLength(1);
    expect(attached[0]?.text).toContain('new_job: true');
    expect(adobe.control.submits()).toHaveLength(1);
    const forced = await Promise.all(clients.map(({ call }) => call('generate_image', { ...chair, new_job: true })));
    expect(forced.map(({ facts }) => facts['attached'])).toEqual([undefined, undefined]);
    expect(adobe.control.submits()).toHaveLength(3);
  });

  it('over stdio and over HTTP are one paid request', async () => {
    adobe.control.setLatency(1_000);
    const environment = stage.environment(adobe, { FIREFLY_PREVIEW: 'none' });
    const { call } = await stage.client(environment);
    const server = await httpServer(environment);
    const params = { name: 'generate_image', arguments: chair, _meta: ENVELOPE };
    const [overStdio, overHttp] = await Promise.all([
      call('generate_image', chair),
      server.post(rpc(1, 'tools/call', params), raw('generate_image')),
    ]);
    expect(overHttp).toContain(String(overStdio.facts['job']));
    expect(adobe.control.submits()).toHaveLength(1);
  });

  it('may still say again where they mean new_job, which no list of tools names', async () => {
    const { client, call } = await stage.client(stage.environment(adobe, { FIREFLY_PREVIEW: 'none' }));
    await Promise.all([1, 2].map(() => call('generate_image', { ...chair, again: true })));
    expect(adobe.control.submits()).toHaveLength(2);
    expect(JSON.stringify(await client.listTools())).not.toContain('"again"');
  });
});

describe('a call whose client leaves', () => {
  it.each([
    ['the end of stdin', (child: ChildProcess) => void child.stdin?.end()],
    ['SIGTERM', (child: ChildProcess) => void child.kill('SIGTERM')],
  ])('is found by the same call in the next process, at once after %s', async (_, leave) => {
    adobe.control.setLatency(3_000);
    const environment = stage.environment(adobe, { FIREFLY_PREVIEW: 'none' });
    const server = stage.pipe(environment);
    const next = await stage.client(environment);
    server.send(JSON.parse(rpc(1, 'tools/call', { ...callFor(1), _meta: ENVELOPE })));
    await untilSubmitted();
    leave(server.child);
    await sleep(100);
    const again = await next.call('generate_image', callFor(1).arguments);
    expect(again.facts).toMatchObject({ state: 'succeeded', attached: true });
    expect(adobe.control.submits()).toHaveLength(1);
  });
});

/** Waits for so many paid requests. */
async function untilSubmits(count: number): Promise<void> {
  for (let look = 0; look < 300 && adobe.control.submits().length < count; look += 1) await sleep(20);
}

/** Waits until a job runs at Adobe, and for the first look at it. */
async function untilSubmitted(): Promise<void> {
  for (let look = 0; look < 100 && adobe.control.requests('status').length === 0; look += 1) await sleep(50);
  expect(adobe.control.requests('status').length).toBeGreaterThan(0);
}

/** A spawned `firefly-mcp http`, spoken to without any client library. */
async function httpServer(environment: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN, 'http', '--port', '0'], {
    env: environment,
    cwd: stage.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  overhear(child, environment['FIREFLY_HOME']);
  const exited = once(child, 'exit');
  stage.onEnd(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const { url, token } = await new Promise<{ url: string; token: string }>((resolve) => {
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += String(chunk);
      const [, address, bearer] = /"url": "(.+?)"[^]*Bearer (.+?)"/.exec(told) ?? [];
      if (address !== undefined && bearer !== undefined) resolve({ url: address, token: bearer });
    });
  });
  const send = async (body: string, headers: Record<string, string>, cutWhen?: Promise<unknown>) => {
    const sent = request(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...headers,
      },
    });
    sent.end(body);
    if (cutWhen !== undefined) {
      sent.on('error', () => undefined);
      await cutWhen;
      sent.destroy();
      return { text: '', session: '' };
    }
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return { text, session: String(answer.headers['mcp-session-id'] ?? '') };
  };
  return {
    child,
    post: async (body: string, headers: Record<string, string>, { cutWhen }: { cutWhen?: Promise<unknown> } = {}) =>
      (await send(body, headers, cutWhen)).text,
    session: async () => {
      const clientInfo = { name: 'raw', version: '1' };
      const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
      const { session } = await send(rpc(1, 'initialize', hello), {});
      return { 'mcp-session-id': session };
    },
  };
}
