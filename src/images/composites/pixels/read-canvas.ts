import type { Sharp } from 'sharp';
import { LARGE_PIXELS, MOST_BYTES_IN_MEMORY } from '../../limits.ts';
import type { StillType } from '../../media.ts';
import { decoded } from '../../sharp.ts';
import { areaOf, sizeOf, wholeBox, type Box } from '../box.ts';
import type { Making } from '../composite.ts';
import {
  bytesOf,
  canvasBytes,
  canvasInFile,
  canvasInMemory,
  canvasShape,
  type Canvas,
  type CanvasShape,
} from './canvas.ts';
import { extractionOf } from './layers.ts';
import { decodeToFile, emptyPixelFile, type PixelFile } from './pixel-file.ts';
import { openSource, type Source } from './source.ts';

/** What is read of a source. */
interface Wanted {
  /** In pixels as they are stored. */
  readonly box: Box;
  /** Colours of the result. */
  readonly colours: 'grey' | 'rgb';
}

/** Uncompressed pixels that can be read by boxes. */
export type PixelRows = Pick<PixelFile, 'read'>;

/**
 * Reads a part of the stored source with all of its channels and bits: into a file where that is large, and the disk has a place
 * for it.
 * @param encoded the format in which the canvas is encoded
 * @throws Problem `undecodable_picture`
 */
export async function readCanvas(
  source: Source,
  { encoded, ...wanted }: Wanted & { readonly encoded: StillType },
  { folder }: Pick<Making, 'folder'>,
): Promise<Canvas> {
  const shape = canvasShape(source, sizeOf(wanted.box), wanted.colours);
  const pixels = isMuch(shape, encoded) ? await inFile(source, wanted, folder) : undefined;
  if (pixels !== undefined) return canvasInFile(shape, pixels);
  return canvasInMemory(shape, await inMemory(source, wanted));
}

/** A canvas in which every value is 0: in a file where it is large, and the disk has a place for it. */
export async function emptyCanvas(
  shape: CanvasShape,
  { encoded, folder }: { readonly encoded: StillType; readonly folder: string },
): Promise<Canvas> {
  const pixels = isMuch(shape, encoded) ? await emptyPixelFile(shape, folder).catch(() => undefined) : undefined;
  return pixels === undefined ? canvasInMemory(shape) : canvasInFile(shape, pixels);
}

/** Whether pixels are too many for memory, beside an encoder that for WebP holds all of them several times. */
function isMuch(shape: CanvasShape, encoded: StillType): boolean {
  const isLargeWebp = encoded === 'image/webp' && areaOf(wholeBox(shape)) > LARGE_PIXELS;
  return isLargeWebp || canvasBytes(shape) > MOST_BYTES_IN_MEMORY;
}

/**
 * Lets `work` read a part of the stored source, as `readCanvas` does. The pixels of a large picture are in a private
 * file; where the disk has no place for it they are in memory.
 * @throws Problem `undecodable_picture`, and what `work` throws
 */
export async function withPixels<Result>(
  source: Source,
  wanted: Wanted,
  { folder }: Pick<Making, 'folder'>,
  work: (pixels: PixelRows) => Promise<Result>,
): Promise<Result> {
  const pixels = source.isLarge ? await inFile(source, wanted, folder) : undefined;
  if (pixels === undefined) {
    const shape = canvasShape(source, sizeOf(wanted.box), wanted.colours);
    return work({ read: readerOf(shape, bytesOf(await inMemory(source, wanted))) });
  }
  try {
    return await work(pixels);
  } finally {
    await pixels.end();
  }
}

function readerOf(shape: CanvasShape, bytes: Uint8Array): PixelRows['read'] {
  const pixel = canvasBytes(shape) / areaOf(wholeBox(shape));
  return (target, { left, top, right, bottom }) => {
    const across = (right - left) * pixel;
    for (let y = top; y < bottom; y++) {
      const from = (y * shape.width + left) * pixel;
      target.set(bytes.subarray(from, from + across), (y - top) * across);
    }
  };
}

/** The decoded part in a private file; undefined where the disk has no place for it, or nothing can be decoded. */
async function inFile(source: Source, wanted: Wanted, folder: string): Promise<PixelFile | undefined> {
  const shape = canvasShape(source, sizeOf(wanted.box), wanted.colours);
  return decodeToFile(await stored(source, wanted), shape, folder).catch(() => undefined);
}

async function inMemory(source: Source, wanted: Wanted): Promise<Uint8Array | Uint16Array> {
  const deep = source.depth === 16;
  // sharp's raw output of grey with eight bits is one channel, whatever the picture has.
  if (wanted.colours === 'grey' && source.hasAlpha && !deep) return clearGrey(source, wanted);
  const picture = (await stored(source, wanted)).raw(deep ? { depth: 'ushort' } : {});
  const { data, info } = await decoded(picture.toBuffer({ resolveWithObject: true }));
  const { channels } = canvasShape(source, sizeOf(wanted.box), wanted.colours);
  if (info.channels !== channels) throw new Error(`expected ${channels} channels, got ${info.channels}`);
  return deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
}

/** Grey with transparency, read in colour, where red, green and blue are its grey. */
async function clearGrey(source: Source, { box }: Wanted): Promise<Uint8Array> {
  const colours = await inMemory(source, { box, colours: 'rgb' });
  const values = new Uint8Array(areaOf(box) * 2);
  for (let pixel = 0; pixel < areaOf(box); pixel++) {
    values[pixel * 2] = colours[pixel * 4] ?? 0;
    values[pixel * 2 + 1] = colours[pixel * 4 + 3] ?? 0;
  }
  return values;
}

/** The part in its own values, with the colours of the result. */
async function stored(source: Source, { box, colours }: Wanted): Promise<Sharp> {
  const [grey, rgb] = source.depth === 16 ? ['grey16', 'rgb16'] : ['b-w', 'srgb'];
  return (await openSource(source))
    .extract(extractionOf(box))
    .toColourspace((colours === 'grey' ? grey : rgb) ?? 'srgb');
}
