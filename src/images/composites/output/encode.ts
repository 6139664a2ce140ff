import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Sharp } from 'sharp';
import { VAST_PIXELS } from '../../limits.ts';
import type { StillType } from '../../media.ts';
import type { Size } from '../../masks/mask.ts';
import { loadSharp } from '../../sharp.ts';
import type { Making } from '../composite.ts';
import { attachToJpeg } from '../metadata/attach-jpeg.ts';
import { attachToPng } from '../metadata/attach-png.ts';
import { attachToWebp } from '../metadata/attach-webp.ts';
import type { Carried } from '../metadata/carried.ts';
import type { Canvas } from '../pixels/canvas.ts';
import type { JpegEncoding } from './jpeg-quality.ts';
import { losslessEffort } from './result-format.ts';

/** Effort of deflate: higher levels take several times as long for a few percent. */
const PNG_LEVEL = 2;

/** How pixels are encoded. */
export interface Encoding extends Size {
  readonly mimeType: StillType;
  readonly hasAlpha: boolean;
  readonly jpeg: JpegEncoding;
}

/** The pixels of a canvas, for an encoder. */
export async function pixelsOf({ data, width, height, channels }: Canvas): Promise<Sharp> {
  const sharp = await loadSharp();
  const pixels = sharp(data, { raw: { width, height, channels } });
  if (data instanceof Uint16Array) return pixels.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  return channels < 3 ? pixels.toColourspace('b-w') : pixels;
}

/** An encoded picture whose bytes may be in a file until its pixels are free. */
export interface Encoded {
  /** Reads the bytes, once. */
  readonly bytes: () => Promise<Uint8Array>;
}

/**
 * Encodes pixels, PNG and WebP without loss. What is carried over is not yet in it: `attach` is the next step. A result of very
 * many pixels is in a file at first; where the disk has no place for it, it is in memory.
 */
export async function encodePixels(
  pixels: Sharp,
  encoding: Encoding,
  { folder }: Pick<Making, 'folder'>,
): Promise<Encoded> {
  const encoder = encoderOf(pixels, encoding);
  const isVast = encoding.width * encoding.height > VAST_PIXELS;
  const inFile = isVast ? await encodedFile(encoder, folder) : undefined;
  if (inFile !== undefined) return inFile;
  const bytes = await encoder.toBuffer();
  return { bytes: () => Promise.resolve(bytes) };
}

/** What an encoder makes, in a private file that is gone once it is read; undefined where the disk has no place for it. */
async function encodedFile(encoder: Sharp, folder: string): Promise<Encoded | undefined> {
  const own = await mkdtemp(path.join(folder, 'firefly-result-')).catch(() => undefined);
  if (own === undefined) return undefined;
  const file = path.join(own, 'result');
  const remove = () => rm(own, { recursive: true, force: true });
  try {
    await encoder.toFile(file);
  } catch {
    await remove();
    return undefined;
  }
  const bytes = async () => {
    try {
      return await readFile(file);
    } finally {
      await remove();
    }
  };
  return { bytes };
}

function encoderOf(pixels: Sharp, encoding: Encoding): Sharp {
  if (encoding.mimeType === 'image/png') return pixels.png({ compressionLevel: PNG_LEVEL, palette: false });
  if (encoding.mimeType === 'image/webp') {
    // `exact` keeps the colours of transparent pixels.
    return pixels.webp({ lossless: true, exact: true, effort: losslessEffort(encoding) });
  }
  const { quality, chromaSubsampling } = encoding.jpeg;
  // Optimised Huffman codes need all coefficients in memory: a quarter of a gigabyte at 24 megapixels.
  return pixels.flatten().jpeg({ quality, chromaSubsampling, optimiseCoding: false });
}

/** A second copy of what was encoded, with what is carried over in place of all other metadata. */
export function attach(encoded: Uint8Array, encoding: Encoding, carried: Carried): Uint8Array {
  if (encoding.mimeType === 'image/png') return attachToPng(encoded, carried);
  if (encoding.mimeType === 'image/webp') return attachToWebp(encoded, carried, encoding);
  return attachToJpeg(encoded, carried);
}
