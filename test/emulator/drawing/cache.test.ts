import { expect, test } from 'vitest';
import { PictureCache } from '../../../src/emulator/drawing/cache.ts';
import type { PictureSpec } from '../../../src/emulator/drawing/picture.ts';

// What is drawn is nothing to the cache.
const spec = (prompt: string) => ({ prompt }) as PictureSpec;

/** A cache whose drawings end when they are told to, and the prompts of those that have begun. */
function drawnByHand() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const cache = new PictureCache(async ({ prompt }) => {
    begun.push(`${prompt}`);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (prompt === 'gone') throw new Error('gone');
    return new Uint8Array(1);
  });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { begun, end: (at: number) => (ends[at]?.(), settle()), get: (id: string) => cache.get(id, spec(id)) };
}

test('pictures of a batch are drawn two at once, in their order, each once however often it is asked for', async () => {
  const { begun, end, get } = drawnByHand();
  const ids = Array.from({ length: 20 }, (_, i) => `p${i}`);
  const first = ids.map(get);
  expect(begun).toEqual(['p0', 'p1']);
  // Readers that gave up ask again.
  ids.forEach((id, i) => expect(get(id)).toBe(first[i]));
  await end(1);
  expect(begun).toEqual(['p0', 'p1', 'p2']);
  for (const [i] of ids.entries()) await end(i);
  await Promise.all(first);
  expect(begun).toEqual(ids);
  // The latest eight are kept.
  void get('p12');
  expect(begun).toHaveLength(20);
  void get('p11');
  expect(begun).toHaveLength(21);
});

test('a drawing that fails is drawn again, and keeps no other one waiting', async () => {
  const { begun, end, get } = drawnByHand();
  const gone = expect(get('gone')).rejects.toThrow('gone');
  void get('a');
  void get('b');
  await end(0);
  await gone;
  expect(begun).toEqual(['gone', 'a', 'b']);
  await end(1);
  void get('gone').catch(() => {});
  expect(begun).toEqual(['gone', 'a', 'b', 'gone']);
});
