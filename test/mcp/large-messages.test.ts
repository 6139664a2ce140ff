import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/shared/logger.ts';
import { cpuMs } from '../support/work.ts';
import { serveBothWays, type Answer, type BothWays } from './fixture/both-ways.ts';
import { INITIALIZE } from './fixture/http.ts';

const MIB = 1024 * 1024;
/** The begin of a call of a tool that there is not. */
const CALL = '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"none","arguments":';
let ways: BothWays;
const warnings: string[] = [];
const logger = { ...silentLogger, warn: (event: string) => void warnings.push(event) };

beforeAll(async () => {
  ways = await serveBothWays({ logger });
});
afterAll(() => ways.close());
beforeEach(async () => {
  // What a line has left open ends with the next message.
  await ways.stdio('{"jsonrpc":"2.0","id":0,"method":"ping"}');
  warnings.splice(0);
});

describe.each([
  ['stdio', 9 * MIB],
  ['HTTP', 3 * MIB],
] as const)('a message over %s', (way, bytes) => {
  const ask = async (text: string): Promise<Answer | undefined> => (await ways[way](text))[0];

  test.each([
    ['an opening that is kept', INITIALIZE.replace('"raw"', `"${'x'.repeat(100_000)}"`), 1],
    ['a request', `{"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"${'x'.repeat(100_000)}"}}`, 2],
  ])('of more than 64 KiB that is no call is refused: %s', async (_what, text, id) => {
    expect(await ask(text)).toMatchObject({
      id,
      error: {
        code: -32602,
        message: expect.stringContaining('the limit is 65536 of all but calls of tools') as string,
      },
    });
    expect(warnings).toEqual(['message_refused']);
  });

  test('that is a response of more than 64 KiB is logged, and no request is answered by it', async () => {
    const text = `{"jsonrpc":"2.0","id":0,"result":{"x":"${'x'.repeat(100_000)}"}}`;
    const answers = await (way === 'stdio' ? ways.stdio(text, 0) : ways.HTTP(text));
    expect(answers.filter(({ id }) => id !== null)).toEqual([]);
    await expect.poll(() => warnings).toEqual(['message_refused']);
  });

  test('with a method of any length is refused', async () => {
    const answer = await ask(`{"jsonrpc":"2.0","id":3,"method":"${'m'.repeat(1_000)}"}`);
    expect(answer).toMatchObject({ id: 3, error: { message: '"method" has at most 200 characters.' } });
  });

  test.each([
    ['deep', `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`, 'Lists and objects can be 100 deep, not more.'],
    ['many', `[${'{},'.repeat(bytes / 3)}0]`, 'There are more than 200000 keys, lists and objects.'],
    [
      'many keys in',
      `{${Array.from({ length: 190_000 }, (_, n) => `"k${n}":1`).join()}}`,
      'An object has at most 1000 keys.',
    ],
  ])('with %s lists and objects is refused by its id before it is parsed', async (_what, value, message) => {
    const text = `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"echo","arguments":{"prompt":${value}}}}`;
    let answer: Answer | undefined;
    // What comes with a message of megabytes: the pieces, and the text of which they are made.
    expect(await cpuMs(async () => void (answer = await ask(text)))).toBeLessThan(1_500);
    expect(answer).toMatchObject({ id: 4, error: { code: -32600, message } });
  });

  test.each([
    ['blanks within a text', `${CALL}"${' '.repeat(1_000_000)}a"}}`],
    ['blanks around it', `${' '.repeat(1_000_000)}${CALL}""}}${'\u2003'.repeat(100_000)}`],
    ['a text that does not end', `${CALL}"${'a'.repeat(2 * MIB)}`],
    ['quotes and backslashes', `${CALL}"${'\\"'.repeat(MIB)}`],
    ['brackets that do not match', `{"id":5,${'[{'.repeat(MIB)}`],
  ])('is read in a time that grows with its length alone: %s', async (_what, text) => {
    let answer: Answer | undefined;
    expect(await cpuMs(async () => void (answer = await ask(text)))).toBeLessThan(1_500);
    expect(answer?.error).toBeDefined();
  });
});
