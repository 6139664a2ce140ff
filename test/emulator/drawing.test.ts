import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { columnsOf, dotAt } from '../../src/emulator/drawing/font.ts';
import { drawPicture } from '../../src/emulator/drawing/index.ts';

const order = { prompt: 'a red chair', seed: 7, model: 'image4_standard', width: 320, height: 200 } as const;

async function pixelsOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).raw().toBuffer();
}

describe('drawPicture', () => {
  it.each([
    ['image/jpeg', 'jpeg', 2304, 1792],
    ['image/png', 'png', 1344, 756],
    ['image/webp', 'webp', 896, 1152],
    ['image/jpeg', 'jpeg', 7, 3],
  ] as const)('makes %s in exactly the size asked for', async (mimeType, format, width, height) => {
    const bytes = await drawPicture({ ...order, mimeType, width, height });
    expect(await sharp(bytes).metadata()).toMatchObject({ format, width, height });
  });

  it('repeats itself exactly, and differs per prompt, seed and model', async () => {
    const draw = (changes: object) => drawPicture({ ...order, mimeType: 'image/png', ...changes });
    const first = await draw({});
    expect(Buffer.compare(first, await draw({}))).toBe(0);
    for (const change of [{ prompt: 'a blue chair' }, { seed: 8 }, { model: 'image3' }]) {
      const [a, b] = [await pixelsOf(first), await pixelsOf(await draw(change))];
      // Compared above the mark, which names all three anyway.
      const top = a.length / 2;
      const different = a.subarray(0, top).filter((value, place) => value !== b[place]).length;
      expect(different).toBeGreaterThan(top / 4);
    }
  });

  it('carries a mark that can be seen: light letters on a dark band', async () => {
    const { data, info } = await sharp(await drawPicture({ ...order, mimeType: 'image/png' }))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const band = data.subarray(Math.floor(data.length * 0.9));
    expect(band.filter((value) => value > 250).length).toBeGreaterThan(info.width / 4);
    expect(band.filter((value) => value < 110).length).toBeGreaterThan(band.length / 3);
  });
});

describe('the font', () => {
  it('spells', () => {
    const rows = Array.from({ length: 7 }, (_, row) =>
      Array.from({ length: columnsOf('Hi') }, (__, column) => (dotAt('Hi', column, row) ? '#' : '.')).join(''),
    );
    expect(rows).toEqual([
      '#...#..###.',
      '#...#...#..',
      '#...#...#..',
      '#####...#..',
      '#...#...#..',
      '#...#...#..',
      '#...#..###.',
    ]);
  });
});
