import { open, type FileHandle } from 'node:fs/promises';
import { crc32, createDeflate, type Deflate } from 'node:zlib';
import { once } from 'node:events';
import { bytesOf, type Canvas } from '../pixels/canvas.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Colour types, by channels. */
const COLOUR_TYPES = [0, 0, 4, 2, 6] as const;
/** Bytes of pixels that are written at once. */
const BYTES_AT_ONCE = 900_000;

/**
 * Writes a canvas as a PNG whose data are stored, not compressed (PNG specification, third edition): a decoder reads such a
 * file row by row, where it would map a file of bare pixels into memory as a whole.
 * @param file a name that is free
 * @throws the error of the disk
 */
export async function writeStoredPng(file: string, canvas: Canvas): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.write(SIGNATURE);
    await writeChunk(handle, 'IHDR', headerOf(canvas));
    const deflate = createDeflate({ level: 0, chunkSize: BYTES_AT_ONCE });
    const written = writeData(handle, deflate);
    // A failure ends the other side too, and is told by `written`.
    await Promise.all([written, feed(deflate, canvas).catch((error: Error) => void deflate.destroy(error))]);
    await writeChunk(handle, 'IEND', new Uint8Array());
  } finally {
    await handle.close();
  }
}

async function writeData(handle: FileHandle, deflate: Deflate): Promise<void> {
  for await (const piece of deflate) await writeChunk(handle, 'IDAT', piece as Buffer);
}

async function feed(deflate: Deflate, canvas: Canvas): Promise<void> {
  const atOnce = Math.max(1, Math.floor(BYTES_AT_ONCE / (canvas.width * canvas.channels * (canvas.depth / 8))));
  for (let top = 0; top < canvas.height; top += atOnce) {
    const lines = linesOf(canvas, top, Math.min(canvas.height, top + atOnce));
    if (!deflate.write(lines)) await once(deflate, 'drain');
  }
  deflate.end();
}

/** Rows as a PNG has them: each after the number of its filter, none; with the higher byte first. */
function linesOf(canvas: Canvas, top: number, bottom: number): Buffer {
  const rows = bytesOf(canvas.rows(top, bottom));
  const length = rows.length / (bottom - top);
  const lines = Buffer.alloc((length + 1) * (bottom - top));
  for (let y = 0; y < bottom - top; y++) {
    const at = y * (length + 1) + 1;
    lines.set(rows.subarray(y * length, (y + 1) * length), at);
    if (canvas.depth === 16) lines.subarray(at, at + length).swap16();
  }
  return lines;
}

function headerOf({ width, height, channels, depth }: Canvas): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, COLOUR_TYPES[channels]], 8);
  return header;
}

async function writeChunk(handle: FileHandle, type: string, content: Uint8Array): Promise<void> {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length, 0);
  head.write(type, 4, 'latin1');
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content, crc32(head.subarray(4))), 0);
  for (const part of [head, content, check]) await handle.write(part);
}
