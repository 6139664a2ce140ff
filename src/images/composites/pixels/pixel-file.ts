import { readSync, writeSync } from 'node:fs';
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Sharp } from 'sharp';
import type { Size } from '../../masks/mask.ts';
import { sizeOf, type Box } from '../box.ts';

/** The header of a file in the decoder library's own format: ten numbers of four bytes among others, then the rows. */
const HEADER_BYTES = 64;
const MAGIC = 0xb6a6f208;
/** Sample formats of its header: unsigned, of eight and of 16 bits. */
const [BYTE, SHORT] = [0, 2];
/** Meanings of its channels, by bits: grey, and red, green and blue. */
const COLOURS = { 8: { grey: 1, rgb: 22 }, 16: { grey: 26, rgb: 25 } } as const;

/** What uncompressed pixels are expected to be. */
export interface PixelShape extends Size {
  readonly channels: number;
  /** Bits of a channel. */
  readonly depth: 8 | 16;
}

/** Uncompressed pixels in a private file: they need memory only where they are read. */
export interface PixelFile {
  /** Fills `target` with the pixels of a box, row by row. @throws the error of the disk */
  readonly read: (target: Uint8Array, box: Box) => void;
  /** Puts whole rows in place of those from row `top` on. @throws the error of the disk */
  readonly write: (rows: Uint8Array, top: number) => void;
  /** Closes and removes the file. */
  readonly end: () => Promise<void>;
}

/** Bytes of a row. */
export function rowBytes({ width, channels, depth }: PixelShape): number {
  return (width * channels * depth) / 8;
}

/**
 * Decodes a picture into a private file.
 * @param shape what the pixels are expected to be
 * @param folder where private temporary folders may be made
 * @throws the error of the decoder or of the disk; nothing of the file is left then
 */
export function decodeToFile(picture: Sharp, shape: PixelShape, folder: string): Promise<PixelFile> {
  return makePixelFile(shape, folder, async (file) => void (await picture.toFile(file)));
}

/** A private file of pixels that are all 0. @throws the error of the disk */
export function emptyPixelFile(shape: PixelShape, folder: string): Promise<PixelFile> {
  return makePixelFile(shape, folder, async (file) => {
    await writeFile(file, headerOf(shape), { flag: 'wx', mode: 0o600 });
    await truncate(file, HEADER_BYTES + rowBytes(shape) * shape.height);
  });
}

async function makePixelFile(
  shape: PixelShape,
  folder: string,
  make: (file: string) => Promise<void>,
): Promise<PixelFile> {
  const own = await mkdtemp(path.join(folder, 'firefly-pixels-'));
  const remove = () => rm(own, { recursive: true, force: true });
  try {
    const file = path.join(own, 'pixels.v');
    await make(file);
    const handle = await open(file, 'r+');
    const { fd } = handle;
    let ended: Promise<void> | undefined;
    const end = () => (ended ??= handle.close().then(remove));
    try {
      requireShape(fd, shape);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return { ...accessTo(fd, shape), end };
  } catch (error) {
    await remove();
    throw error;
  }
}

function accessTo(fd: number, shape: PixelShape): Pick<PixelFile, 'read' | 'write'> {
  const line = rowBytes(shape);
  const pixel = line / shape.width;
  return {
    read(target, box) {
      const { width, height } = sizeOf(box);
      if (width === shape.width) return readAll(fd, target, HEADER_BYTES + box.top * line);
      for (let y = 0; y < height; y++) {
        const row = target.subarray(y * width * pixel, (y + 1) * width * pixel);
        readAll(fd, row, HEADER_BYTES + (box.top + y) * line + box.left * pixel);
      }
    },
    write(rows, top) {
      for (let at = 0; at < rows.length;) {
        at += writeSync(fd, rows, at, rows.length - at, HEADER_BYTES + top * line + at);
      }
    },
  };
}

/** The header of pixels, square and without a place. */
function headerOf({ width, height, channels, depth }: PixelShape): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  const colours = COLOURS[depth][channels < 3 ? 'grey' : 'rgb'];
  const numbers = [width, height, channels, 0, depth === 16 ? SHORT : BYTE, 0, colours];
  numbers.forEach((value, index) => header.writeInt32LE(value, 4 + index * 4));
  header.writeFloatLE(1, 32);
  header.writeFloatLE(1, 36);
  return header;
}

function requireShape(fd: number, { width, height, channels, depth }: PixelShape): void {
  const header = Buffer.alloc(HEADER_BYTES);
  readAll(fd, header, 0);
  const found = [header.readUInt32BE(0), ...[4, 8, 12, 20].map((at) => header.readInt32LE(at))];
  const wanted = [MAGIC, width, height, channels, depth === 16 ? SHORT : BYTE];
  if (found.some((value, index) => value !== wanted[index]))
    throw new Error(`expected pixels of ${wanted.join()}, got ${found.join()}`);
}

function readAll(fd: number, target: Uint8Array, from: number): void {
  for (let at = 0; at < target.length;) {
    const bytesRead = readSync(fd, target, at, target.length - at, from + at);
    if (bytesRead === 0) throw new Error('the file of pixels ends early');
    at += bytesRead;
  }
}
