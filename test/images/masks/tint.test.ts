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

test('a tint is none that what is kept looks like: a red corner that wrongly stays is seen beside it', async () => {
  // A grey wall that changes, and before it what stays: a third of the picture is as red as a flag.
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 3).fill(90);
  const data = new Uint8Array(SIZE.width * SIZE.height).fill(255);
  for (let y = 300; y < 470; y++) {
    data.fill(0, y * SIZE.width, (y + 1) * SIZE.width);
    for (let x = 0; x < SIZE.width; x++) pixels.set([190, 40, 40], (y * SIZE.width + x) * 3);
  }
  const mask = { ...SIZE, data };
  expect(await tintOpen(pixels.slice(), mask, async () => undefined)).not.toBe('red');
  // Of what is kept and looks like none of the tints red is the usual one.
  expect(
    await tintOpen(
      pixels.map(() => 90),
      mask,
      async () => undefined,
    ),
  ).toBe('red');
});
