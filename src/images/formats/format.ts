import type { ImageMimeType } from '../types.ts';
import { readBytes } from './bytes.ts';
import type { Orientation } from './exif.ts';
import { parseJpeg } from './jpeg.ts';
import type { Parsed } from './parsed.ts';
import { parsePng } from './png.ts';
import { parseWebp } from './webp.ts';

/** Format and size of a whole picture. Width and height are pixels as displayed, after EXIF orientation. */
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

/** Recognises the format by the first bytes. Names and declared types are never trusted. */
export function sniff(bytes: Uint8Array): ImageMimeType | undefined {
  const reader = readBytes(bytes);
  if (reader.text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (reader.text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (reader.text(0, 4) === 'RIFF' && reader.text(8, 4) === 'WEBP') return 'image/webp';
  return undefined;
}

/** The EXIF orientation of a whole picture; 1 for bytes that are no picture. */
export function orientationOf(bytes: Uint8Array): Orientation {
  const mimeType = sniff(bytes);
  const parsed = mimeType && PARSERS[mimeType](bytes);
  return parsed && 'orientation' in parsed ? parsed.orientation : 1;
}

/**
 * Measures a picture by its structure alone: no pixels are decoded, nothing is thrown, and the time is linear in the
 * length.
 * @returns a `problem` where the bytes are no whole picture: a clause that begins with "it" or "they"
 */
export function measure(bytes: Uint8Array): Measured | { readonly problem: string } {
  const mimeType = sniff(bytes);
  if (mimeType === undefined) return { problem: 'it is neither JPEG, PNG nor WebP' };
  const parsed = PARSERS[mimeType](bytes);
  if ('problem' in parsed) return parsed;
  const { width, height, orientation } = parsed;
  if (width === 0 || height === 0) return { problem: 'it has no size' };
  const isRotated = orientation >= 5;
  return { mimeType, width: isRotated ? height : width, height: isRotated ? width : height };
}
