import { copyEncodings } from '../conversion/upload-encoding.ts';
import { orientationOf } from '../formats/format.ts';
import { formatName, type StillType } from '../media.ts';
import { pictureOutOfLimits, pictureTooLarge, requirePixels } from '../problems.ts';
import { reclaimPixels } from '../reclaim.ts';
import { isByTheBook } from '../soundness.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Size } from '../size.ts';
import { isWithin, sizeWithin, type CopyLimits } from './copy-size.ts';
import { stripMetadata, hasContentCredentials } from './strip-metadata.ts';

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
  /** Limits of the operation that the copy is for. */
  readonly limits: CopyLimits;
  /** Exact pixels in place of the picture's own: a mask is scaled with its picture. */
  readonly size?: Size | undefined;
  /** The middle of the picture in the shape of `size`, in place of the whole one, stretched. */
  readonly crop?: boolean | undefined;
}

/**
 * Makes the copy of a picture that is sent to Adobe: upright, within the limits of its operation, and without metadata
 * (docs/pictures-and-masks.md#upload-copies). Pixels are re-encoded only where orientation, pixels, format, bytes
 * or a departure from the format's standard require it. A picture with Content Credentials that fits goes out byte for byte.
 * @throws Problem `picture_too_large`, `picture_ratio` where no size keeps within the limits, `undecodable_picture`
 */
export async function makeUploadCopy(
  bytes: Uint8Array,
  { mimeType, width, height }: Measured,
  { limits, size: exact, crop = false }: CopyOptions,
): Promise<UploadCopy> {
  const measured = { mimeType, width, height };
  requirePixels(measured);
  const size = exact ?? sizeWithin(measured, limits);
  if (!size) throw pictureOutOfLimits(measured);
  const hasRightSize = size.width === measured.width && size.height === measured.height;
  // Adobe's decoder may refuse what viewers take, so such a picture is encoded anew.
  const mayGoAsItIs = hasRightSize && (await isByTheBook(bytes));
  const fits = (candidate: Uint8Array) => candidate.length <= limits.mostBytes && limits.formats.includes(mimeType);
  const isUpright = orientationOf(bytes) === 1;
  const isRight = isUpright || !limits.lossless;
  if (hasContentCredentials(bytes, mimeType) && mayGoAsItIs && isRight && fits(bytes)) {
    return { ...measured, bytes, notes: [] };
  }
  if (isUpright && mayGoAsItIs) {
    const stripped = stripMetadata(bytes, mimeType).bytes;
    if (fits(stripped)) {
      return { ...measured, bytes: stripped, notes: notesOn(measured, measured, bytes) };
    }
  }
  if (limits.lossless) return reencodeLosslessly(bytes, measured, limits);
  const copy = await reencode(bytes, measured, { limits, size, crop });
  return { ...copy, notes: notesOn(measured, copy, bytes, crop) };
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
  readonly width: number;
  readonly height: number;
}

interface Wanted {
  readonly size: Size;
  readonly limits: CopyLimits;
  readonly crop: boolean;
}

/**
 * Encodes the picture in its own format, else in the preferred one, or in what takes less memory (`copyEncodings`); while all have
 * too many bytes, each side shrinks by a fifth.
 */
async function reencode(bytes: Uint8Array, own: Measured, { size: first, limits, crop }: Wanted): Promise<Encoded> {
  const sharp = await loadSharp();
  const encodingFor = await copyEncodings(bytes, own);
  const wanted = [own.mimeType, ...limits.formats.slice(0, 1)].filter((format) => limits.formats.includes(format));
  let size = first;
  do {
    const tried = new Set<StillType>();
    for (const each of wanted) {
      const { format, encode } = await encodingFor(each, size);
      if (tried.has(format) || !limits.formats.includes(format)) continue;
      tried.add(format);
      const picture = sharp(bytes, OPEN_OPTIONS)
        .autoOrient()
        .resize(size.width, size.height, { fit: crop ? 'cover' : 'fill' });
      const copy = await encodedWithin(encode(picture.keepIccProfile()), limits.mostBytes);
      if (copy !== undefined) return { ...copy, mimeType: format };
      // What was too large is garbage that the next encoder would find beside itself.
      await reclaimPixels();
    }
    size = { width: Math.round(size.width * 0.8), height: Math.round(size.height * 0.8) };
  } while (isWithin(size, limits));
  throw pictureTooLarge(
    `The picture has more than ${limits.mostBytes / 1_000_000} MB at the least size that Adobe takes.`,
  );
}

/** What an encoder makes; undefined where that has too many bytes. */
async function encodedWithin(encoder: Picture, mostBytes: number): Promise<Omit<Encoded, 'mimeType'> | undefined> {
  const { data, info } = await decoded(encoder.toBuffer({ resolveWithObject: true }));
  return data.length > mostBytes ? undefined : { bytes: data, width: info.width, height: info.height };
}

/**
 * Encodes the picture upright without loss, as PNG or, where that is too large, as WebP.
 * @throws Problem `picture_too_large` where neither fits
 */
async function reencodeLosslessly(
  bytes: Uint8Array,
  original: Measured,
  { mostBytes }: CopyLimits,
): Promise<UploadCopy> {
  // What fits as it is has been sent so, and what has to be decoded anew rarely gets smaller.
  for (const mimeType of bytes.length > mostBytes ? [] : (['image/png', 'image/webp'] as const)) {
    const sharp = await loadSharp();
    const picture = sharp(bytes, OPEN_OPTIONS).autoOrient().keepIccProfile();
    const encoded = mimeType === 'image/png' ? picture.png() : picture.webp({ lossless: true, effort: 2 });
    const found = await encodedWithin(encoded, mostBytes);
    if (found === undefined) {
      await reclaimPixels();
      continue;
    }
    const done = orientationOf(bytes) === 1 ? 'encoded anew' : 'turned upright';
    const note = `The copy for Adobe is ${done} without loss, as ${formatName(mimeType)}.`;
    const copy = { ...found, mimeType };
    return { ...copy, notes: [note, ...notesOn(original, { ...copy, mimeType: original.mimeType }, bytes)] };
  }
  throw pictureTooLarge(
    `The picture has more than the ${mostBytes / 1_000_000} MB that Adobe takes, and here its own pixels count, so that it is not scaled down.`,
  );
}

type Picture = ReturnType<Awaited<ReturnType<typeof loadSharp>>>;

function notesOn(original: Measured, copy: Measured, bytes: Uint8Array, crop = false): string[] {
  const notes: string[] = [];
  if (copy.mimeType !== original.mimeType) {
    const formats = `${formatName(original.mimeType)} to ${formatName(copy.mimeType)}`;
    const loss = copy.mimeType === 'image/png' ? '' : ' at quality 95, with a slight loss of detail';
    notes.push(`The copy for Adobe is converted from ${formats}${loss}, because it was too large.`);
  }
  if (copy.width !== original.width || copy.height !== original.height) {
    const [from, to] = [`${original.width}x${original.height}`, `${copy.width}x${copy.height}`];
    notes.push(
      crop && !isSameShape(original, copy)
        ? `The copy for Adobe is cropped to its middle, ${middleOf(original, copy)} of ${from}, for ${to}; expand_image to that shape first keeps all of it.`
        : `The copy for Adobe is scaled from ${from} to ${to}.`,
    );
  }
  if (hasContentCredentials(bytes, original.mimeType)) {
    notes.push('The copy for Adobe does not carry the Content Credentials of the original.');
  }
  return notes;
}

/** Pixels of the part of a picture that has the shape of its copy. */
function middleOf(original: Size, copy: Size): string {
  const scale = Math.min(original.width / copy.width, original.height / copy.height);
  return `${Math.round(copy.width * scale)}x${Math.round(copy.height * scale)}`;
}

/** Up to a pixel of the copy. */
function isSameShape(original: Size, copy: Size): boolean {
  const height = (original.height * copy.width) / original.width;
  const width = (original.width * copy.height) / original.height;
  return Math.abs(height - copy.height) < 1 && Math.abs(width - copy.width) < 1;
}
