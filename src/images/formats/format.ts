import type { ImageMimeType } from '../types.ts';
import { readBytes } from './bytes.ts';
import type { Orientation } from './exif.ts';
import { parseJpeg } from './jpeg.ts';
import type { Parsed } from './parsed.ts';
import { parsePng } from './png.ts';
import { parseWebp } from './webp.ts';

/** A whole picture, measured as it is displayed. */
export interface Measured {
  readonly mimeType: ImageMimeType;
  readonly width: number;
  readonly height: number;
}

const PARSERS: Readonly<Record<ImageMimeType, (bytes: Uint8Array) => Parsed>> = {
  'image/jpeg': parseJpeg,
  'image/png': parsePng,
  'image/webp': parseWebp,
};

/** The format by the first bytes; names and announced types are not believed. */
export function sniff(bytes: Uint8Array): ImageMimeType | undefined {
  const reader = readBytes(bytes);
  if (reader.text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (reader.text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (reader.text(0, 4) === 'RIFF' && reader.text(8, 4) === 'WEBP') return 'image/webp';
  return undefined;
}

/** How a whole picture is to be turned before it is shown; 1 for bytes that are none. */
export function orientationOf(bytes: Uint8Array): Orientation {
  const mimeType = sniff(bytes);
  const parsed = mimeType && PARSERS[mimeType](bytes);
  return parsed && 'orientation' in parsed ? parsed.orientation : 1;
}

/**
 * Format and displayed size of a whole picture, from its structure alone: nothing is decoded, nothing thrown, and the
 * time is linear in the length. `problem` says why the bytes are not one.
 */
export function measure(bytes: Uint8Array): Measured | { readonly problem: string } {
  const mimeType = sniff(bytes);
  if (mimeType === undefined) return { problem: 'they are neither JPEG, PNG nor WebP' };
  const parsed = PARSERS[mimeType](bytes);
  if ('problem' in parsed) return parsed;
  const { width, height, orientation } = parsed;
  if (width === 0 || height === 0) return { problem: 'it has no size' };
  const onItsSide = orientation >= 5;
  return { mimeType, width: onItsSide ? height : width, height: onItsSide ? width : height };
}
