import { expect, test } from 'vitest';
import { Starts } from '../../../src/mcp/http/exchange/starts.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('requests that come together begin eight in a turn, in their order, and none is left behind', async () => {
  const starts = new Starts();
  const begun: number[] = [];
  const all = Array.from({ length: 20 }, (_, n) => starts.next().then(() => begun.push(n)));
  const seen: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    await turn();
    seen.push(begun.length);
  }
  await Promise.all(all);
  expect(Math.max(...seen.map((count, index) => count - (seen[index - 1] ?? 0)))).toBeLessThanOrEqual(16);
  expect(seen.at(-1)).toBe(20);
  expect(seen[0]).toBeLessThan(20);
  expect(begun).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('a request alone begins at once, also after others', async () => {
  const starts = new Starts();
  for (let round = 0; round < 3; round += 1) {
    let hasBegun = false;
    void starts.next().then(() => (hasBegun = true));
    await Promise.resolve();
    await Promise.resolve();
    expect(hasBegun).toBe(true);
    await turn();
    await turn();
  }
});
