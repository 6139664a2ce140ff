import { orientationOf } from '../formats/format.ts';
import { MOST_PIXELS, MOST_UPLOAD_BYTES } from '../limits.ts';
import type { StillType } from '../media.ts';
import { pictureTooLarge, undecodable } from '../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import { stripMetadata, hasContentCredentials } from './strip-metadata.ts';

/** Pixels that the longer side needs for a fill (docs/adobe-api.md#sizes-and-limits). */
const LEAST_SIDE = 600;

/** Format and pixels as displayed. */
export interface Measured {
  readonly mimeType: StillType;
  readonly width: number;
  readonly height: number;
}

/** The picture that is sent to Adobe in place of the original. */
export interface UploadCopy {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
  /** Pixels; upright, unless Content Credentials kept the bytes as they are. */
  readonly width: number;
  readonly height: number;
  /** Sentences for the caller about differences from the original. */
  readonly notes: readonly string[];
}

/** Options of an upload copy. */
export interface CopyOptions {
  /** Exact pixels in place of the picture's own: a mask is scaled with its picture. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/**
 * Makes the copy of a picture that is sent to Adobe: upright, at least 600 pixels on its longer side, at most 15 MB, and
 * without metadata (docs/pictures-and-masks.md#upload-copies). Pixels are re-encoded only where
 * orientation, pixels or bytes require it. A picture with Content Credentials that fits goes out byte for byte.
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function makeUploadCopy(
  bytes: Uint8Array,
  { mimeType, width, height }: Measured,
  options: CopyOptions = {},
): Promise<UploadCopy> {
  const measured = { mimeType, width, height };
  if (measured.width * measured.height > MOST_PIXELS) {
    throw pictureTooLarge(`The picture has ${measured.width}x${measured.height} pixels; 64 million are the limit.`);
  }
  const size = options.size ?? atLeast(measured, LEAST_SIDE);
  const hasRightSize = size.width === measured.width && size.height === measured.height;
  if (hasContentCredentials(bytes, mimeType) && hasRightSize && bytes.length <= MOST_UPLOAD_BYTES) {
    return { ...measured, bytes, notes: [] };
  }
  if (orientationOf(bytes) === 1 && hasRightSize) {
    const stripped = stripMetadata(bytes, mimeType).bytes;
    if (stripped.length <= MOST_UPLOAD_BYTES) {
      return { ...measured, bytes: stripped, notes: notesOn(measured, measured, bytes) };
    }
  }
  const copy = await reencode(bytes, mimeType, size);
  return { ...copy, notes: notesOn(measured, copy, bytes) };
}

function atLeast({ width, height }: Measured, side: number): { width: number; height: number } {
  const factor = Math.max(1, side / Math.max(width, height));
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
  readonly width: number;
  readonly height: number;
}

/** Encodes the picture in its own format, else as WebP; while both have too many bytes, each side shrinks by a fifth. */
async function reencode(
  bytes: Uint8Array,
  mimeType: StillType,
  wanted: { readonly width: number; readonly height: number },
): Promise<Encoded> {
  const sharp = await loadSharp();
  try {
    for (let size = wanted; ; size = { width: Math.round(size.width * 0.8), height: Math.round(size.height * 0.8) }) {
      for (const format of new Set<StillType>([mimeType, 'image/webp'])) {
        const picture = sharp(bytes, OPEN_OPTIONS).autoOrient().resize(size.width, size.height, { fit: 'fill' });
        const { data, info } = await encode(picture.keepIccProfile(), format).toBuffer({ resolveWithObject: true });
        if (data.length > MOST_UPLOAD_BYTES) continue;
        return { bytes: data, mimeType: format, width: info.width, height: info.height };
      }
    }
  } catch (error) {
    throw undecodable(error);
  }
}

type Picture = ReturnType<Awaited<ReturnType<typeof loadSharp>>>;

function encode(picture: Picture, mimeType: StillType): Picture {
  if (mimeType === 'image/png') return picture.png({ compressionLevel: 6 });
  if (mimeType === 'image/webp') return picture.webp({ quality: 95, effort: 2 });
  return picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
}

function notesOn(original: Measured, copy: Omit<Measured, 'mimeType'>, bytes: Uint8Array): string[] {
  const notes: string[] = [];
  if (copy.width !== original.width || copy.height !== original.height) {
    const sizes = `${original.width}x${original.height} to ${copy.width}x${copy.height}`;
    notes.push(`The copy that was sent to Adobe was scaled from ${sizes}.`);
  }
  if (hasContentCredentials(bytes, original.mimeType)) {
    notes.push('The copy that was sent to Adobe does not carry the Content Credentials of the original.');
  }
  return notes;
}
