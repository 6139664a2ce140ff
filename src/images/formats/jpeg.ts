import { readBytes } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import type { Parsed, Raw } from './parsed.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;
const APP1 = 0xe1;

/** One marker of a JPEG with its parameters and, after a scan's header, the entropy-coded data. Offsets in bytes. */
export interface JpegSegment {
  readonly marker: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The segments of a JPEG from SOI to EOI (ITU-T T.81, annex B), without fill bytes. Ends early, without EOI, before the
 * first segment that is not whole. Linear in the length of the bytes.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  const reader = readBytes(bytes);
  yield { marker: SOI, from: 0, to: 2 };
  let at = 2;
  while (reader.u8(at) === 0xff) {
    const marker = reader.u8(at + 1);
    if (marker === 0xff) {
      // Any number of fill bytes may precede a marker.
      at += 1;
      continue;
    }
    const length = hasParameters(marker) ? reader.u16(at + 2, 'big') : 0;
    const head = at + 2 + length;
    if (hasParameters(marker) && (length < 2 || head > bytes.length)) return;
    const to = marker === SOS ? endOfScan(bytes, head) : head;
    yield { marker, from: at, to };
    if (marker === EOI) return;
    at = to;
  }
}

/** Size and orientation of a JPEG whose segments are whole up to EOI. */
export function parseJpeg(bytes: Uint8Array): Parsed {
  const reader = readBytes(bytes);
  let size: Pick<Raw, 'width' | 'height'> | undefined;
  let orientation: Orientation = 1;
  let end = 0;
  for (const { marker, from, to } of jpegSegments(bytes)) {
    if (marker === EOI) return size === undefined ? { problem: 'it has no size' } : { ...size, orientation };
    if (isFrame(marker)) size ??= { height: reader.u16(from + 5, 'big'), width: reader.u16(from + 7, 'big') };
    if (marker === APP1 && reader.text(from + 4, 6) === 'Exif\0\0') {
      orientation = tiffOrientation(bytes.subarray(from + 10, to));
    }
    end = to;
  }
  return { problem: end < bytes.length && reader.u8(end) !== 0xff ? 'its structure is broken' : 'it is cut off' };
}

/** Whether a length follows the marker, as after all but EOI, TEM and the restart markers. */
function hasParameters(marker: number): boolean {
  return marker !== EOI && marker !== TEM && !isRestart(marker);
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** Whether the marker is one of SOF0 to SOF15. DHT, JPG and DAC are numbers in between. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Offset of the next marker after entropy-coded data: 0xff not followed by a stuffed zero or a restart marker. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  return bytes.length;
}
