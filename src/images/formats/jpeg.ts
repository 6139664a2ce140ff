import { readBytes } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import type { Parsed, Raw } from './format.ts';

const SOS = 0xda;
const EOI = 0xd9;
const APP1 = 0xe1;

/**
 * Walks the markers of a JPEG to its end (ITU-T T.81 annex B). Linear in the length of the bytes.
 */
export function parseJpeg(bytes: Uint8Array): Parsed {
  const reader = readBytes(bytes);
  let at = 2;
  let size: Pick<Raw, 'width' | 'height'> | undefined;
  let orientation: Orientation = 1;
  while (at < bytes.length) {
    if (reader.u8(at) !== 0xff) return { problem: 'its structure is broken' };
    const marker = reader.u8(at + 1);
    // Any number of fill bytes may precede a marker; restart markers and TEM stand alone.
    if (marker === 0xff || (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === EOI) return size === undefined ? { problem: 'it has no size' } : { ...size, orientation };
    const length = reader.u16(at + 2, 'big');
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return { problem: 'it is cut off' };
    if (isFrame(marker)) size ??= { height: reader.u16(at + 5, 'big'), width: reader.u16(at + 7, 'big') };
    if (marker === APP1 && reader.text(at + 4, 6) === 'Exif\0\0') {
      orientation = tiffOrientation(bytes.subarray(at + 10, end));
    }
    at = marker === SOS ? endOfScan(bytes, end) : end;
  }
  return { problem: 'it is cut off' };
}

/** SOF0 to SOF15, without DHT, JPG and DAC, which share the range. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Where the next marker after entropy-coded data is: 0xff not followed by a stuffed zero or a restart marker. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}
