import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bundledEntry, Pipe } from '../fixture/pipe.ts';
import { turnsMs } from '../../support/work.ts';

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

/** Closes stdin; resolves when the server has ended by itself. */
async function endOfInput(): Promise<void> {
  pipe.child.stdin.end();
  expect(await pipe.exited).toBe(0);
}

describe('the server on stdio', () => {
  test('answers initialize, tools/list and tools/call of the 2025 era', { tags: 'long' }, async () => {
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

  test(
    'answers server/discover, tools/list with its cache hint and tools/call of the 2026-07-28 era',
    { tags: 'long' },
    async () => {
      start().send({ id: 1, method: 'server/discover', params: { _meta: ENVELOPE } });
      expect((await pipe.answer(1)).result).toMatchObject({ supportedVersions: ['2026-07-28'] });
      pipe.send({ id: 2, method: 'tools/list', params: { _meta: ENVELOPE } });
      expect((await pipe.answer(2)).result).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' });
      pipe.call(3, 'echo', { prompt: 'a cat' }, ENVELOPE);
      expect((await pipe.answer(3)).result).toMatchObject({ resultType: 'complete' });
    },
  );

  test('uses one conversation for the whole connection', async () => {
    await started();
    pipe.call(1, 'echo', { prompt: 'a' });
    pipe.call(2, 'echo', { prompt: 'a' });
    expect((await pipe.answer(1)).result).toEqual((await pipe.answer(2)).result);
  });
});

describe('tools/call', () => {
  test('answers an unknown tool with a protocol error, and serves the next call', async () => {
    await started();
    pipe.call(1, 'nothing', {});
    expect((await pipe.answer(1)).error?.code).toBe(-32602);
    pipe.call(2, 'echo', { prompt: 'a' });
    expect((await pipe.answer(2)).result).toBeDefined();
  });

  test(
    'sends progress only with a token, strictly increasing, and none after the result',
    { tags: 'long' },
    async () => {
      await started();
      pipe.call(1, 'wait', { steps: 4 }, { progressToken: 'p' });
      pipe.call(2, 'wait', { steps: 4 });
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
    },
  );

  test('does not answer a cancelled call, and aborts its signal', { tags: 'long' }, async () => {
    await started();
    pipe.call(1, 'wait', {}, { progressToken: 1 });
    await pipe.until((message) => message.method === 'notifications/progress');
    pipe.send({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'enough' } });
    // The end of the input does not wait for the cancelled call.
    expect(await turnsMs(endOfInput)).toBeLessThan(3_500);
    expect(pipe.messages.some((message) => message.id === 1)).toBe(false);
  });
});

describe('bad input', () => {
  test.each([
    ['text that is not JSON', 'garbage\n'],
    ['half a message', '{"jsonrpc":"2.0","id":\n'],
    ['empty lines', '\n\n\r\n'],
    ['JSON that is not a message', '[]\n42\nnull\n{"foo":1}\n'],
    ['binary data', '\u0000\u0001\ufffd\n'],
    ['a response without a request', '{"jsonrpc":"2.0","id":77,"result":{}}\n'],
  ])('such as %s does not end the server', { tags: 'long' }, async (_name, text) => {
    start().write(text);
    await pipe.initialize();
    pipe.write(text);
    pipe.call(1, 'echo', { prompt: 'a' });
    expect((await pipe.answer(1)).result).toBeDefined();
  });

  test(
    'such as a message over the limit is refused with its id, and the next call is served',
    { tags: 'long' },
    async () => {
      await started();
      pipe.call(1, 'echo', { prompt: 'x'.repeat(10 * 1024 * 1024) });
      expect((await pipe.answer(1)).error?.message).toMatch(
        /^This message has 104858\d\d bytes; the limit is 10485760/,
      );
      pipe.write(`${'y'.repeat(11 * 1024 * 1024)}\n`);
      pipe.call(2, 'echo', { prompt: 'a' });
      expect((await pipe.answer(2)).result).toBeDefined();
    },
  );

  test('does not include a message of 9 MB', { tags: 'long' }, async () => {
    await started();
    pipe.call(1, 'echo', { prompt: 'x'.repeat(9 * 1024 * 1024) });
    expect(JSON.stringify((await pipe.answer(1)).result)).toContain('at most 20 characters');
  });
});

describe('at the end of the input', () => {
  test('open calls are answered, also that of a last line without newline', { tags: 'long' }, async () => {
    await started();
    pipe.call(1, 'wait', { ms: 300 });
    pipe.write('{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"deaf","arguments":{"ms":300}}}');
    pipe.child.stdin.end();
    expect(await pipe.exited).toBe(0);
    expect(pipe.messages.find((message) => message.id === 1)?.result).toMatchObject({ content: [{ text: 'done' }] });
    expect(pipe.messages.find((message) => message.id === 2)?.result).toBeDefined();
    expect(pipe.stderr).toBe('closed\n');
  });

  test('the calls of a script that was written at once are answered', { tags: 'long' }, async () => {
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

  test(
    'a waiting call answers after four seconds with what it has, and one that does not is abandoned',
    { tags: 'long' },
    async () => {
      await started();
      pipe.call(1, 'wait', {});
      pipe.call(2, 'deaf', { ms: 60_000 });
      pipe.send({ id: 3, method: 'ping' });
      await pipe.answer(3);
      const ended = performance.now();
      const waiting = async () => {
        pipe.child.stdin.end();
        const { result } = await pipe.answer(1);
        expect(result).toMatchObject({ content: [{ text: 'job_1 is still running' }] });
      };
      expect(await turnsMs(waiting)).toBeLessThan(8_000);
      expect(performance.now() - ended).toBeGreaterThan(3_500);
      expect(await pipe.exited).toBe(0);
      expect(pipe.messages.some((message) => message.id === 2)).toBe(false);
    },
  );

  test('an idle server ends at once', { tags: 'long' }, async () => {
    await started();
    expect(await turnsMs(endOfInput)).toBeLessThan(3_500);
  });
});

describe('the connection', () => {
  test('that is closed with a shorter grace answers a waiting call sooner', { tags: 'long' }, async () => {
    await started();
    pipe.call(1, 'wait', {});
    pipe.send({ id: 3, method: 'ping' });
    await pipe.answer(3);
    pipe.child.kill('SIGTERM');
    expect((await pipe.answer(1)).result).toMatchObject({ content: [{ text: 'job_1 is still running' }] });
    expect(await pipe.exited).toBe(0);
  });

  test('ends without an error where the client closes stdout', { tags: 'long' }, async () => {
    await started();
    pipe.child.stdout.destroy();
    for (let id = 1; id <= 50; id += 1) pipe.send({ id, method: 'tools/list' });
    expect(await pipe.exited).toBe(0);
    expect(pipe.stderr).toBe('closed\n');
  });
});
