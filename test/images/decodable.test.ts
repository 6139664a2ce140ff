import { expect, test } from 'vitest';
import { inTurn } from '../../src/images/decodable.ts';
import { reclaimPixels } from '../../src/images/reclaim.ts';

const LARGE = { width: 8_000, height: 8_000 };
const MIDDLING = { width: 4_000, height: 4_000 };
const SMALL = { width: 100, height: 100 };

/** Work that notes when it runs, and ends when it is told to. */
function works() {
  const running = new Set<string>();
  const seen: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string, pictures: Parameters<typeof inTurn>[0]) =>
    inTurn(pictures, async () => {
      running.add(name);
      seen.push([...running].join('+'));
      await new Promise<void>((resolve) => ends.set(name, resolve));
      running.delete(name);
    });
  return { seen, begin, end: (name: string) => ends.get(name)?.() };
}

const turns = async () => {
  for (let count = 0; count < 4; count++) await new Promise((resolve) => setImmediate(resolve));
};

test('large pictures are worked on one at a time, in their order, and nothing beside them', async () => {
  const { seen, begin, end } = works();
  const all = [begin('a', LARGE), begin('b', LARGE), begin('small', SMALL)];
  await turns();
  expect(seen).toEqual(['a']);
  end('a');
  await all[0];
  await turns();
  expect(seen).toEqual(['a', 'b']);
  end('b');
  await all[1];
  await turns();
  expect(seen).toEqual(['a', 'b', 'small']);
  end('small');
  await Promise.all(all);
});

test('four pictures of 16 million pixels are worked on at once, and no fifth', async () => {
  const { seen, begin, end } = works();
  const names = ['a', 'b', 'c', 'd', 'e'];
  const all = names.map((name) => begin(name, MIDDLING));
  await turns();
  expect(seen.at(-1)).toBe('a+b+c+d');
  for (const name of names) {
    end(name);
    await turns();
  }
  end('e');
  await Promise.all(all);
});

test('WebP of 10 million pixels are worked on four at once, as others of 16 million, and larger ones alone', async () => {
  const { seen, begin, end } = works();
  const webp = (width: number, height: number) => ({ width, height, mimeType: 'image/webp' }) as const;
  const four = ['a', 'b', 'c', 'd'];
  const all = four.map((name) => begin(name, webp(4_000, 2_500)));
  all.push(begin('large', webp(4_000, 2_501)), begin('small', SMALL));
  await turns();
  expect(seen.at(-1)).toBe('a+b+c+d');
  for (const name of four) {
    end(name);
    await turns();
  }
  expect(seen.at(-1)).toBe('large');
  end('large');
  await turns();
  end('small');
  await Promise.all(all);
});

test('a turn for two pictures is that of the larger one, and a WebP beside a PNG counts as one', async () => {
  const { seen, begin, end } = works();
  const size = { width: 4_000, height: 3_000 };
  const both = begin('both', [size, { ...size, mimeType: 'image/webp' }]);
  const small = begin('small', SMALL);
  await turns();
  expect(seen).toEqual(['both']);
  end('both');
  await turns();
  end('small');
  await Promise.all([both, small]);
});

test('work that fails gives its turn back, and work within work does not wait', async () => {
  await expect(inTurn(LARGE, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await inTurn(LARGE, () => inTurn(LARGE, async () => 'inner'))).toBe('inner');
  expect(await inTurn(SMALL, () => inTurn(LARGE, async () => 'inner'))).toBe('inner');
});

test('nothing of an earlier picture is held when a large one begins, however young it is', async () => {
  const weak = (() => new WeakRef(new Uint8Array(64_000_000)))();
  await turns();
  await inTurn(SMALL, async () => expect(weak.deref()).toBeDefined());
  await turns();
  await inTurn(LARGE, async () => expect(weak.deref()).toBeUndefined());
});

test('a large picture begins without a collection where little is held outside of the heap', async () => {
  await reclaimPixels(() => 500e6);
  const weak = (() => new WeakRef(new Uint8Array(64)))();
  await turns();
  await reclaimPixels(() => 10e6);
  expect(weak.deref()).toBeDefined();
});
