import type { Shape } from '../../images/masks/drawing/shapes.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import { passOn, sendCopy, type RequestImage } from './request-image.ts';
import { drawMask, type MaskContext, maskOf, requireChange, sendMask } from './request-mask.ts';

/** The pictures of a fill, as they were asked for: `mask` or `mask_shapes`. */
export interface FillArguments {
  readonly image: string;
  readonly mask?: string | undefined;
  readonly mask_shapes?: readonly Shape[] | undefined;
  readonly invert_mask?: boolean | undefined;
}

/**
 * The picture and its mask, on their way to Adobe. What lies here goes as a copy, and the mask is scaled with it. What
 * only Adobe can read is passed on, but then both have to be such: nobody here could see whether they fit.
 * @throws Problem `picture_not_local`, `mask_size`, `mask_empty`, and what opening pictures and drawing throws
 */
export async function fillPictures(
  wish: FillArguments,
  desk: MaskContext,
): Promise<{ readonly image: RequestImage; readonly mask: RequestImage }> {
  const { imageImport } = desk.services;
  const { caller } = desk.call;
  const given = await imageImport.open(wish.image, caller, 'generated');
  const mask = wish.mask === undefined ? undefined : await imageImport.open(wish.mask, caller, 'mask');
  if (given.kind !== 'local') {
    if (mask === undefined) throw sizeUnknown('mask_shapes are drawn at the size of the picture');
    if (mask.kind === 'local') throw sizeUnknown('The mask has to have the size of the picture');
    return { image: passOn(given), mask: passOn(mask) };
  }
  if (mask !== undefined && mask.kind !== 'local') {
    throw pictureNotLocal(
      'The mask has to have the size of the picture, and of a URL or upload id only Adobe knows it.',
      'Save the mask to a file and give its path, or say with mask_shapes what may change.',
    );
  }
  const kept =
    mask === undefined
      ? await drawMask(wish.mask_shapes ?? [], given.image, desk)
      : await maskOf(mask, given.image, desk);
  await requireChange(kept.mask, wish.invert_mask, desk);
  const image = await sendCopy(given.image, imageImport);
  return { image, mask: await sendMask(kept, image.copy, desk) };
}

function sizeUnknown(why: string) {
  return pictureNotLocal(
    `${why}, and of a URL or upload id only Adobe knows it.`,
    'Save the picture to a file and give its path; or give both image and mask as URLs or upload ids.',
  );
}
