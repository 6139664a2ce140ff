import { Problem } from '../../../shared/errors.ts';
import { encodeWithin } from '../../previews/preview.ts';
import { undecodable } from '../../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../../sharp.ts';
import type { Preview } from '../../stored.ts';
import { scaleMask } from '../encode.ts';
import { requireSameSize, type Mask } from '../mask.ts';
import type { YieldNow } from '../pace.ts';
import { tintOpen, type Tint } from './tint.ts';

/**
 * Shows a mask on its picture: the open part tinted, with a white and a black line along its edge. JPEG, upright, never larger
 * than the picture.
 * @param picture JPEG, PNG or WebP of the mask's size as displayed
 * @throws Problem `mask_size`, `undecodable_picture`, `preview_too_large`
 */
export async function renderOverlay(
  picture: Uint8Array,
  mask: Mask,
  limits: { readonly maxSide: number; readonly maxBytes: number },
  yieldNow: YieldNow,
): Promise<Preview & { readonly tint: Tint }> {
  const { pixels, width, height } = await shrink(picture, mask, limits.maxSide);
  const tint = await tintOpen(pixels, await scaleMask(mask, { width, height }), yieldNow);
  return { ...(await encodeWithin(pixels, { width, height, channels: 3 }, limits)), tint };
}

/** Decodes the picture at the size of its preview: upright, RGB, with white behind transparent pixels. */
async function shrink(
  picture: Uint8Array,
  mask: Mask,
  maxSide: number,
): Promise<{ pixels: Uint8Array; width: number; height: number }> {
  const sharp = await loadSharp();
  try {
    const opened = sharp(picture, OPEN_OPTIONS);
    const { autoOrient } = await opened.metadata();
    requireSameSize(mask, autoOrient);
    const { data, info } = await opened
      .autoOrient()
      .flatten({ background: '#fff' })
      .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`expected three channels, got ${info.channels}`);
    return { pixels: data, width: info.width, height: info.height };
  } catch (error) {
    throw error instanceof Problem ? error : undecodable(error);
  }
}
