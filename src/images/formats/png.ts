import { readBytes } from './bytes.ts';
import { fourLetters } from './four-letters.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import { CUT_OFF, MOST_EXIF_BYTES, NO_PIXELS, NO_SIZE, type Scan } from './scan.ts';

const SIGNATURE_LENGTH = 8;
/** Length, type and CRC of a chunk. */
const CHUNK_OVERHEAD = 12;

/** One chunk of a PNG with its length, type and CRC. Offsets in bytes. */
export interface PngChunk {
  /** The four letters as a number; see `fourLetters`. */
  readonly type: number;
  readonly from: number;
  readonly to: number;
}

const IHDR = fourLetters('IHDR');
const IDAT = fourLetters('IDAT');
const IEND = fourLetters('IEND');
const EXIF = fourLetters('eXIf');
const TRNS = fourLetters('tRNS');
/** Channels of decoded pixels by colour type, without those of a tRNS chunk (PNG specification, section 11.2.1). */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

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
export const scanPng: Scan = function* (feed) {
  if (!(yield* feed.wait(29))) return CUT_OFF;
  if (feed.u32(12, 'big') !== IHDR) return NO_SIZE;
  const size = { width: feed.u32(16, 'big'), height: feed.u32(20, 'big') };
  const [depth, colours, isInterlaced] = [feed.u8(24), feed.u8(25), feed.u8(28) !== 0];
  let hasAlpha = false;
  let orientation: Orientation = 1;
  let hasPixels = false;
  feed.skip(SIGNATURE_LENGTH);
  for (;;) {
    if (!feed.has(8) && !(yield* feed.wait(8))) return CUT_OFF;
    const length = feed.u32(0, 'big');
    const type = feed.u32(4, 'big');
    if (type === IDAT) hasPixels = true;
    if (type === TRNS) hasAlpha = true;
    if (type === EXIF) {
      const read = Math.min(length, MOST_EXIF_BYTES);
      if (!(yield* feed.wait(8 + read))) return CUT_OFF;
      orientation = tiffOrientation(feed.slice(8, read));
    }
    feed.skip(CHUNK_OVERHEAD + length);
    if (type !== IEND) continue;
    if (!(yield* feed.wait(0))) return CUT_OFF;
    const pixelBytes = ((CHANNELS[colours] ?? 4) + (hasAlpha ? 1 : 0)) * (depth === 16 ? 2 : 1);
    return hasPixels ? { ...size, orientation, pixelBytes, wholeBytes: isInterlaced ? pixelBytes : 0 } : NO_PIXELS;
  }
};
