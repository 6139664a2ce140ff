import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bundledEntry, Pipe } from '../fixture/pipe.ts';

let entry: Awaited<ReturnType<typeof bundledEntry>>;
let pipe: Pipe;

beforeAll(async () => {
  entry = await bundledEntry();
});
afterAll(() => entry.remove());
afterEach(() => pipe.kill());

let marks = 0;

async function started(revision?: string): Promise<Pipe> {
  pipe = new Pipe(entry.file, ['warn']);
  await pipe.initialize(revision);
  return pipe;
}

/** Writes a text, then a ping: whatever came before the answer to the ping is the reaction to the text. */
async function reactionTo(text: string | Buffer) {
  const before = pipe.messages.length;
  const logged = pipe.stderr.length;
  pipe.write(text);
  pipe.send({ id: 'ping', method: 'ping' });
  const ping = await pipe.until((message) => message.id === 'ping' && pipe.messages.indexOf(message) >= before);
  const answers = pipe.messages.slice(before).filter((message) => message !== ping);
  // The log is another stream: the warning about this notification comes after all others.
  const mark = `notifications/mark-${(marks += 1)}`;
  pipe.send({ method: mark });
  await expect.poll(() => pipe.stderr).toContain(mark);
  const warnings = pipe.stderr
    .slice(logged)
    .split('\n')
    .filter((line) => line.startsWith('warn ') && !line.includes(mark));
  return { answers: answers.map(({ id, error }) => [id, error?.code ?? 'result']), warnings };
}

const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const list = (id: unknown, more: object = {}) => ({ jsonrpc: '2.0', id, method: 'tools/list', ...more });
const pretty = `${JSON.stringify(list(5, { params: { _meta: {}, cursor: undefined } }), undefined, 2)}\n`;

describe('what is no message', () => {
  test('is answered and logged, once for each', { tags: 'long' }, async () => {
    await started();
    const cases: [string, string | Buffer, [unknown, unknown][]][] = [
      ['no JSON', 'garbage\n', [[null, -32700]]],
      ['two objects on a line', line(list(1)).trim() + line(list(2)), [[null, -32700]]],
      ['JSON over several lines', pretty, [[null, -32700]]],
      [
        'JSON over several lines, twice',
        pretty + pretty,
        [
          [null, -32700],
          [null, -32700],
        ],
      ],
      [
        'half a message, then a whole one',
        `{"jsonrpc":"2.0","id":\n${line(list(6))}`,
        [
          [null, -32700],
          [6, 'result'],
        ],
      ],
      [
        'bytes that are no UTF-8',
        Buffer.from('{"jsonrpc":"2.0","id":7,"method":"ping","params":{"x":"caf\xe9"}}\n', 'latin1'),
        [[7, -32700]],
      ],
      ['a number', '42\n', [[null, -32600]]],
      ['null', 'null\n', [[null, -32600]]],
      ['an empty object', '{}\n', [[null, -32600]]],
      ['an empty batch', '[]\n', [[null, -32600]]],
      ['no version', line({ id: 8, method: 'ping' }), [[8, -32600]]],
      ['another version', line({ jsonrpc: '1.0', id: 9, method: 'ping' }), [[9, -32600]]],
      ['the version as a number', line({ jsonrpc: 2, id: 10, method: 'ping' }), [[10, -32600]]],
      ['a method that is no text', line({ jsonrpc: '2.0', id: 11, method: 5 }), [[11, -32600]]],
      ['the id null', line(list(null)), [[null, -32600]]],
      ['an id that is no whole number', line(list(1.5)), [[null, -32600]]],
      ['an id that is an object', line(list({})), [[null, -32600]]],
      ['params as a list', line(list(12, { params: [] })), [[12, -32602]]],
      ['params as text', line(list(13, { params: 'x' })), [[13, -32602]]],
      ['_meta as text', line(list(14, { params: { _meta: 'x' } })), [[14, -32602]]],
      [
        'a progress token of a wrong type',
        line(list(15, { params: { _meta: { progressToken: {} } } })),
        [[15, -32602]],
      ],
    ];
    for (const [name, text, expected] of cases) {
      const { answers, warnings } = await reactionTo(text);
      expect(answers, name).toEqual(expected);
      expect(warnings, name).toHaveLength(expected.filter(([, code]) => code !== 'result').length);
    }
  });

  test('is logged and not answered where it is a response or a notification', { tags: 'long' }, async () => {
    await started();
    const cases: [string, string][] = [
      ['the response to no request', line({ jsonrpc: '2.0', id: 99, result: {} })],
      [
        'an error that belongs to no request',
        line({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'x' } }),
      ],
      ['a notification that nobody knows', line({ jsonrpc: '2.0', method: 'notifications/whatever' })],
      ['a request without id', line({ jsonrpc: '2.0', method: 'tools/list' })],
      [
        'a notification with params as text',
        line({ jsonrpc: '2.0', method: 'notifications/initialized', params: 'x' }),
      ],
    ];
    for (const [name, text] of cases) {
      const { answers, warnings } = await reactionTo(text);
      expect(answers, name).toEqual([]);
      expect(warnings, name).toHaveLength(1);
    }
    expect((await reactionTo(line({ jsonrpc: '2.0', method: 'notifications/whatever' }))).warnings).toEqual([]);
  });

  test('does not stand in the way of what can be read, which is taken in silence', { tags: 'long' }, async () => {
    await started();
    const cases: [string, string | Buffer, unknown][] = [
      ['a byte order mark', `\uFEFF${line(list(1))}`, 1],
      ['CRLF', `${JSON.stringify(list(2))}\r\n`, 2],
      ['NULs around it', `\0${JSON.stringify(list(3))}\0\n`, 3],
      ['blanks and empty lines', `\n  \r\n\t${line(list(4))}\n`, 4],
      ['params null', line(list(5, { params: null })), 5],
      ['_meta null', line(list(6, { params: { _meta: null } })), 6],
      ['the progress token null', line(list(7, { params: { _meta: { progressToken: null } } })), 7],
      ['further members, null or not', line(list(8, { result: null, error: null, extra: 1 })), 8],
      ['the id 0', line(list(0)), 0],
      ['a negative id', line(list(-3)), -3],
      ['an empty id', line(list('')), ''],
      ['an id with other letters', line(list('ключ ☃')), 'ключ ☃'],
      ['the largest whole number', line(list(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER],
    ];
    for (const [name, text, id] of cases) {
      expect(await reactionTo(text), name).toEqual({ answers: [[id, 'result']], warnings: [] });
    }
    const notification = line({ jsonrpc: '2.0', id: null, method: 'notifications/initialized', params: null });
    expect(await reactionTo(notification)).toEqual({ answers: [], warnings: [] });
  });

  test('cannot make a client wait that calls tools before it initializes', { tags: 'long' }, async () => {
    pipe = new Pipe(entry.file, ['warn']);
    pipe.call(1, 'echo', { prompt: 'early' });
    expect((await pipe.answer(1)).result).toBeDefined();
  });
});

describe('a batch', () => {
  const batch = [
    list(1),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    list('two'),
    { jsonrpc: '2.0', id: 3, method: 'ping' },
  ];

  test('is answered, each request by itself, in the revision that has batches', { tags: 'long' }, async () => {
    await started('2025-03-26');
    const { answers } = await reactionTo(line(batch));
    expect(answers).toHaveLength(3);
    expect(answers).toEqual(
      expect.arrayContaining([
        [1, 'result'],
        ['two', 'result'],
        [3, 'result'],
      ]),
    );
    const mixed = await reactionTo(line([list(4), 5, { jsonrpc: '2.0', id: 6, method: 'initialize', params: {} }]));
    expect(mixed.answers).toHaveLength(3);
    expect(mixed.answers).toEqual(
      expect.arrayContaining([
        [4, 'result'],
        [null, -32600],
        [6, -32600],
      ]),
    );
    expect((await reactionTo(line(Array.from({ length: 101 }, (_, id) => list(id + 100))))).answers).toHaveLength(100);
  });

  test.each(['2024-11-05', '2025-06-18', '2025-11-25'])(
    'is refused in %s, each request with its id',
    { tags: 'long' },
    async (revision) => {
      await started(revision);
      const { answers, warnings } = await reactionTo(line(batch));
      expect(answers).toEqual([
        [1, -32600],
        ['two', -32600],
        [3, -32600],
      ]);
      expect(warnings).toHaveLength(3);
    },
  );
});

test('a message over the limit whose id cannot be found is refused without id', { tags: 'long' }, async () => {
  await started();
  const { answers, warnings } = await reactionTo(`${'y'.repeat(11 * 1024 * 1024)}\n`);
  expect(answers).toEqual([[null, -32600]]);
  expect(warnings).toHaveLength(1);
});

describe('a request with the id of one that is still open', () => {
  const answersTo = (id: number) =>
    pipe.messages.filter((message) => message.id === id).map(({ error }) => error?.code ?? 'result');

  test('is refused, and both are answered; afterwards the id is free', async () => {
    await started();
    pipe.call(5, 'wait', { steps: 5 });
    pipe.call(5, 'echo', { prompt: 'a' });
    await expect.poll(() => answersTo(5)).toEqual([-32600, 'result']);
    expect(pipe.messages.find(({ id }) => id === 5)?.error?.message).toMatch(/still open.*id of its own/);
    pipe.call(5, 'echo', { prompt: 'a' });
    await expect.poll(() => answersTo(5)).toEqual([-32600, 'result', 'result']);
  });

  test('is refused also where a request has the name of a cancel, which ends nothing', async () => {
    await started();
    pipe.call(7, 'wait', { ms: 60_000 });
    pipe.send({ id: 8, method: 'notifications/cancelled', params: { requestId: 7 } });
    expect((await pipe.answer(8)).error?.code).toBe(-32601);
    pipe.call(7, 'echo', { prompt: 'a' });
    await expect.poll(() => answersTo(7)).toEqual([-32600]);
    pipe.send({ method: 'notifications/cancelled', params: { requestId: 7 } });
    pipe.send({ id: 9, method: 'ping' });
    await pipe.answer(9);
    pipe.call(7, 'echo', { prompt: 'a' });
    await expect.poll(() => answersTo(7)).toEqual([-32600, 'result']);
  });

  test('does not end the open one, also where it is no request at all and nothing follows', async () => {
    await started();
    pipe.call(6, 'wait', { steps: 20 });
    pipe.write(line({ jsonrpc: '1.0', id: 6, method: 'ping' }));
    pipe.child.stdin.end();
    expect(await pipe.exited).toBe(0);
    expect(answersTo(6)).toEqual([-32600, 'result']);
  });
});
