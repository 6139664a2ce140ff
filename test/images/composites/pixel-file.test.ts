import { readdir } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { throughFile, type PixelShape } from '../../../src/images/composites/pixels/pixel-file.ts';
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
    await throughFile(picture(), { shape, folder }, async ({ read }) => {
      for (const [top, rows] of [
        [0, SIZE.height],
        [17, 5],
        [SIZE.height - 1, 1],
      ] as const) {
        const target = new Uint8Array(rows * row);
        await read(target, top);
        expect(Buffer.compare(target, expected.subarray(top * row, (top + rows) * row))).toBe(0);
      }
      expect(await readdir(folder)).toHaveLength(1);
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('are refused where they are others than is expected, and the file is gone after that and after any failure', async () => {
    const work = async () => expect.unreachable('these are other pixels');
    for (const shape of [shapeOf(4), shapeOf(3, 16), { ...shapeOf(3), height: SIZE.height + 1 }]) {
      await expect(throughFile(rgb(), { shape, folder }, work)).rejects.toThrow('expected pixels of');
    }
    const failing = async () => Promise.reject(new Error('stopped'));
    await expect(throughFile(rgb(), { shape: shapeOf(3), folder }, failing)).rejects.toThrow('stopped');
    const broken = sharp((await rgb().png().toBuffer()).subarray(0, 900));
    await expect(throughFile(broken, { shape: shapeOf(3), folder }, work)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});
