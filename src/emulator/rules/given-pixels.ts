import type { Size } from '../../firefly/contract/common.ts';
import { type Decoded, decodeMask, type DecodedMask, decodePicture, invertMask } from '../drawing/decode.ts';
import type { GivenMask, GivenPicture } from '../drawing/picture.ts';
import { boundsOf } from '../drawing/largest-rectangle.ts';
import * as pictureErrors from '../http/picture-errors.ts';
import { mediaTypeOf } from './media-type.ts';
import type { Rectangle } from './placement.ts';

/** What uploads accept and we can decode. Adobe reads TIFF and JPEG XL, too. */
const DECODABLE = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** Sizes of pictures that have been decoded once, so that a source used ten times is decoded once to be checked. */
const known = new WeakMap<Uint8Array, Promise<Size>>();

/**
 * The size of a picture, which is decoded whole: half a file is no picture.
 * @throws Refusal 422 `input_media_indecipherable`
 */
export async function sizeOf(picture: GivenPicture, what: 'image' | 'mask'): Promise<Size> {
  const bytes = await picture.read();
  const size = known.get(bytes) ?? decoded(bytes, what, decodePicture).then(dimensions);
  known.set(bytes, size);
  size.catch(() => known.delete(bytes));
  return size;
}

/**
 * The size of a mask, and the smallest rectangle around what it keeps; none where it keeps nothing.
 * @throws Refusal 422 `input_media_indecipherable`
 */
export async function keptBy({ picture, invert }: GivenMask): Promise<{ size: Size; kept: Rectangle | undefined }> {
  const mask = await decoded(await picture.read(), 'mask', decodeMask);
  if (invert) invertMask(mask);
  return { size: dimensions(mask), kept: boundsOf(mask, { most: 254 }) };
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
