import { readBytes } from '../formats/bytes.ts';
import { jpegSegments, type JpegSegment } from '../formats/jpeg.ts';
import { fourLetters } from '../formats/four-letters.ts';
import { pngChunks, type PngChunk } from '../formats/png.ts';
import { webpChunks, type WebpChunk } from '../formats/webp.ts';
import type { StillType } from '../media.ts';

/** A picture without metadata, its coded pixels unchanged. */
export interface StrippedImage {
  /** The given array itself where it has no metadata. */
  readonly bytes: Uint8Array;
  /** Number of bytes left out. */
  readonly removed: number;
}

/** A range of bytes of a container, and whether the copy keeps it. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly keep: boolean;
}

/**
 * Removes EXIF, XMP, IPTC, comments, thumbnails, text chunks, and anything after the end of the picture. Colour profiles
 * stay, as they are part of how it looks.
 * @param bytes a picture that has passed `measure`, so that its structure is whole
 */
export function stripMetadata(bytes: Uint8Array, mimeType: StillType): StrippedImage {
  const pieces = PIECES[mimeType](bytes).filter(({ keep }) => keep);
  const kept = Buffer.concat(pieces.map(({ from, to }) => bytes.subarray(from, to)));
  if (mimeType === 'image/webp') correctWebp(kept);
  const removed = bytes.length - kept.length;
  return { bytes: removed === 0 && kept.equals(bytes) ? bytes : kept, removed };
}

/**
 * Whether Content Credentials are embedded (C2PA specification 2.1, section 11.3): APP11 boxes in JPEG, a `caBX` chunk in
 * PNG, a `C2PA` chunk in WebP. Any change of the bytes makes them invalid.
 */
export function hasContentCredentials(bytes: Uint8Array, mimeType: StillType): boolean {
  return CREDENTIALS[mimeType](bytes);
}

const PIECES: Readonly<Record<StillType, (bytes: Uint8Array) => readonly Piece[]>> = {
  'image/jpeg': (bytes) =>
    Array.from(jpegSegments(bytes), (segment) => ({ ...segment, keep: keepSegment(bytes, segment) })),
  'image/png': (bytes) => [{ from: 0, to: 8, keep: true }, ...Array.from(pngChunks(bytes), keepPngChunk)],
  'image/webp': (bytes) => [{ from: 0, to: 12, keep: true }, ...Array.from(webpChunks(bytes), keepWebpChunk)],
};

const CABX = fourLetters('caBX');

const CREDENTIALS: Readonly<Record<StillType, (bytes: Uint8Array) => boolean>> = {
  'image/jpeg': (bytes) => some(jpegSegments(bytes), (segment) => isCredentials(bytes, segment)),
  'image/png': (bytes) => some(pngChunks(bytes), ({ type }) => type === CABX),
  'image/webp': (bytes) => some(webpChunks(bytes), ({ type }) => type === 'C2PA'),
};

function some<T>(pieces: Iterable<T>, test: (piece: T) => boolean): boolean {
  for (const piece of pieces) if (test(piece)) return true;
  return false;
}

function isCredentials(bytes: Uint8Array, { marker, from, to }: JpegSegment): boolean {
  const start = () => readBytes(bytes).text(from, Math.min(to - from, 64));
  return marker === 0xeb && start().includes('c2pa');
}

/** Keeps JFIF (APP0), colour profiles (APP2) and Adobe's colour transform (APP14): they define the colours. */
function keepSegment(bytes: Uint8Array, { marker, from }: JpegSegment): boolean {
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  if (marker === 0xfe) return false;
  if (!isApplication || marker === 0xee) return true;
  const name = readBytes(bytes).text(from + 4, 12);
  return (marker === 0xe0 && name.startsWith('JFIF\0')) || (marker === 0xe2 && name === 'ICC_PROFILE\0');
}

/** Ancillary chunks that define colours and transparency. */
const PNG_LOOKS: ReadonlySet<number> = new Set(
  ['tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'mDCV', 'cLLI', 'sBIT'].map(fourLetters),
);

function keepPngChunk(chunk: PngChunk): Piece {
  return { ...chunk, keep: isCritical(chunk.type) || PNG_LOOKS.has(chunk.type) };
}

/** Whether a chunk is critical: its first letter is a capital one (PNG specification, section 5.4). */
function isCritical(type: number): boolean {
  const letter = type >>> 24;
  return letter >= 0x41 && letter <= 0x5a;
}

const WEBP_KEPT: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP', 'ANIM', 'ANMF']);

function keepWebpChunk(chunk: WebpChunk): Piece {
  return { ...chunk, keep: WEBP_KEPT.has(chunk.type) };
}

/** Corrects the RIFF length, and clears the flags of VP8X that announce EXIF (8) and XMP (4). */
function correctWebp(bytes: Buffer): void {
  bytes.writeUInt32LE(bytes.length - 8, 4);
  if (bytes.toString('latin1', 12, 16) === 'VP8X') bytes.writeUInt8(bytes.readUInt8(20) & ~0x0c, 20);
}
