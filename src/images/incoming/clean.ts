import { readBytes } from '../formats/bytes.ts';
import type { ImageMimeType } from '../types.ts';

/** A picture without what tells on its owner, pixels untouched. */
export interface Cleaned {
  readonly bytes: Uint8Array;
  /** Bytes that were left out. */
  readonly removed: number;
}

/** A piece of a container: where it lies, and whether it is kept. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly keep: boolean;
}

/**
 * The same picture without EXIF, XMP, IPTC, comments, thumbnails, text chunks, and without anything after its end. Colour
 * profiles stay: they are part of how it looks. The bytes have passed `measure`, so their structure is sound.
 */
export function clean(bytes: Uint8Array, mimeType: ImageMimeType): Cleaned {
  const pieces = PIECES[mimeType](bytes).filter(({ keep }) => keep);
  const kept = Buffer.concat(pieces.map(({ from, to }) => bytes.subarray(from, to)));
  if (mimeType === 'image/webp') correctWebp(kept);
  return { bytes: kept, removed: bytes.length - kept.length };
}

/**
 * Whether Content Credentials are embedded (C2PA specification 2.1, §11.3): APP11 boxes in JPEG, a `caBX` chunk in
 * PNG, a `C2PA` chunk in WebP. A picture that has them goes out unchanged, or they would no longer hold.
 */
export function hasContentCredentials(bytes: Uint8Array, mimeType: ImageMimeType): boolean {
  return CREDENTIALS[mimeType](bytes);
}

const PIECES: Readonly<Record<ImageMimeType, (bytes: Uint8Array) => readonly Piece[]>> = {
  'image/jpeg': (bytes) => jpegSegments(bytes).map((segment) => ({ ...segment, keep: keepSegment(bytes, segment) })),
  'image/png': (bytes) => [{ from: 0, to: 8, keep: true }, ...pngChunks(bytes).map(keepPngChunk)],
  'image/webp': (bytes) => [{ from: 0, to: 12, keep: true }, ...webpChunks(bytes).map(keepWebpChunk)],
};

const CREDENTIALS: Readonly<Record<ImageMimeType, (bytes: Uint8Array) => boolean>> = {
  'image/jpeg': (bytes) =>
    jpegSegments(bytes).some(
      ({ marker, from, to }) =>
        marker === 0xeb &&
        readBytes(bytes)
          .text(from, Math.min(to - from, 64))
          .includes('c2pa'),
    ),
  'image/png': (bytes) => pngChunks(bytes).some(({ type }) => type === 'caBX'),
  'image/webp': (bytes) => webpChunks(bytes).some(({ type }) => type === 'C2PA'),
};

interface Segment {
  readonly marker: number;
  readonly from: number;
  readonly to: number;
}

/** Segments up to and with EOI; a scan takes its entropy-coded data along (ITU-T T.81 annex B). */
function jpegSegments(bytes: Uint8Array): readonly Segment[] {
  const segments: Segment[] = [{ marker: 0xd8, from: 0, to: 2 }];
  for (let at = 2; at + 1 < bytes.length;) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const alone = marker === 0xd9 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    const head = alone ? at + 2 : at + 2 + readBytes(bytes).u16(at + 2, 'big');
    const to = marker === 0xda ? endOfScan(bytes, head) : head;
    segments.push({ marker, from: at, to });
    if (marker === 0xd9) break;
    at = to;
  }
  return segments;
}

function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

/** APP0 (JFIF), APP2 with a colour profile and APP14 (Adobe's colour transform) say how the pixels are meant. */
function keepSegment(bytes: Uint8Array, { marker, from }: Segment): boolean {
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  if (marker === 0xfe) return false;
  if (!isApplication || marker === 0xee) return true;
  const name = readBytes(bytes).text(from + 4, 12);
  return (marker === 0xe0 && name.startsWith('JFIF\0')) || (marker === 0xe2 && name === 'ICC_PROFILE\0');
}

interface Chunk {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

/** Chunks up to and with IEND (PNG specification, third edition, §5). */
function pngChunks(bytes: Uint8Array): readonly Chunk[] {
  const reader = readBytes(bytes);
  const chunks: Chunk[] = [];
  for (let from = 8; from + 12 <= bytes.length;) {
    const type = reader.text(from + 4, 4);
    const to = from + 12 + reader.u32(from, 'big');
    chunks.push({ type, from, to });
    if (type === 'IEND') break;
    from = to;
  }
  return chunks;
}

/** Critical chunks, and those ancillary ones that change how the pixels look. */
const PNG_LOOKS: ReadonlySet<string> = new Set([
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'cICP',
  'mDCV',
  'cLLI',
  'sBIT',
]);

function keepPngChunk(chunk: Chunk): Piece {
  // A capital first letter marks a critical chunk.
  return { ...chunk, keep: /^[A-Z]/.test(chunk.type) || PNG_LOOKS.has(chunk.type) };
}

/** Chunks within the RIFF length (RFC 9649 §2). */
function webpChunks(bytes: Uint8Array): readonly Chunk[] {
  const reader = readBytes(bytes);
  const end = Math.min(bytes.length, 8 + reader.u32(4, 'little'));
  const chunks: Chunk[] = [];
  for (let from = 12; from + 8 <= end;) {
    const length = reader.u32(from + 4, 'little');
    const to = Math.min(end, from + 8 + length + (length % 2));
    chunks.push({ type: reader.text(from, 4), from, to });
    from = to;
  }
  return chunks;
}

const WEBP_KEPT: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP', 'ANIM', 'ANMF']);

function keepWebpChunk(chunk: Chunk): Piece {
  return { ...chunk, keep: WEBP_KEPT.has(chunk.type) };
}

/** The RIFF length, and the flags of VP8X that announce EXIF (8) and XMP (4), follow what is left. */
function correctWebp(bytes: Buffer): void {
  bytes.writeUInt32LE(bytes.length - 8, 4);
  if (bytes.toString('latin1', 12, 16) === 'VP8X') bytes.writeUInt8(bytes.readUInt8(20) & ~0x0c, 20);
}
