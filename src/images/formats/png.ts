import { readBytes } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import type { Parsed } from './format.ts';

const SIGNATURE_LENGTH = 8;
/** Chunk types as numbers, since a hostile file can have millions of chunks. */
const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;
const EXIF = 0x65584966;
/** Length, type and CRC of a chunk. */
const CHUNK_OVERHEAD = 12;

/** Walks the chunks of a PNG to IEND (PNG specification, third edition, §5). */
export function parsePng(bytes: Uint8Array): Parsed {
  const reader = readBytes(bytes);
  if (reader.u32(12, 'big') !== IHDR) return { problem: 'it has no size' };
  const width = reader.u32(16, 'big');
  const height = reader.u32(20, 'big');
  let orientation: Orientation = 1;
  let hasPixels = false;
  for (let at = SIGNATURE_LENGTH; at < bytes.length;) {
    const length = reader.u32(at, 'big');
    const type = reader.u32(at + 4, 'big');
    const end = at + CHUNK_OVERHEAD + length;
    if (end > bytes.length) return { problem: 'it is cut off' };
    if (type === IEND) return hasPixels ? { width, height, orientation } : { problem: 'it has no pixels' };
    if (type === IDAT) hasPixels = true;
    if (type === EXIF) orientation = tiffOrientation(bytes.subarray(at + 8, at + 8 + length));
    at = end;
  }
  return { problem: 'it is cut off' };
}
