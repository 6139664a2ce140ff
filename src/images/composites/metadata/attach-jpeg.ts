import { jpegSegments } from '../../formats/jpeg.ts';
import type { Carried } from './carried.ts';
import { XMP_PACKET } from './xmp.ts';

/** Most bytes of a segment's content, its length field not counted. */
const MOST_CONTENT = 65_533;
const ICC_NAME = Buffer.from('ICC_PROFILE\0', 'latin1');
const XMP_NAME = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');

/** The segments that follow the start of a JPEG: density, EXIF, XMP, profile (JFIF 1.02, EXIF 2.32, ICC.1:2022 annex B). */
export function jpegLead({ jfif, exif, icc, density }: Carried): readonly Uint8Array[] {
  const lead = [jfif ?? jfifFor(density)];
  if (exif !== undefined && exif.length + 6 <= MOST_CONTENT)
    lead.push(segment(0xe1, Buffer.from('Exif\0\0', 'latin1'), exif));
  lead.push(segment(0xe1, XMP_NAME, Buffer.from(XMP_PACKET)));
  if (icc !== undefined) {
    const room = MOST_CONTENT - ICC_NAME.length - 2;
    const count = Math.ceil(icc.length / room);
    for (let index = 0; index < count; index++) {
      const part = icc.subarray(index * room, (index + 1) * room);
      lead.push(segment(0xe2, ICC_NAME, Uint8Array.of(index + 1, count), part));
    }
  }
  return lead;
}

/** A freshly encoded JPEG with these segments in place of its own, in pieces: its own are parts of the given bytes. */
export function attachToJpeg(bytes: Uint8Array, carried: Carried): readonly Uint8Array[] {
  const kept = Array.from(jpegSegments(bytes))
    .filter(({ marker }) => marker !== 0xd8 && marker !== 0xfe && (marker < 0xe0 || marker > 0xef))
    .map(({ from, to }) => bytes.subarray(from, to));
  return [Uint8Array.of(0xff, 0xd8), ...jpegLead(carried), ...kept];
}

/** A JFIF segment of version 1.02 with a density in pixels an inch, or none. */
function jfifFor(density: number | undefined): Uint8Array {
  const value = Math.min(Math.max(Math.round(density ?? 1), 1), 65_535);
  const numbers = [density === undefined ? 0 : 1, value >> 8, value & 255, value >> 8, value & 255, 0, 0];
  return segment(0xe0, Buffer.from('JFIF\0', 'latin1'), Uint8Array.of(1, 2, ...numbers));
}

function segment(marker: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = 2 + contents.reduce((sum, content) => sum + content.length, 0);
  return Buffer.concat([Uint8Array.of(0xff, marker, length >> 8, length & 255), ...contents]);
}
