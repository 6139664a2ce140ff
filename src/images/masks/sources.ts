import { Problem } from '../../shared/errors.ts';
import { invert } from './combine.ts';
import { requireSameSize, type Mask, type Size } from './mask.ts';
import type { YieldNow } from './pace.ts';

/**
 * The mask that a picture's own transparency makes: what is transparent is open, since in a cut-out that is what is to
 * be filled. `invert` gives the subject instead.
 * @param alpha the picture's alpha channel, 0 transparent, 255 opaque
 * @throws Problem `mask_size`, and `no_transparency` where the picture is opaque throughout
 */
export async function maskFromTransparency(alpha: Mask, picture: Size, yieldNow: YieldNow): Promise<Mask> {
  requireSameSize(alpha, picture);
  if (alpha.data.every((value) => value === 255)) throw noTransparency();
  return invert(alpha, yieldNow);
}

/**
 * The mask that a black and white picture is: white opens, black keeps, grey opens in part. Earlier masks come in this
 * way too.
 * @throws Problem `mask_size`
 */
export function maskFromLuminance(luminance: Mask, picture: Size): Mask {
  return requireSameSize(luminance, picture);
}

/** A picture that was to give its transparency and has none. */
export function noTransparency(): Problem {
  return new Problem('no_transparency', 'This picture has no transparent part to make a mask from.', {
    actor: 'caller',
    next: 'Use a PNG or WebP with transparency, a black and white picture as the mask, or shapes.',
  });
}
