import { readdir } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { areaOf, wholeBox, type Box } from '../../../src/images/composites/box.ts';
import { decodeToFile, emptyPixelFile, type PixelShape } from '../../../src/images/composites/pixels/pixel-file.ts';
import { deep, rgb, SIZE, translucent } from './fill.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder: string;
beforeAll(() => void (folder = temporaryFolder('pixels-')));
afterAll(() => removeFolder(folder));

const shapeOf = (channels: number, depth: PixelShape['depth'] = 8) => ({ ...SIZE, channels, depth });

describe('pixels in a file', () => {
  test.each<[string, () => Sharp, PixelShape]>([
    ['RGB', () => rgb('textured'), shapeOf(3)],
    ['RGB with transparency', () => translucent(), shapeOf(4)],
    ['grey', () => rgb('textured').toColourspace('b-w'), shapeOf(1)],
    ['16 bits', () => deep(3), shapeOf(3, 16)],
    ['16 bits with transparency', () => deep(4), shapeOf(4, 16)],
  ])('are those of the picture, row by row: %s', async (_, picture, shape) => {
    const raw = picture().raw(shape.depth === 16 ? { depth: 'ushort' } : {});
    const expected = await raw.toBuffer();
    const row = expected.length / SIZE.height;
    const { read, write, end } = await decodeToFile(picture(), shape, folder);
    expect(await readdir(folder)).toHaveLength(1);
    const part = async (box: Box) => {
      const target = new Uint8Array((areaOf(box) * row) / SIZE.width);
      read(target, box);
      return target;
    };
    const rows = (top: number, bottom: number) => ({ left: 0, top, right: SIZE.width, bottom });
    for (const { top, bottom } of [rows(0, SIZE.height), rows(17, 22), rows(SIZE.height - 1, SIZE.height)]) {
      expect(Buffer.compare(await part(rows(top, bottom)), expected.subarray(top * row, bottom * row))).toBe(0);
    }
    const box = { left: 30, top: 40, right: 93, bottom: 51 };
    const cut = picture().extract({ left: 30, top: 40, width: 63, height: 11 });
    const inside = await cut.raw(shape.depth === 16 ? { depth: 'ushort' } : {}).toBuffer();
    expect(Buffer.compare(await part(box), inside)).toBe(0);
    write(expected.subarray(0, 3 * row), 17);
    expect(
      Buffer.compare(
        await part(rows(16, 21)),
        Buffer.concat([
          expected.subarray(16 * row, 17 * row),
          expected.subarray(0, 3 * row),
          expected.subarray(20 * row, 21 * row),
        ]),
      ),
    ).toBe(0);
    await end();
    expect(await readdir(folder)).toEqual([]);
  });

  test('are all 0 in an empty file', async () => {
    const { read, end } = await emptyPixelFile(shapeOf(3), folder);
    const target = new Uint8Array(SIZE.width * SIZE.height * 3).fill(9);
    read(target, wholeBox(SIZE));
    expect(target.every((value) => value === 0)).toBe(true);
    await end();
  });

  test('are refused where they are others than is expected, and the file is gone after that and after any failure', async () => {
    for (const shape of [shapeOf(4), shapeOf(3, 16), { ...shapeOf(3), height: SIZE.height + 1 }]) {
      await expect(decodeToFile(rgb(), shape, folder)).rejects.toThrow('expected pixels of');
    }
    const broken = sharp((await rgb().png().toBuffer()).subarray(0, 900));
    await expect(decodeToFile(broken, shapeOf(3), folder)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});
