import { Problem } from '../../shared/errors.ts';
import { invert } from './refining/combine.ts';
import { requireSameSize, type Mask, type Size } from './mask.ts';
import { inBands, type YieldNow } from './pace.ts';

/**
 * Makes a mask of a picture's transparency. Transparent pixels are open: in a cut-out, the background is filled. `invert`
 * opens the subject instead.
 * @param alpha the picture's alpha channel, 0 transparent, 255 opaque
 * @throws Problem `mask_size`, and `no_transparency` where the picture is opaque throughout
 */
export async function maskFromTransparency(alpha: Mask, picture: Size, yieldNow: YieldNow): Promise<Mask> {
  requireSameSize(alpha, picture);
  let anyOpen = 0;
  const mask = await invert(alpha, yieldNow);
  await inBands(mask.height, mask.width, yieldNow, (from, to) => {
    for (const value of mask.data.subarray(from * mask.width, to * mask.width)) anyOpen |= value;
  });
  if (anyOpen === 0) throw noTransparency();
  return mask;
}

/**
 * Makes a mask of a black and white picture: white opens, black keeps, grey opens in part. Earlier masks are read so too.
 * @throws Problem `mask_size`
 */
export function maskFromLuminance(luminance: Mask, picture: Size): Mask {
  return requireSameSize(luminance, picture);
}

/** A picture without transparency, where a mask was to be made of it. */
export function noTransparency(): Problem {
  return new Problem('no_transparency', 'This picture has no transparent part to make a mask from.', {
    next: 'Use a PNG or WebP with transparency, a black and white picture as the mask, or shapes.',
  });
}
