import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hiddenIn, HOSTILE } from '../support/hostile.ts';
import { serveBothWays, type BothWays } from './fixture/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await serveBothWays();
});
afterAll(() => ways.close());

describe.each(['stdio', 'HTTP'] as const)('over %s wrong parameters are told in a sentence', (way) => {
  const answerTo = async (method: string, params: unknown) => {
    const [answer] = await ways[way](JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }));
    return answer?.error;
  };

  test.each([
    [
      'completion/complete',
      { ref: { type: 'ref/resource', uri: 'firefly://usage' }, argument: '/dev/zero' },
      '"params.argument" is not what completion/complete takes: expected object, received string.',
    ],
    ['resources/read', { uri: 7 }, '"params.uri" is not what resources/read takes: expected string, received number.'],
    ['resources/read', {}, '"params.uri" is not what resources/read takes: expected string, received undefined.'],
    ['tools/list', { cursor: 7 }, '"params.cursor" is not what tools/list takes: expected string, received number.'],
  ])('%s with %j', async (method, params, message) => {
    expect(await answerTo(method, params)).toEqual({ code: -32602, message });
  });

  test('which holds nothing hidden, and is short', async () => {
    const params = {
      ref: { type: 'ref/resource', uri: 'firefly://images/{id}' },
      argument: { name: 'id', value: '' },
      context: { arguments: { [HOSTILE.repeat(50)]: 7 } },
    };
    const error = await answerTo('completion/complete', params);
    expect(error?.message).toMatch(/^"params\.context\.arguments\.x.* is not what completion\/complete takes/);
    expect(hiddenIn(error?.message ?? '')).toEqual([]);
    expect((error?.message ?? '').length).toBeLessThan(400);
  });
});
