import { expect, test } from 'vitest';
import { tintOpen } from '../../../src/images/masks/overlay/tint.ts';

const SIZE = { width: 512, height: 512 };

test('other work goes on while a tint is chosen, and a call that ends meanwhile draws nothing', async () => {
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 3).fill(90);
  const mask = { ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height).fill(255) };
  let turns = 0;
  const drawn = tintOpen(pixels, mask, async () => {
    turns += 1;
    if (turns === 3) throw new Error('no longer wanted');
  });
  await expect(drawn).rejects.toThrow('no longer wanted');
  expect(pixels.every((value) => value === 90)).toBe(true);
});
