import { readBytes } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import type { Parsed } from './parsed.ts';

const SIGNATURE_LENGTH = 8;
/** Length, type and CRC of a chunk. */
const CHUNK_OVERHEAD = 12;

/** One chunk of a PNG with its length, type and CRC. Offsets in bytes. */
export interface PngChunk {
  /** The four letters as a number; see `chunkType`. */
  readonly type: number;
  readonly from: number;
  readonly to: number;
}

/** A chunk type as the number in the file: a hostile file has millions of chunks, and comparing numbers makes no texts. */
export function chunkType(letters: string): number {
  return readBytes(Buffer.from(letters, 'latin1')).u32(0, 'big');
}

const IHDR = chunkType('IHDR');
const IDAT = chunkType('IDAT');
const IEND = chunkType('IEND');
const EXIF = chunkType('eXIf');

/** The chunks of a PNG to IEND (PNG specification, third edition, section 5). Ends early before one that is cut off. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const reader = readBytes(bytes);
  for (let from = SIGNATURE_LENGTH; from < bytes.length;) {
    const type = reader.u32(from + 4, 'big');
    const to = from + CHUNK_OVERHEAD + reader.u32(from, 'big');
    if (to > bytes.length) return;
    yield { type, from, to };
    if (type === IEND) return;
    from = to;
  }
}

/** Size and orientation of a PNG whose chunks are whole up to IEND. */
export function parsePng(bytes: Uint8Array): Parsed {
  const reader = readBytes(bytes);
  if (reader.u32(12, 'big') !== IHDR) return { problem: 'it has no size' };
  const width = reader.u32(16, 'big');
  const height = reader.u32(20, 'big');
  let orientation: Orientation = 1;
  let hasPixels = false;
  for (const { type, from, to } of pngChunks(bytes)) {
    if (type === IEND) return hasPixels ? { width, height, orientation } : { problem: 'it has no pixels' };
    if (type === IDAT) hasPixels = true;
    if (type === EXIF) orientation = tiffOrientation(bytes.subarray(from + 8, to - 4));
  }
  return { problem: 'it is cut off' };
}
