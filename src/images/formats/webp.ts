import { readBytes, type ByteReader } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import type { Parsed } from './format.ts';

/** Walks the chunks of a WebP (RFC 9649 §2). */
export function parseWebp(bytes: Uint8Array): Parsed {
  const reader = readBytes(bytes);
  const end = 8 + reader.u32(4, 'little');
  if (end > bytes.length) return { problem: 'it is cut off' };
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  let hasPixels = false;
  for (let at = 12; at + 8 <= end;) {
    const type = reader.text(at, 4);
    const length = reader.u32(at + 4, 'little');
    const data = at + 8;
    if (data + length > end) return { problem: 'it is cut off' };
    size ??= sizeOf(type, reader, data);
    hasPixels ||= type === 'VP8 ' || type === 'VP8L' || type === 'ANMF';
    if (type === 'EXIF') orientation = exifOrientation(bytes.subarray(data, data + length));
    at = data + length + (length % 2);
  }
  if (!hasPixels) return { problem: 'it has no pixels' };
  return size === undefined ? { problem: 'it has no size' } : { ...size, orientation };
}

/** Canvas of the extended format, else the frame of the lossy (RFC 6386 §9.1) or lossless one. */
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

/** Some writers repeat JPEG's introducer in front of the TIFF block. */
function exifOrientation(block: Uint8Array): Orientation {
  const introduced = readBytes(block).text(0, 6) === 'Exif\0\0';
  return tiffOrientation(introduced ? block.subarray(6) : block);
}
