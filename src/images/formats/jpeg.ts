import type { ByteFeed } from './byte-feed.ts';
import { readBytes } from './bytes.ts';
import { tiffOrientation, type Orientation } from './exif.ts';
import { BROKEN, CUT_OFF, NO_SIZE, type Scan, type Scanned } from './scan.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;
const APP1 = 0xe1;
/** Frames of several scans: SOF2, SOF6, SOF10 and SOF14. */
const PROGRESSIVE: ReadonlySet<number> = new Set([0xc2, 0xc6, 0xca, 0xce]);

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
export const scanJpeg: Scan = function* (feed) {
  let frame: Frame | undefined;
  let isInOneScan: boolean | undefined;
  let orientation: Orientation = 1;
  feed.skip(2);
  for (;;) {
    if (!feed.has(2) && !(yield* feed.wait(2))) return feed.has(1) && feed.u8(0) !== 0xff ? BROKEN : CUT_OFF;
    if (feed.u8(0) !== 0xff) return BROKEN;
    const marker = feed.u8(1);
    if (marker === EOI) {
      if (frame === undefined) return NO_SIZE;
      const { width, height, components, samples, isProgressive } = frame;
      // The coefficients of all scans, two bytes each, are held until the last one has been read.
      const wholeBytes = isProgressive || isInOneScan === false ? 2 * samples : 0;
      return { width, height, orientation, pixelBytes: components, wholeBytes };
    }
    if (!hasParameters(marker)) {
      // Any number of fill bytes may precede a marker.
      feed.skip(marker === 0xff ? 1 : 2);
      continue;
    }
    if (!(yield* feed.wait(4))) return CUT_OFF;
    const length = 2 + feed.u16(2, 'big');
    if (length < 4) return BROKEN;
    if (isFrame(marker)) {
      if (!(yield* feed.wait(length))) return CUT_OFF;
      if (length < 10) return NO_SIZE;
      frame ??= readFrame(feed, marker, length);
    }
    if (marker === APP1) {
      if (!(yield* feed.wait(length))) return CUT_OFF;
      if (feed.text(4, 6) === 'Exif\0\0') orientation = tiffOrientation(feed.slice(10, length - 10));
    }
    if (marker === SOS) {
      if (!(yield* feed.wait(5))) return CUT_OFF;
      isInOneScan ??= feed.u8(4) === frame?.components;
    }
    feed.skip(length);
    if (marker === SOS && !(yield* skipScan(feed))) return CUT_OFF;
  }
};

/** What the header of a frame says (ITU-T T.81, section B.2.2). */
interface Frame extends Pick<Scanned, 'width' | 'height'> {
  readonly components: number;
  /** Samples of all components for each pixel: 3 without subsampling of colour, 1.5 with the usual one. */
  readonly samples: number;
  readonly isProgressive: boolean;
}

/** Reads a frame's header, whose bytes have arrived. */
function readFrame(feed: ByteFeed, marker: number, length: number): Frame {
  const components = feed.u8(9);
  const factors: [across: number, down: number][] = [];
  for (let at = 11; at < Math.min(length, 10 + 3 * components); at += 3) {
    factors.push([Math.max(1, feed.u8(at) >> 4), Math.max(1, feed.u8(at) & 15)]);
  }
  const across = Math.max(1, ...factors.map(([most]) => most));
  const down = Math.max(1, ...factors.map(([, most]) => most));
  const samples = factors.reduce((sum, [own, high]) => sum + (own * high) / (across * down), 0);
  const height = feed.u16(5, 'big');
  return { width: feed.u16(7, 'big'), height, components, samples, isProgressive: PROGRESSIVE.has(marker) };
}

/**
 * Moves to the next marker after entropy-coded data: 0xff not followed by a stuffed zero or a restart marker. False where
 * there is none.
 */
function* skipScan(feed: ByteFeed): Generator<undefined, boolean> {
  for (;;) {
    const at = feed.find(0xff);
    if (at < 0) feed.skipArrived();
    else feed.skip(at);
    if (!feed.has(2) && !(yield* feed.wait(2))) return false;
    if (feed.u8(0) === 0xff && endsScan(feed.u8(1))) return true;
    if (at >= 0) feed.skip(1);
  }
}

/** Whether a length follows the marker, as after all but EOI, TEM, the restart markers and fill bytes. */
function hasParameters(marker: number): boolean {
  return marker !== EOI && marker !== TEM && marker !== 0xff && !isRestart(marker);
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
    if (endsScan(bytes[at + 1] ?? 0)) return at;
  }
  return bytes.length;
}

function endsScan(next: number): boolean {
  return next !== 0 && next !== 0xff && !isRestart(next);
}
