import type { Sharp } from 'sharp';
import { decoded, loadSharp } from '../../sharp.ts';
import { sizeOf, type Box } from '../box.ts';
import type { Making } from '../composite.ts';
import { bytesOf, emptyCanvas, type Canvas } from './canvas.ts';
import { extractionOf } from './layers.ts';
import { rowBytes, throughFile, type PixelRows } from './pixel-file.ts';
import { openOptions, type Source } from './source.ts';

/** What is read of a source. */
interface Wanted {
  /** In pixels as they are stored. */
  readonly box: Box;
  /** Colours of the result. */
  readonly colours: 'grey' | 'rgb';
}

/**
 * Reads a part of the stored source with all of its channels and bits. What a decoder holds of a large picture is free
 * before the canvas takes memory.
 * @throws Problem `undecodable_picture`
 */
export async function readCanvas(source: Source, wanted: Wanted, making: Pick<Making, 'folder'>): Promise<Canvas> {
  if (!source.isHeld) return inMemory(source, wanted);
  return withRows(source, wanted, making, async ({ read }) => {
    const canvas = emptyCanvas(source, sizeOf(wanted.box), wanted.colours);
    await read(bytesOf(canvas), 0);
    return canvas;
  });
}

/**
 * Lets `work` read the rows of a part of the stored source, as `readCanvas` does. Of a large picture they are in a private
 * file; where the disk has no place for it the rows are in memory.
 * @throws Problem `undecodable_picture`, and what `work` throws
 */
export async function withRows<Result>(
  source: Source,
  wanted: Wanted,
  { folder }: Pick<Making, 'folder'>,
  work: (rows: PixelRows) => Promise<Result>,
): Promise<Result> {
  const { channels } = emptyCanvas(source, { width: 0, height: 0 }, wanted.colours);
  const shape = { ...sizeOf(wanted.box), channels, depth: source.depth };
  let isDecoded = false;
  try {
    if (source.isLarge) {
      return await throughFile(await stored(source, wanted), { shape, folder }, async (rows) => {
        isDecoded = true;
        return work(rows);
      });
    }
  } catch (error) {
    if (isDecoded) throw error;
  }
  const bytes = bytesOf(await inMemory(source, wanted));
  const row = rowBytes(shape);
  return work({ read: async (target, top) => target.set(bytes.subarray(top * row, top * row + target.length)) });
}

async function inMemory(source: Source, wanted: Wanted): Promise<Canvas> {
  const deep = source.depth === 16;
  // sharp's raw output of grey with eight bits is one channel, whatever the picture has.
  if (wanted.colours === 'grey' && source.hasAlpha && !deep) return clearGrey(source, wanted);
  const picture = (await stored(source, wanted)).raw(deep ? { depth: 'ushort' } : {});
  const { data, info } = await decoded(picture.toBuffer({ resolveWithObject: true }));
  const empty = emptyCanvas(source, { width: 0, height: 0 }, wanted.colours);
  if (info.channels !== empty.channels) throw new Error(`expected ${empty.channels} channels, got ${info.channels}`);
  const values = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return { ...empty, ...sizeOf(wanted.box), data: values };
}

/** Grey with transparency, read in colour, where red, green and blue are its grey. */
async function clearGrey(source: Source, { box }: Wanted): Promise<Canvas> {
  const { data: colours, ...size } = await inMemory(source, { box, colours: 'rgb' });
  const canvas = emptyCanvas(source, size, 'grey');
  for (let pixel = 0; pixel < size.width * size.height; pixel++) {
    canvas.data[pixel * 2] = colours[pixel * 4] ?? 0;
    canvas.data[pixel * 2 + 1] = colours[pixel * 4 + 3] ?? 0;
  }
  return canvas;
}

/** The part in its own values, with the colours of the result. */
async function stored(source: Source, { box, colours }: Wanted): Promise<Sharp> {
  const sharp = await loadSharp();
  const [grey, rgb] = source.depth === 16 ? ['grey16', 'rgb16'] : ['b-w', 'srgb'];
  return sharp(source.bytes, openOptions(source))
    .extract(extractionOf(box))
    .toColourspace((colours === 'grey' ? grey : rgb) ?? 'srgb');
}
