import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attach } from '../../../src/images/composites/output/attach.ts';
import {
  encodeCanvas,
  encodedInMemory,
  encodePixels,
  type Encoded,
} from '../../../src/images/composites/output/encode.ts';
import {
  canvasInFile,
  canvasInMemory,
  type Canvas,
  type CanvasShape,
} from '../../../src/images/composites/pixels/canvas.ts';
import { emptyPixelFile } from '../../../src/images/composites/pixels/pixel-file.ts';
import { HIGH_QUALITY } from '../../../src/images/composites/output/jpeg-quality.ts';
import type { StillType } from '../../../src/images/media.ts';
import { rgb, SIZE } from './fill.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder: string;
beforeAll(() => void (folder = temporaryFolder('encode-')));
afterAll(() => removeFolder(folder));

async function bytesOf(encoded: Encoded): Promise<Uint8Array> {
  const { whole, from } = await encoded.read(0);
  return whole.subarray(from);
}

test.each<StillType>(['image/png', 'image/jpeg'])(
  'a result of very many pixels as %s is in a file until it is read, and equal to one in memory',
  async (mimeType) => {
    const encoded = (size: { readonly width: number; readonly height: number }, place = folder) =>
      encodePixels(rgb('textured'), { mimeType, ...size, hasAlpha: false, jpeg: HIGH_QUALITY }, { folder: place });
    const small = await encoded(SIZE);
    expect(await readdir(folder)).toEqual([]);
    const vast = { width: 8_000, height: 4_001 };
    const large = await encoded(vast);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^firefly-result-/)]);
    const bytes = await bytesOf(large);
    expect(await readdir(folder)).toEqual([]);
    expect(Buffer.compare(bytes, await bytesOf(small))).toBe(0);
    const nowhere = await encoded(vast, path.join(folder, 'nowhere'));
    expect(Buffer.compare(bytes, await bytesOf(nowhere))).toBe(0);
  },
);

const SHAPES: readonly (readonly [string, Omit<CanvasShape, 'width' | 'height'>])[] = [
  ['grey', { channels: 1, hasAlpha: false, depth: 8 }],
  ['grey with transparency', { channels: 2, hasAlpha: true, depth: 8 }],
  ['RGB', { channels: 3, hasAlpha: false, depth: 8 }],
  ['RGB with transparency', { channels: 4, hasAlpha: true, depth: 8 }],
  ['grey of 16 bits', { channels: 1, hasAlpha: false, depth: 16 }],
  ['grey of 16 bits with transparency', { channels: 2, hasAlpha: true, depth: 16 }],
  ['RGB of 16 bits', { channels: 3, hasAlpha: false, depth: 16 }],
  ['RGB of 16 bits with transparency', { channels: 4, hasAlpha: true, depth: 16 }],
];
const NOTHING = { icc: undefined, exif: undefined, density: undefined, jfif: undefined, chunks: [] };
const FORMATS: readonly StillType[] = ['image/png', 'image/jpeg', 'image/webp'];

test.each(SHAPES.flatMap(([name, shape]) => FORMATS.map((mimeType) => [name, mimeType, shape] as const)))(
  'a canvas in a file is encoded as one in memory is: %s as %s',
  async (_, mimeType, of) => {
    const shape = { ...of, width: 61, height: 47 };
    const { hasAlpha } = shape;
    const encoding = { mimeType, width: 61, height: 47, hasAlpha: hasAlpha && mimeType !== 'image/jpeg' };
    const made = async (canvas: Canvas, place: string) => {
      // Two parts, of which the first one is changed once more.
      for (const [top, bottom, seed] of [
        [0, 30, 3],
        [30, 47, 5],
        [10, 20, 7],
      ] as const) {
        const rows = canvas.rows(top, bottom);
        rows.forEach((value, at) => (rows[at] = (value + at * seed * 7919) % (shape.depth === 16 ? 65_536 : 256)));
        canvas.keep(rows, top);
      }
      const how = { ...encoding, jpeg: HIGH_QUALITY };
      return attach(await encodeCanvas(canvas, how, { folder: place }), how, NOTHING);
    };
    const inFile = async () => canvasInFile(shape, await emptyPixelFile(shape, folder));
    const expected = await made(canvasInMemory(shape), folder);
    expect(Buffer.compare(await made(await inFile(), folder), expected)).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    const canvas = await inFile();
    const files = await readdir(folder);
    expect(files).toEqual([expect.stringMatching(/^firefly-pixels-/)]);
    // Where the disk has no place for a second file.
    expect(Buffer.compare(await made(canvas, path.join(folder, 'nowhere')), expected)).toBe(0);
    await canvas.end();
    expect(await readdir(folder)).toEqual([]);
    const { channels, depth } = await sharp(expected).metadata();
    if (mimeType === 'image/png')
      expect({ channels, depth }).toEqual({ channels: of.channels, depth: of.depth === 16 ? 'ushort' : 'uchar' });
  },
);

test.each<StillType>(FORMATS)(
  'what is attached to a result in a file is that of one in memory, without a copy: %s',
  async (mimeType) => {
    const how = { mimeType, ...SIZE, hasAlpha: false, jpeg: HIGH_QUALITY };
    const carried = {
      icc: new Uint8Array(70_001).map((_, at) => at * 7919),
      exif: Uint8Array.of(1, 2, 3),
      density: 300,
      jfif: undefined,
      chunks: [],
    };
    const bytes = await bytesOf(await encodePixels(rgb('textured'), how, { folder }));
    const expected = await attach(encodedInMemory(bytes), how, carried);
    let memory: Uint8Array | undefined;
    const inFile: Encoded = {
      read: async (room) => {
        memory = new Uint8Array(room + bytes.length);
        memory.set(bytes, room);
        return { whole: memory, from: room };
      },
    };
    const attached = await attach(inFile, how, carried);
    expect(Buffer.compare(attached, expected)).toBe(0);
    expect(attached.buffer).toBe(memory?.buffer);
  },
);
