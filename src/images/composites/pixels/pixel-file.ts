import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Sharp } from 'sharp';
import type { Size } from '../../masks/mask.ts';
import { inPrivateFolder } from '../../worker/private-folder.ts';

/** The header of a file in the decoder library's own format: ten numbers of four bytes among others, then the rows. */
const HEADER_BYTES = 64;
const MAGIC = 0xb6a6f208;
/** Sample formats of its header: unsigned, of eight and of 16 bits. */
const [BYTE, SHORT] = [0, 2];

/** What uncompressed pixels are expected to be. */
export interface PixelShape extends Size {
  readonly channels: number;
  /** Bits of a channel. */
  readonly depth: 8 | 16;
}

/** Uncompressed pixels that can be read by rows. */
export interface PixelRows {
  /** Fills `target` with whole rows from row `top` on. */
  readonly read: (target: Uint8Array, top: number) => Promise<void>;
}

/** Bytes of a row. */
export function rowBytes({ width, channels, depth }: PixelShape): number {
  return (width * channels * depth) / 8;
}

/**
 * Decodes a picture into a private file and lets `work` read from it, so that its pixels need memory only when the decoder
 * has let go of what it held. The file is gone afterwards.
 * @param folder where private temporary folders may be made
 * @throws the error of the decoder or of the disk, and what `work` throws
 */
export async function throughFile<Result>(
  picture: Sharp,
  { shape, folder }: { readonly shape: PixelShape; readonly folder: string },
  work: (rows: PixelRows) => Promise<Result>,
): Promise<Result> {
  return inPrivateFolder(folder, 'firefly-pixels-', async (own) => {
    const file = path.join(own, 'pixels.v');
    await picture.toFile(file);
    const handle = await open(file);
    try {
      await requireShape(handle, shape);
      const bytes = rowBytes(shape);
      return await work({ read: (target, top) => readAll(handle, target, HEADER_BYTES + top * bytes) });
    } finally {
      await handle.close();
    }
  });
}

async function requireShape(handle: FileHandle, { width, height, channels, depth }: PixelShape): Promise<void> {
  const header = Buffer.alloc(HEADER_BYTES);
  await readAll(handle, header, 0);
  const found = [header.readUInt32BE(0), ...[4, 8, 12, 20].map((at) => header.readInt32LE(at))];
  const wanted = [MAGIC, width, height, channels, depth === 16 ? SHORT : BYTE];
  if (found.some((value, index) => value !== wanted[index]))
    throw new Error(`expected pixels of ${wanted.join()}, got ${found.join()}`);
}

async function readAll(handle: FileHandle, target: Uint8Array, from: number): Promise<void> {
  for (let at = 0; at < target.length;) {
    const { bytesRead } = await handle.read(target, at, target.length - at, from + at);
    if (bytesRead === 0) throw new Error('the file of pixels ends early');
    at += bytesRead;
  }
}
