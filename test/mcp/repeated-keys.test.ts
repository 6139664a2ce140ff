import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cpuMs } from '../support/work.ts';
import { serveBothWays, type BothWays } from './fixture/both-ways.ts';
import { INITIALIZE } from './fixture/http.ts';
import { tools } from './fixture/tools.ts';

let calls = 0;
let ways: BothWays;

const loadTools = async () => {
  calls += 1;
  return tools;
};

beforeAll(async () => {
  // The revision that has batches.
  ways = await serveBothWays({ loadTools }, INITIALIZE.replace('2025-11-25', '2025-03-26'));
});
afterAll(() => ways.close());
beforeEach(() => (calls = 0));

const call = (given: string, id = 7) =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"echo","arguments":${given}}}`;
const twice = (key: string) => ({
  id: 7,
  error: {
    code: -32602,
    message: `The key "${key}" is there twice; only its last value would count. Leave one out. Nothing was done.`,
  },
});

describe.each(['stdio', 'HTTP'] as const)('a call over %s', (way) => {
  const ask = (text: string, answers?: number) => ways[way](text, answers);

  test.each([
    ['of an argument', call('{"prompt":"a","count":1,"prompt":"b"}'), 'prompt'],
    ['in another spelling', call('{"prompt":"a","\\u0070rompt" : "b"}'), 'prompt'],
    ['within an argument', call('{"prompt":"a","shapes":[{"x":1},{"x":1,"y":2,"x":3}]}'), 'x'],
    ['of no letters', call('{"":1,"":2}'), ''],
    ['that every object has', call('{"__proto__":{},"__proto__":{}}'), '__proto__'],
    ['of params', call('{"prompt":"a"},"arguments":{"prompt":"b"}'), 'arguments'],
    ['of the message', call('{"prompt":"a"}').replace('"method"', '"params":{},"method"'), 'params'],
  ])('with a key twice is refused by the name of the key, and reaches no tool: %s', async (_what, text, key) => {
    expect(await ask(text)).toMatchObject([twice(key)]);
    expect(calls).toBe(0);
  });

  test('whose arguments are a text with a key twice is refused likewise', async () => {
    const [answer] = await ask(call(JSON.stringify('{"prompt":"a","prompt":"b"}')));
    expect(answer?.error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('The key "prompt" is there twice') as string,
    });
    expect(calls).toBe(0);
  });

  test('may have a key in several objects, and such words in a text', async () => {
    const prompt = '"a":{"a":1,"a":';
    const given = JSON.stringify({ prompt, count: 1 }).replace('{', '{ "seeds" : [1,1],\t');
    const [answer] = await ask(call(given).replace('"params"', '"_meta":{"name":1},"params"'));
    expect(answer).toMatchObject({
      id: 7,
      result: { content: [{ text: expect.stringContaining('"seeds":[1,1]') as string }] },
    });
    expect(calls).toBe(1);
  });

  test('is not done as part of a batch of which another call has a key twice', async () => {
    const batch = `[${call('{"prompt":"a"}', 8)},${call('{"prompt":"a","prompt":"b"}', 9)}]`;
    const answers = await ask(batch, way === 'stdio' ? 2 : 1);
    for (const { error } of answers) expect(error?.message).toContain('The key "prompt" is there twice');
    expect(calls).toBe(0);
  });

  test('of a megabyte is looked through in a moment, however it is made', async () => {
    const texts = [
      JSON.stringify({ prompt: '\\"'.repeat(250_000) }),
      JSON.stringify({ prompt: ' '.repeat(1_000_000) }),
      JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`key ${n}`, n]))),
      `{"prompt":[${'{"a":[]},'.repeat(60_000)}0]}`,
      `{"prompt":${' '.repeat(1_000_000)}"a"}`,
    ];
    for (const text of texts) expect(await cpuMs(() => ask(call(text)))).toBeLessThan(1_500);
  });
});
