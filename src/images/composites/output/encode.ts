import { mkdtemp, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Sharp } from 'sharp';
import { VAST_PIXELS } from '../../limits.ts';
import type { StillType } from '../../media.ts';
import type { Size } from '../../masks/mask.ts';
import { loadSharp, OPEN_OPTIONS } from '../../sharp.ts';
import type { Making } from '../composite.ts';
import type { Canvas } from '../pixels/canvas.ts';
import { inPrivateFolder } from '../../worker/private-folder.ts';
import type { JpegEncoding } from './jpeg-quality.ts';
import { losslessEffort } from './result-format.ts';
import { writeStoredPng } from './stored-png.ts';

/** Effort of deflate: higher levels take several times as long for a few percent. */
const PNG_LEVEL = 2;

/** How pixels are encoded. */
export interface Encoding extends Size {
  readonly mimeType: StillType;
  readonly hasAlpha: boolean;
  readonly jpeg: JpegEncoding;
}

/**
 * Encodes a canvas. One in a file is read by the encoder row by row from a second file, and let go of before that; where the
 * disk has no place for it, the canvas is brought into memory.
 */
export async function encodeCanvas(
  canvas: Canvas,
  encoding: Encoding,
  making: Pick<Making, 'folder'>,
): Promise<Encoded> {
  let isWritten = false;
  try {
    if (canvas.isInFile) {
      return await inPrivateFolder(making.folder, 'firefly-canvas-', async (own) => {
        const file = path.join(own, 'canvas.png');
        await writeStoredPng(file, canvas);
        isWritten = true;
        await canvas.end();
        const sharp = await loadSharp();
        return encodePixels(inItsColours(sharp(file, OPEN_OPTIONS), canvas), encoding, making);
      });
    }
  } catch (error) {
    if (isWritten) throw error;
  }
  return encodePixels(await pixelsOf(canvas), encoding, making);
}

async function pixelsOf(canvas: Canvas): Promise<Sharp> {
  const sharp = await loadSharp();
  const { width, height, channels } = canvas;
  return inItsColours(sharp(canvas.rows(0, height), { raw: { width, height, channels } }), canvas);
}

function inItsColours(pixels: Sharp, { channels, depth }: Canvas): Sharp {
  if (depth === 16) return pixels.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  return channels < 3 ? pixels.toColourspace('b-w') : pixels;
}

/** An encoded picture whose bytes may be in a file until its pixels are free. */
export interface Encoded {
  /**
   * Reads the bytes, once.
   * @param room bytes that are left in front of them, where they come from a file
   * @returns the memory that they are in, and where they begin in it
   */
  readonly read: (room: number) => Promise<{ readonly whole: Uint8Array; readonly from: number }>;
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
  return encodedInMemory(await encoder.toBuffer());
}

/** What is in memory as it is encoded. */
export function encodedInMemory(whole: Uint8Array): Encoded {
  return { read: () => Promise.resolve({ whole, from: 0 }) };
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
  const read = async (room: number) => {
    try {
      return await readInto(file, room);
    } finally {
      await remove();
    }
  };
  return { read };
}

async function readInto(file: string, from: number) {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const whole = new Uint8Array(from + size);
    for (let at = from; at < whole.length;) {
      const { bytesRead } = await handle.read(whole, at, whole.length - at, at - from);
      if (bytesRead === 0) throw new Error('the encoded file ends early');
      at += bytesRead;
    }
    return { whole, from };
  } finally {
    await handle.close();
  }
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
