import { Problem } from '../../shared/errors.ts';
import { readHeader } from '../masks/decode.ts';
import type { Size } from '../size.ts';
import { undecodable } from '../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import { scalePicture } from './pixels/scale.ts';
import type { Check, PictureSource, Region, RgbPicture } from './types.ts';

/**
 * Decodes a picture as displayed, into the one full-size copy of its pixels that a fit needs: three bytes a pixel.
 * Transparent parts are shown on white.
 * @param bytes JPEG, PNG or WebP
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function openPicture(bytes: Uint8Array, check: Check): Promise<PictureSource> {
  const picture = await decode(bytes);
  check();
  return sourceOf(picture, check);
}

/** The parts of a picture in memory. @throws what `check` throws */
export function sourceOf(picture: RgbPicture, check: Check): PictureSource {
  const { width, height, data } = picture;
  return {
    width,
    height,
    copy: async (region: Region, size: Size) => scalePicture(picture, region, size, check),
    rows(region, from, to) {
      const rows = new Uint8Array(region.width * (to - from) * 3);
      for (let y = from; y < to; y++) {
        const start = ((region.top + y) * width + region.left) * 3;
        rows.set(data.subarray(start, start + region.width * 3), (y - from) * region.width * 3);
      }
      return { width: region.width, height: to - from, data: rows };
    },
  };
}

async function decode(bytes: Uint8Array): Promise<RgbPicture> {
  const sharp = await loadSharp();
  try {
    await readHeader(bytes);
    const { data, info } = await sharp(bytes, OPEN_OPTIONS)
      .autoOrient()
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`expected three channels, got ${info.channels}`);
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw error instanceof Problem ? error : undecodable(error);
  }
}
