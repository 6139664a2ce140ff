import { inTurn } from '../../images/decodable.ts';
import type { Shape } from '../../images/masks/drawing/shapes.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import { requireOpen } from '../../images/masks/coverage.ts';
import type { Size } from '../../images/masks/mask.ts';
import { edgeFor } from '../../images/masks/purpose.ts';
import type { Pair } from '../generate/sizes.ts';
import type { MaskWishes } from './compose-subject.ts';
import { imageByReference, requestImageCopy, type RequestImage } from './request-image.ts';
import { drawMask, type MaskContext, maskOf, requestMask } from './request-mask.ts';

/** The picture arguments of `fill_image`: either `mask` or `mask_shapes`. */
export interface FillArguments {
  readonly image: string;
  readonly mask?: string | undefined;
  readonly mask_shapes?: readonly Shape[] | undefined;
  readonly select?: 'person' | undefined;
  readonly fit?: boolean | undefined;
  readonly prompt?: string | undefined;
  readonly invert_mask?: boolean | undefined;
}

/** Picture and mask of a request. */
export interface FillPictures {
  readonly image: RequestImage;
  readonly mask: RequestImage;
  /** Pixels of the picture as it is displayed; undefined where only Adobe knows them. */
  readonly pixels: Pair | undefined;
}

/** The mask of a fill, in the words of `make_mask`. What was found is prepared for what the fill does with it. */
function fillWishes(
  { mask_shapes: shapes, select, fit, prompt, invert_mask }: FillArguments,
  picture: Size,
): MaskWishes {
  if (select === undefined && fit !== true) return { shapes };
  const purpose = invert_mask === true ? 'background' : prompt === undefined ? 'remove' : 'object';
  const { grow, feather } = edgeFor(purpose, picture);
  // An inverted mask is inverted when it is used, so that the background grows where the subject shrinks.
  return { shapes, select, fit, grow: invert_mask === true ? -grow : grow, feather };
}

/**
 * Picture and mask for the request. Stored pictures are uploaded as copies, and the mask is scaled with its picture. URLs
 * and upload ids are passed on, but only both together, since their sizes cannot be compared here.
 * @throws Problem `picture_not_local`, `mask_size`, `mask_empty`, and what opening pictures and drawing throws
 */
export async function fillPictures(input: FillArguments, context: MaskContext): Promise<FillPictures> {
  const { imageImport } = context.services;
  const { caller } = context.call;
  const given = await imageImport.open(input.image, caller, 'generated');
  const mask = input.mask === undefined ? undefined : await imageImport.open(input.mask, caller, 'mask');
  if (given.kind !== 'local') {
    if (mask === undefined) throw sizeUnknown('The mask is made at the size of the picture');
    if (mask.kind === 'local') throw sizeUnknown('The mask has to have the size of the picture');
    return { image: imageByReference(given), mask: imageByReference(mask), pixels: undefined };
  }
  if (mask !== undefined && mask.kind !== 'local') {
    throw pictureNotLocal(
      'The mask has to have the size of the picture, and of a URL or upload id only Adobe knows it.',
      'Give the mask itself, by a path or a data URI, or say with mask_shapes what may change.',
    );
  }
  return inTurn(given.image, async () => {
    const kept =
      mask === undefined
        ? await drawMask(fillWishes(input, given.image), given.image, context)
        : await maskOf(mask, given.image, context);
    requireOpen(kept.coverage, input.invert_mask);
    const { upload: limits } = context.services.firefly.operation('fillImagesV3Async').limits;
    const image = await requestImageCopy(given.image, imageImport, { limits });
    const { width, height } = given.image;
    return { image, mask: await requestMask(kept, image.copy, context), pixels: { width, height } };
  });
}

function sizeUnknown(why: string) {
  return pictureNotLocal(
    `${why}, and of a URL or upload id only Adobe knows it.`,
    'Give the picture itself, by a path or a data URI; or give both image and mask as URLs or upload ids.',
  );
}
