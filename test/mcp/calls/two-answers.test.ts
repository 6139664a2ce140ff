import { afterEach, expect, test } from 'vitest';
import { serveBothWays, type BothWays } from '../fixture/both-ways.ts';
import { spend, spendingOptions } from '../fixture/spending.ts';

const OPENING = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'raw', version: '1' },
  },
});
const YES = { action: 'accept', content: { spend: true } };

let ways: BothWays | undefined;
afterEach(async () => {
  await ways?.close();
  spend.times = 0;
});

/** What the answer to the question about money leads to. */
async function spentBy(answer: object): Promise<number> {
  const { authenticate: _, ...options } = spendingOptions();
  ways = await serveBothWays(options, OPENING);
  const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'spend', arguments: {} } };
  const [question] = await ways.stdio(JSON.stringify(call));
  expect(question?.method).toBe('elicitation/create');
  await ways.stdio(JSON.stringify({ jsonrpc: '2.0', id: question?.id, ...answer }));
  return spend.times;
}

test.each([['no'], [7], [true], [[]], [{}], [{ code: -32000, message: 'no' }]])(
  'a yes to spending with the error %j beside it is no yes',
  async (error) => {
    expect(await spentBy({ result: YES, error })).toBe(0);
  },
);

test('a yes to spending counts with an error of null, which serializers write for none', async () => {
  expect(await spentBy({ result: YES, error: null })).toBe(1);
});
