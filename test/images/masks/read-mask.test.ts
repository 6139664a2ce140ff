import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readGivenMask } from '../../../src/images/masks/read-mask.ts';
import { noisy } from '../pictures.ts';

/** A photograph with a transparent right half. */
async function holed(width: number, height: number): Promise<Buffer> {
  const pixels = await noisy(width, height).ensureAlpha().raw().toBuffer();
  for (let at = 3; at < pixels.length; at += 4) pixels[at] = ((at - 3) / 4) % width < width / 2 ? 255 : 3;
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

test('a picture with a hole is inverted in turns with other work, and its soft values stay', async () => {
  let turns = 0;
  const { mask, by } = await readGivenMask(await holed(1_024, 1_024), async () => {
    turns += 1;
  });
  expect(by).toBe('transparency');
  expect([mask.data[0], mask.data[1_023]]).toEqual([0, 252]);
  // Eight bands of the inversion, and eight of the look for a hole.
  expect(turns).toBe(16);
});

test('a cancelled call ends the reading of a mask between two bands', async () => {
  let turns = 0;
  const cancelled = readGivenMask(await holed(1_024, 1_024), async () => {
    turns += 1;
    if (turns === 3) throw new Error('cancelled');
  });
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(turns).toBe(3);
});
