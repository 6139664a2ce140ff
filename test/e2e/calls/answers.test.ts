import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { errorCode } from '../../../src/shared/errors.ts';
import { overhear } from '../../support/artefacts.ts';
import { MAIN, TestInstallation, type Connected } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

let installation: TestInstallation;
let adobe: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ draw: drawFlat, latencyMs: 200 });
});
afterEach(() => installation.end());

const callFor = (count: number) => ({ name: 'generate_image', arguments: { prompt: 'a red chair', count } });
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
};
const rpc = (id: number, method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id, method, params });

/** Waits for pictures through another client, which does not count as the delivery of the job's response. */
async function untilSaved({ call }: Pick<Connected, 'call'>, count: number): Promise<void> {
  await expect.poll(() => pictures({ call }), { timeout: 60_000, interval: 100 }).toBe(count);
}

async function pictures({ call }: Pick<Connected, 'call'>): Promise<number> {
  return ((await call('list_images')).facts['images'] as unknown[]).length;
}

/** A server over HTTP and a client over stdio with one data folder, for tests that tell their calls apart by the prompt. */
function sharedHome() {
  let on: TestInstallation;
  let emulator: Emulator;
  let server: Awaited<ReturnType<typeof httpServer>>;
  let next: Connected;
  beforeAll(async () => {
    on = await TestInstallation.create();
    emulator = await on.emulator({ draw: drawFlat, latencyMs: 200 });
    const environment = on.environment(emulator, { FIREFLY_PREVIEW: 'none', FIREFLY_RPM: '60' });
    [server, next] = await Promise.all([httpServer(environment, on), on.client(environment)]);
  });
  afterAll(() => on.end());
  return { emulator: () => emulator, server: () => server, next: () => next };
}

/** Takes one byte from a pipe without blocking; false where it is empty. */
function readsByte(pipe: number): boolean {
  try {
    return readSync(pipe, Buffer.alloc(1)) === 1;
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return false;
    throw error;
  }
}

describe('a finished job whose response was lost', () => {
  test(
    'is found by the repeated call where the server died while it wrote the response',
    { tags: 'long' },
    async () => {
      const call = callFor(4);
      // A sheet of pictures with details is more than a pipe holds: the server cannot finish the response to a client that
      // does not read.
      const drawing = await installation.emulator({ latencyMs: 200 });
      const environment = installation.environment(drawing, { FIREFLY_PREVIEW: 'full' });
      const fifo = join(installation.folder, 'unread');
      execFileSync('mkfifo', [fifo]);
      const unread = openSync(fifo, 'r+');
      installation.onEnd(async () => closeSync(unread));
      const blocked = spawn(process.execPath, [MAIN, 'stdio'], {
        env: environment,
        cwd: installation.folder,
        stdio: ['pipe', unread, 'inherit'],
      });
      overhear(blocked);
      const exited = once(blocked, 'exit');
      blocked.stdin?.write(`${rpc(1, 'tools/call', { ...call, _meta: ENVELOPE })}\n`);
      const next = await installation.client(environment);
      await untilSaved(next, 4);
      await expect.poll(() => readsByte(unread)).toBe(true);
      blocked.kill('SIGKILL');
      await exited;
      const again = await next.call(call.name, call.arguments);
      expect(again.facts).toMatchObject({ state: 'succeeded', attached: true });
      expect(drawing.control.submits()).toHaveLength(1);
      const another = await next.call(call.name, call.arguments);
      expect(another.facts['job']).not.toBe(again.facts['job']);
      expect(drawing.control.submits()).toHaveLength(2);
    },
  );
});

describe('a call over HTTP', () => {
  const shared = sharedHome();
  const submits = () => shared.emulator().control.submits().length;

  test.each([
    ['2026-07-28', { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'generate_image' }],
    ['2025-11-25', { 'mcp-protocol-version': '2025-11-25' }],
  ] as const)(
    'whose connection broke is found by the repeated call, in the era of %s',
    { tags: 'long' },
    async (era, eraHeaders) => {
      const [server, next] = [shared.server(), shared.next()];
      const [sent, saved] = [submits(), await pictures(next)];
      const headers = { ...eraHeaders, ...(era === '2025-11-25' ? await server.session() : {}) };
      const call = { name: 'generate_image', arguments: { prompt: `a red chair of ${era}` } };
      const body = rpc(2, 'tools/call', { ...call, ...(era === '2026-07-28' ? { _meta: ENVELOPE } : {}) });
      await server.post(body, headers, { cutWhen: untilSubmits(sent + 1, shared.emulator()) });
      await untilSaved(next, saved + 1);
      expect(await server.post(body, headers)).toContain('"attached":true');
      expect(await server.post(body, headers)).not.toContain('"attached":true');
      expect(submits()).toBe(sent + 2);
    },
  );

  const post = (name: string, input: object, how = {}) => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name };
    return shared.server().post(rpc(1, 'tools/call', { name, arguments: input, _meta: ENVELOPE }), headers, how);
  };

  test.each([
    ['without an idempotency key', {}],
    ['with an idempotency key', { idempotency_key: 'wide' }],
  ])(
    'with the image "last" that was lost is found by its repetition %s, although its own result is the newest picture then',
    { tags: 'long' },
    async (name, key) => {
      const next = shared.next();
      const [sent, saved] = [submits(), await pictures(next)];
      await post('generate_image', { prompt: `a red chair ${name}` });
      const wider = { image: 'last', aspect_ratio: '16:9', ...key };
      await post('expand_image', wider, { cutWhen: untilSubmits(sent + 2, shared.emulator()) });
      await untilSaved(next, saved + 2);
      expect(await post('expand_image', wider)).toContain('"attached":true');
      expect(submits()).toBe(sent + 2);
    },
  );

  test('and an identical one over stdio at the same time are one paid request', { tags: 'long' }, async () => {
    const sent = submits();
    const chair = { prompt: 'a red chair, twice' };
    shared.emulator().control.setLatency(1_000);
    const [overStdio, overHttp] = await Promise.all([
      shared.next().call('generate_image', chair),
      post('generate_image', chair),
    ]);
    expect(overHttp).toContain(String(overStdio.facts['job']));
    expect(submits()).toBe(sent + 1);
  });

  test('may use again, the former name of new_job, which the tool list does not have', { tags: 'long' }, async () => {
    const sent = submits();
    const { client, call } = shared.next();
    await Promise.all([1, 2].map(() => call('generate_image', { prompt: 'a red chair', again: true })));
    expect(submits()).toBe(sent + 2);
    expect(JSON.stringify(await client.listTools())).not.toContain('"again"');
  });
});

describe('a call that waits when the server is stopped', () => {
  test('answers with its running job over stdio', { tags: 'long' }, async () => {
    adobe.control.setLatency(60_000);
    const server = installation.pipe(installation.environment(adobe));
    server.send(JSON.parse(rpc(1, 'tools/call', { ...callFor(1), _meta: ENVELOPE })));
    await untilSubmitted();
    server.child.kill('SIGTERM');
    expect(await server.answer(1)).toMatchObject({ result: { structuredContent: { state: 'running' } } });
  });

  test('answers with its running job over HTTP', { tags: 'long' }, async () => {
    adobe.control.setLatency(60_000);
    const server = await httpServer(installation.environment(adobe));
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'generate_image' };
    const answer = server.post(rpc(1, 'tools/call', { ...callFor(1), _meta: ENVELOPE }), headers);
    await untilSubmitted();
    server.child.kill('SIGTERM');
    expect(await answer).toContain('"state":"running"');
  });
});

describe('identical calls at the same time', () => {
  const chair = { prompt: 'a red chair' };

  test('in two processes with one data folder are one paid request, and another one each with new_job', async () => {
    adobe.control.setLatency(1_000);
    const environment = installation.environment(adobe, { FIREFLY_PREVIEW: 'none' });
    const clients = await Promise.all([installation.client(environment), installation.client(environment)]);
    const results = await Promise.all(clients.map(({ call }) => call('generate_image', chair)));
    expect(new Set(results.map(({ facts }) => facts['job'])).size).toBe(1);
    expect(results.map(({ facts }) => facts['state'])).toEqual(['succeeded', 'succeeded']);
    const attached = results.filter(({ facts }) => facts['attached'] === true);
    expect(attached).toHaveLength(1);
    expect(attached[0]?.text).toContain('new_job: true');
    expect(adobe.control.submits()).toHaveLength(1);
    const forced = await Promise.all(clients.map(({ call }) => call('generate_image', { ...chair, new_job: true })));
    expect(forced.map(({ facts }) => facts['attached'])).toEqual([undefined, undefined]);
    expect(adobe.control.submits()).toHaveLength(3);
  });
});

describe('a call whose client disconnects', () => {
  test.each([
    ['the end of stdin', (child: ChildProcess) => void child.stdin?.end()],
    ['SIGTERM', (child: ChildProcess) => void child.kill('SIGTERM')],
  ])('is found by the repeated call in another process right after %s', { tags: 'long' }, async (_, leave) => {
    // Longer than a busy machine takes to repeat the call.
    adobe.control.setLatency(8_000);
    const environment = installation.environment(adobe, { FIREFLY_PREVIEW: 'none' });
    const server = installation.pipe(environment);
    const next = await installation.client(environment);
    server.send(JSON.parse(rpc(1, 'tools/call', { ...callFor(1), _meta: ENVELOPE })));
    await untilSubmitted();
    leave(server.child);
    // The server notices within this time, but its grace for open calls has not ended.
    await sleep(100);
    const again = await next.call('generate_image', callFor(1).arguments);
    expect(again.facts).toMatchObject({ state: 'succeeded', attached: true });
    expect(adobe.control.submits()).toHaveLength(1);
  });
});

/** Waits for the paid request of this number. */
async function untilSubmits(count: number, emulator: Emulator): Promise<void> {
  const submits = () => emulator.control.submits().length;
  await expect.poll(submits, { interval: 20 }).toBeGreaterThanOrEqual(count);
}

/** Waits for the first status request of a job. */
async function untilSubmitted(): Promise<void> {
  const requests = () => adobe.control.requests('status').length;
  await expect.poll(requests, { interval: 20 }).toBeGreaterThan(0);
}

/** A spawned `firefly-mcp http`, used without a client library. */
async function httpServer(environment: Record<string, string>, on = installation) {
  const child = spawn(process.execPath, [MAIN, 'http', '--port', '0'], {
    env: environment,
    cwd: on.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  overhear(child, environment['FIREFLY_HOME']);
  const exited = once(child, 'exit');
  on.onEnd(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const { url, token } = await new Promise<{ url: string; token: string }>((resolve) => {
    let output = '';
    child.stderr.on('data', (chunk) => {
      output += String(chunk);
      const [, address, tokenFile] = /Serving MCP at (\S+), .* token in (\S+)\n/.exec(output) ?? [];
      if (address === undefined || tokenFile === undefined) return;
      resolve({ url: address, token: readFileSync(tokenFile, 'utf8').trim() });
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
