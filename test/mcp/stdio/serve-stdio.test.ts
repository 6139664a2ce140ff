import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bundledEntry, Pipe } from '../fixture/pipe.ts';

let entry: Awaited<ReturnType<typeof bundledEntry>>;
let pipe: Pipe;

beforeAll(async () => {
  entry = await bundledEntry();
});
afterAll(() => entry.remove());
afterEach(() => pipe.kill());

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
};

function start(): Pipe {
  pipe = new Pipe(entry.file);
  return pipe;
}

async function started(): Promise<Pipe> {
  await start().initialize();
  return pipe;
}

describe('both eras through a pipe', () => {
  test('2025: initialize, tools/list, tools/call', async () => {
    const { result } = await start().initialize();
    expect(result).toMatchObject({
      protocolVersion: '2025-11-25',
      capabilities: { tools: {}, resources: {}, completions: {} },
      serverInfo: { name: 'firefly-test', title: 'Firefly test', version: '1.2.3' },
    });
    expect(Buffer.byteLength(String(result?.['instructions']))).toBeLessThan(2_048);
    pipe.send({ id: 2, method: 'tools/list' });
    expect((await pipe.answer(2)).result?.['tools']).toHaveLength(7);
    pipe.call(3, 'echo', { prompt: 'a cat' });
    expect(JSON.stringify((await pipe.answer(3)).result)).toContain('stdio-');
  });

  test('2026: server/discover, tools/list with its cache hint, tools/call', async () => {
    start().send({ id: 1, method: 'server/discover', params: { _meta: ENVELOPE } });
    expect((await pipe.answer(1)).result).toMatchObject({ supportedVersions: ['2026-07-28'] });
    pipe.send({ id: 2, method: 'tools/list', params: { _meta: ENVELOPE } });
    expect((await pipe.answer(2)).result).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' });
    pipe.call(3, 'echo', { prompt: 'a cat' }, ENVELOPE);
    expect((await pipe.answer(3)).result).toMatchObject({ resultType: 'complete' });
  });

  test('one conversation for the whole connection', async () => {
    await started();
    pipe.call(1, 'echo', { prompt: 'a' });
    pipe.call(2, 'echo', { prompt: 'a' });
    expect((await pipe.answer(1)).result).toEqual((await pipe.answer(2)).result);
  });
});

describe('tools/call', () => {
  test('an unknown tool is a protocol error, and the server goes on', async () => {
    await started();
    pipe.call(1, 'nothing', {});
    expect((await pipe.answer(1)).error?.code).toBe(-32602);
    pipe.call(2, 'echo', { prompt: 'a' });
    expect((await pipe.answer(2)).result).toBeDefined();
  });

  test('progress only with a token, strictly increasing, none after the result', async () => {
    await started();
    pipe.call(1, 'wait', { ms: 100 }, { progressToken: 'p' });
    pipe.call(2, 'wait', { ms: 100 });
    await Promise.all([pipe.answer(1), pipe.answer(2)]);
    pipe.send({ id: 3, method: 'ping' });
    await pipe.answer(3);
    const notes = pipe.messages.filter((message) => message.method === 'notifications/progress');
    const values = notes.map((note) => Number(note.params?.['progress']));
    expect(values.length).toBeGreaterThan(2);
    expect(values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0))).toBe(true);
    expect(notes.every((note) => note.params?.['progressToken'] === 'p')).toBe(true);
    const last = pipe.messages.findLastIndex((message) => message.method === 'notifications/progress');
    expect(last).toBeLessThan(pipe.messages.findIndex((message) => message.id === 1));
  });

  test('a cancelled call is not answered, and its signal aborts', async () => {
    await started();
    pipe.call(1, 'wait', {}, { progressToken: 1 });
    await pipe.until((message) => message.method === 'notifications/progress');
    pipe.send({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'enough' } });
    const ended = performance.now();
    pipe.child.stdin.end();
    // The end of the input does not wait for the cancelled call.
    expect(await pipe.exited).toBe(0);
    expect(performance.now() - ended).toBeLessThan(1_500);
    expect(pipe.messages.some((message) => message.id === 1)).toBe(false);
  });
});

describe('bad input', () => {
  test.each([
    ['no JSON', 'garbage\n'],
    ['half a message', '{"jsonrpc":"2.0","id":\n'],
    ['empty lines', '\n\n\r\n'],
    ['JSON that is no message', '[]\n42\nnull\n{"foo":1}\n'],
    ['binary', '\u0000\u0001\ufffd\n'],
    ['an answer that nobody asked for', '{"jsonrpc":"2.0","id":77,"result":{}}\n'],
  ])('%s does not end the server', async (_name, text) => {
    start().write(text);
    await pipe.initialize();
    pipe.write(text);
    pipe.call(1, 'echo', { prompt: 'a' });
    expect((await pipe.answer(1)).result).toBeDefined();
  });

  test('a message that is too long is refused by its id, and the server goes on', async () => {
    await started();
    pipe.call(1, 'echo', { prompt: 'x'.repeat(10 * 1024 * 1024) });
    expect((await pipe.answer(1)).error?.message).toMatch(/^This message has 104858\d\d bytes; at most 10485760/);
    pipe.write(`${'y'.repeat(11 * 1024 * 1024)}\n`);
    pipe.call(2, 'echo', { prompt: 'a' });
    expect((await pipe.answer(2)).result).toBeDefined();
  });

  test('a message of 9 MB is taken', async () => {
    await started();
    pipe.call(1, 'echo', { prompt: 'x'.repeat(9 * 1024 * 1024) });
    expect(JSON.stringify((await pipe.answer(1)).result)).toContain('at most 20 characters');
  });
});

describe('the end', () => {
  test('calls in flight at the end of input are answered, also the last line without newline', async () => {
    await started();
    pipe.call(1, 'wait', { ms: 300 });
    pipe.write('{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"deaf","arguments":{"ms":300}}}');
    pipe.child.stdin.end();
    expect(await pipe.exited).toBe(0);
    expect(pipe.messages.find((message) => message.id === 1)?.result).toMatchObject({ content: [{ text: 'done' }] });
    expect(pipe.messages.find((message) => message.id === 2)?.result).toBeDefined();
    expect(pipe.stderr).toBe('closed\n');
  });

  test('a whole script in one write is answered', async () => {
    start().write(
      [
        '{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}',
        '{"jsonrpc":"2.0","method":"notifications/initialized"}',
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait","arguments":{"ms":50}}}',
      ].join('\n'),
    );
    pipe.child.stdin.end();
    expect(await pipe.exited).toBe(0);
    expect(pipe.messages.map((message) => message.id)).toEqual(['init', 1]);
  });

  test('after four seconds a waiting call answers with what it has, and one that does not is left', async () => {
    await started();
    pipe.call(1, 'wait', {});
    pipe.call(2, 'deaf', { ms: 60_000 });
    pipe.send({ id: 3, method: 'ping' });
    await pipe.answer(3);
    const ended = performance.now();
    pipe.child.stdin.end();
    const { result } = await pipe.answer(1);
    const waited = performance.now() - ended;
    expect(result).toMatchObject({ content: [{ text: 'job_1 is still running' }] });
    expect(waited).toBeGreaterThan(3_500);
    expect(waited).toBeLessThan(4_900);
    expect(await pipe.exited).toBe(0);
    expect(pipe.messages.some((message) => message.id === 2)).toBe(false);
  });

  test('close({ graceMs }) on SIGTERM does the same, sooner', async () => {
    await started();
    pipe.call(1, 'wait', {});
    pipe.send({ id: 3, method: 'ping' });
    await pipe.answer(3);
    pipe.child.kill('SIGTERM');
    expect((await pipe.answer(1)).result).toMatchObject({ content: [{ text: 'job_1 is still running' }] });
    expect(await pipe.exited).toBe(0);
  });

  test('a client that closes stdout ends the connection quietly', async () => {
    await started();
    pipe.child.stdout.destroy();
    for (let id = 1; id <= 50; id += 1) pipe.send({ id, method: 'tools/list' });
    expect(await pipe.exited).toBe(0);
    expect(pipe.stderr).toBe('closed\n');
  });

  test('idle at the end of input: gone at once', async () => {
    await started();
    const ended = performance.now();
    pipe.child.stdin.end();
    expect(await pipe.exited).toBe(0);
    expect(performance.now() - ended).toBeLessThan(1_000);
  });
});
