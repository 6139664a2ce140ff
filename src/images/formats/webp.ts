import { readBytes, type ByteReader } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import type { Parsed } from './parsed.ts';

const HEADER_LENGTH = 12;

/** One chunk of a WebP with its header. Offsets in bytes. */
export interface WebpChunk {
  readonly type: string;
  readonly from: number;
  /** Bytes after the header, without padding. */
  readonly length: number;
  /** Includes the padding to an even length. */
  readonly to: number;
}

/** The chunks of a WebP within its RIFF length (RFC 9649, section 2). Ends early before one that is cut off. */
export function* webpChunks(bytes: Uint8Array): Generator<WebpChunk> {
  const reader = readBytes(bytes);
  const end = Math.min(bytes.length, riffEnd(bytes));
  for (let from = HEADER_LENGTH; from + 8 <= end;) {
    const length = reader.u32(from + 4, 'little');
    if (from + 8 + length > end) return;
    const to = Math.min(end, from + 8 + length + (length % 2));
    yield { type: reader.text(from, 4), from, length, to };
    from = to;
  }
}

/** Size and orientation of a WebP whose chunks are whole up to its RIFF length. */
export function parseWebp(bytes: Uint8Array): Parsed {
  const reader = readBytes(bytes);
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  let hasPixels = false;
  let end = HEADER_LENGTH;
  for (const { type, from, length, to } of webpChunks(bytes)) {
    const data = from + 8;
    size ??= sizeOf(type, reader, data);
    hasPixels ||= type === 'VP8 ' || type === 'VP8L' || type === 'ANMF';
    if (type === 'EXIF') orientation = exifOrientation(bytes.subarray(data, data + length));
    end = to;
  }
  // Up to seven bytes, too few for a chunk's header, may follow the last chunk.
  if (riffEnd(bytes) > bytes.length || end + 8 <= riffEnd(bytes)) return { problem: 'it is cut off' };
  if (!hasPixels) return { problem: 'it has no pixels' };
  return size === undefined ? { problem: 'it has no size' } : { ...size, orientation };
}

/** The end of the file according to its RIFF header. */
function riffEnd(bytes: Uint8Array): number {
  return 8 + readBytes(bytes).u32(4, 'little');
}

/** Canvas of the extended format, else the frame of the lossy (RFC 6386, section 9.1) or lossless one. */
function sizeOf(type: string, reader: ByteReader, data: number): { width: number; height: number } | undefined {
  if (type === 'VP8X') {
    return { width: reader.u24(data + 4, 'little') + 1, height: reader.u24(data + 7, 'little') + 1 };
  }
  if (type === 'VP8 ' && reader.u24(data + 3, 'big') === 0x9d012a) {
    return { width: reader.u16(data + 6, 'little') & 0x3fff, height: reader.u16(data + 8, 'little') & 0x3fff };
  }
  if (type === 'VP8L' && reader.u8(data) === 0x2f) {
    const bits = reader.u32(data + 1, 'little');
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return undefined;
}

/** The orientation in an EXIF chunk. Some writers put JPEG's "Exif" prefix in front of the TIFF block. */
function exifOrientation(block: Uint8Array): Orientation {
  const hasPrefix = readBytes(block).text(0, 6) === 'Exif\0\0';
  return tiffOrientation(hasPrefix ? block.subarray(6) : block);
}
