import type { Size } from '../size.ts';
import type { ByteFeed } from './byte-feed.ts';
import { readBytes } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import { fourLetters } from './four-letters.ts';
import { CUT_OFF, MOST_EXIF_BYTES, NO_PIXELS, NO_SIZE, type Scan, type ScanProblem } from './scan.ts';

const HEADER_LENGTH = 12;
const [VP8, VP8L, VP8X] = [fourLetters('VP8 '), fourLetters('VP8L'), fourLetters('VP8X')];
const EXIF = fourLetters('EXIF');
const SIZED: ReadonlySet<number> = new Set([VP8, VP8L, VP8X]);
const FRAME = fourLetters('ANMF');
const WITH_PIXELS: ReadonlySet<number> = new Set([VP8, VP8L, FRAME]);
/** Bytes for each pixel that its decoder holds: two whole copies of four. */
const WHOLE_BYTES = 8;
/** Most chunks: the decoder keeps a record of each, and of six million in 48 MB it took half a gigabyte. */
const MOST_CHUNKS = 100_000;
/** Most frames of an animation: the decoder counts from the first one for each, so that a file of 300,000 took minutes. */
const MOST_FRAMES = 10_000;
const TOO_MANY_PARTS: ScanProblem = {
  problem: 'it has more parts than a picture needs',
  mend: 'Open it in an image editor and save one of its pictures as PNG.',
};
/** Bytes of a chunk that hold a size. */
const LONGEST_SIZE = 10;

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
export const scanWebp: Scan = function* (feed) {
  if (!(yield* feed.wait(HEADER_LENGTH))) return CUT_OFF;
  const end = 8 + feed.u32(4, 'little');
  let size: Size | undefined;
  let orientation: Orientation = 1;
  let hasPixels = false;
  let [chunks, frames] = [0, 0];
  feed.skip(HEADER_LENGTH);
  // Up to seven bytes, too few for a chunk's header, may follow the last chunk.
  while (feed.position + 8 <= end) {
    if (!feed.has(8) && !(yield* feed.wait(8))) return CUT_OFF;
    const type = feed.u32(0, 'big');
    const length = feed.u32(4, 'little');
    chunks += 1;
    if (type === FRAME) frames += 1;
    if (chunks > MOST_CHUNKS || frames > MOST_FRAMES) return TOO_MANY_PARTS;
    if (feed.position + 8 + length > end) return CUT_OFF;
    if (size === undefined && SIZED.has(type)) {
      if (!(yield* feed.wait(8 + Math.min(length, LONGEST_SIZE)))) return CUT_OFF;
      size = sizeOf(type, feed);
    }
    hasPixels ||= WITH_PIXELS.has(type);
    if (type === EXIF) {
      const read = Math.min(length, MOST_EXIF_BYTES);
      if (!(yield* feed.wait(8 + read))) return CUT_OFF;
      orientation = exifOrientation(feed.slice(8, read));
    }
    feed.skip(Math.min(end - feed.position, 8 + length + (length % 2)));
  }
  feed.skip(Math.max(0, end - feed.position));
  if (!(yield* feed.wait(0))) return CUT_OFF;
  if (!hasPixels) return NO_PIXELS;
  return size === undefined ? NO_SIZE : { ...size, orientation, wholeBytes: WHOLE_BYTES };
};

/** The end of the file according to its RIFF header. */
function riffEnd(bytes: Uint8Array): number {
  return 8 + readBytes(bytes).u32(4, 'little');
}

/** Canvas of the extended format, else the frame of the lossy (RFC 6386, section 9.1) or lossless one. */
function sizeOf(type: number, feed: ByteFeed): Size | undefined {
  if (type === VP8X) return { width: feed.u24(12, 'little') + 1, height: feed.u24(15, 'little') + 1 };
  if (type === VP8 && feed.u24(11, 'big') === 0x9d012a) {
    return { width: feed.u16(14, 'little') & 0x3fff, height: feed.u16(16, 'little') & 0x3fff };
  }
  if (type === VP8L && feed.u8(8) === 0x2f) {
    const bits = feed.u32(9, 'little');
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return undefined;
}

/** The orientation in an EXIF chunk. Some writers put JPEG's "Exif" prefix in front of the TIFF block. */
function exifOrientation(block: Uint8Array): Orientation {
  const hasPrefix = readBytes(block).text(0, 6) === 'Exif\0\0';
  return tiffOrientation(hasPrefix ? block.subarray(6) : block);
}
