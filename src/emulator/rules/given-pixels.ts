import type { Size } from '../../firefly/contract/common.ts';
import { type Decoded, decodeMask, type DecodedMask, decodePicture, invertMask } from '../drawing/decode.ts';
import type { GivenMask, GivenPicture, Rectangle } from '../drawing/picture.ts';
import { boundsOf } from '../drawing/mark/largest-rectangle.ts';
import * as pictureErrors from '../http/errors/picture-errors.ts';
import { mediaTypeOf } from './media-type.ts';

/** Upload types that sharp decodes here. Adobe also reads TIFF and JPEG XL. */
const DECODABLE = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** Sizes of decoded pictures, so that a source that is used ten times is decoded once for its check. */
const sizeCache = new WeakMap<Uint8Array, Promise<Size>>();

/**
 * The size of a picture, which is decoded completely to detect truncated files.
 * @throws Refusal 422 `input_media_indecipherable`
 */
export async function sizeOf(picture: GivenPicture, what: 'image' | 'mask'): Promise<Size> {
  const bytes = await picture.read();
  const size = sizeCache.get(bytes) ?? decoded(bytes, what, decodePicture).then(dimensions);
  sizeCache.set(bytes, size);
  size.catch(() => sizeCache.delete(bytes));
  return size;
}

/**
 * The size of a mask and the bounding box of its kept pixels; undefined if it keeps none.
 * @throws Refusal 422 `input_media_indecipherable`
 */
export async function keptBy({ picture, invert }: GivenMask): Promise<{ size: Size; kept: Rectangle | undefined }> {
  const mask = await decoded(await picture.read(), 'mask', decodeMask);
  if (invert) invertMask(mask);
  return { size: dimensions(mask), kept: boundsOf(mask, { most: 254 }) };
}

/** Whether any pixel of a picture, which `sizeOf` has taken, is transparent at least in part. */
export async function isTransparent(picture: GivenPicture): Promise<boolean> {
  const { channels, data } = await decodePicture(await picture.read());
  if (channels !== 4) return false;
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

async function decoded<Kind extends Decoded | DecodedMask>(
  bytes: Uint8Array,
  what: string,
  decode: (bytes: Uint8Array) => Promise<Kind>,
): Promise<Kind> {
  const type = mediaTypeOf(bytes);
  if (!DECODABLE.some((each) => each === type)) throw pictureErrors.indecipherable(what);
  try {
    return await decode(bytes);
  } catch {
    throw pictureErrors.indecipherable(what);
  }
}

function dimensions({ width, height }: Size): Size {
  return { width, height };
}
