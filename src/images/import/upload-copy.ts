import { orientationOf, type Measured } from '../formats/format.ts';
import { pictureTooLarge, undecodable } from '../problems.ts';
import { loadSharp, MOST_PIXELS, OPEN_OPTIONS } from '../sharp.ts';
import type { ImageMimeType } from '../types.ts';
import { stripMetadata, hasContentCredentials } from './strip-metadata.ts';

/** Shortest longer side that Adobe's fill takes well (`firefly-api.md` §3). */
const LEAST_SIDE = 600;
/** Most bytes of an upload (OpenAPI `storageImageV2`: 15 MB). */
export const MOST_UPLOAD_BYTES = 15_000_000;

/** What goes to Adobe in place of the original. */
export interface UploadCopy {
  readonly bytes: Uint8Array;
  readonly mimeType: ImageMimeType;
  /** Pixels; upright, unless Content Credentials kept the bytes as they are. */
  readonly width: number;
  readonly height: number;
  /** Sentences for the caller about what is different from the original. */
  readonly notes: readonly string[];
}

/** Wishes about the copy. */
export interface CopyOptions {
  /** Exact size instead of the picture's own: a mask follows its picture. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/**
 * The copy of a picture that is sent to Adobe: upright, at least 600 pixels on its longer side, at most 15 MB, and
 * without EXIF, GPS or text (DESIGN §3). Pixels are re-encoded only where one of these asks for it. A picture with
 * Content Credentials goes out as it is.
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function makeUploadCopy(
  bytes: Uint8Array,
  measured: Measured,
  options: CopyOptions = {},
): Promise<UploadCopy> {
  const { mimeType } = measured;
  if (measured.width * measured.height > MOST_PIXELS) {
    throw pictureTooLarge(`The picture has ${measured.width}x${measured.height} pixels; 64 million are the limit.`);
  }
  const goal = options.size ?? atLeast(measured, LEAST_SIDE);
  const hasRightSize = goal.width === measured.width && goal.height === measured.height;
  if (hasContentCredentials(bytes, mimeType) && hasRightSize && bytes.length <= MOST_UPLOAD_BYTES) {
    return { ...measured, bytes, notes: [] };
  }
  if (orientationOf(bytes) === 1 && hasRightSize) {
    const cleaned = stripMetadata(bytes, mimeType).bytes;
    if (cleaned.length <= MOST_UPLOAD_BYTES) return { ...measured, bytes: cleaned, notes: [] };
  }
  const copy = await reencode(bytes, mimeType, goal);
  return { ...copy, notes: notesOn(measured, copy, bytes) };
}

function atLeast({ width, height }: Measured, side: number): { width: number; height: number } {
  const factor = Math.max(1, side / Math.max(width, height));
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly mimeType: ImageMimeType;
  readonly width: number;
  readonly height: number;
}

/** In its own format first; where that is too large, as JPEG or WebP, and smaller if need be. */
async function reencode(
  bytes: Uint8Array,
  mimeType: ImageMimeType,
  goal: { readonly width: number; readonly height: number },
): Promise<Encoded> {
  const sharp = await loadSharp();
  try {
    for (let size = goal; ; size = { width: Math.round(size.width * 0.8), height: Math.round(size.height * 0.8) }) {
      for (const format of new Set<ImageMimeType>([mimeType, 'image/webp'])) {
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

function encode(picture: Picture, mimeType: ImageMimeType): Picture {
  if (mimeType === 'image/png') return picture.png({ compressionLevel: 6 });
  if (mimeType === 'image/webp') return picture.webp({ quality: 95, effort: 2 });
  return picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
}

function notesOn(original: Measured, copy: Encoded, bytes: Uint8Array): string[] {
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
