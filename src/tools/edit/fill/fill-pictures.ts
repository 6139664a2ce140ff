import { inTurn } from '../../../images/decodable.ts';
import type { GivenPicture } from '../../../images/import/image-import.ts';
import type { Shape } from '../../../images/masks/drawing/shapes.ts';
import { requireOpen } from '../../../images/masks/coverage.ts';
import type { Size } from '../../../images/size.ts';
import { edgeFor } from '../../../images/masks/refining/purpose.ts';
import { pictureNotLocal } from '../../../images/problems.ts';
import type { ImageRecord, Still } from '../../../images/types.ts';
import { invalidArgument } from '../../arguments/invalid-argument.ts';
import { FILL_SIZES, type Pair } from '../../generate/sizes.ts';
import type { MaskArguments } from '../masks/compose-subject.ts';
import { fillExactly, type WindowUse } from './exact-fill.ts';
import type { FillPictures } from './fill-request.ts';
import { fillSize, fillSizeUnknown } from './fill-size.ts';
import { imageByReference, requestImageCopy } from '../request-image.ts';
import { drawMask, type KeptMask, type MaskContext, maskOf, requestMask } from '../masks/request-mask.ts';

/** The picture arguments of `fill_image`: either `mask` or `mask_shapes`. */
export interface FillArguments {
  readonly image: string;
  readonly mask?: string | undefined;
  readonly mask_shapes?: readonly Shape[] | undefined;
  readonly select?: 'person' | undefined;
  readonly fit?: boolean | undefined;
  readonly prompt?: string | undefined;
  readonly invert_mask?: boolean | undefined;
  readonly whole_picture?: boolean | undefined;
  readonly one_request?: boolean | undefined;
}

/** How `fill_image` uses windows. */
const FILL_WINDOW: WindowUse = {
  sizes: FILL_SIZES,
  maskPadding: 'mirrored',
  otherwise: 'With whole_picture: true all of it is taken, in that light.',
  advice: {
    apart: (groups) =>
      `Fill the ${groups} parts one after the other, or set one_request: true to fill them in one request.`,
    tooLong: (parts) =>
      parts.length === 0
        ? 'Set whole_picture: true to have it painted in another ratio.'
        : `Fill it in parts, as with rectangles of ${parts.join('; ')} pixels, or set whole_picture: true.`,
  },
};

/** The mask of a fill, in the words of `make_mask`. What was found is prepared for what the fill does with it. */
function maskArguments(
  { mask_shapes: shapes, select, fit, prompt, invert_mask }: FillArguments,
  picture: Size,
): MaskArguments {
  if (select === undefined && fit !== true) return { shapes };
  const purpose = invert_mask === true ? 'background' : prompt === undefined ? 'remove' : 'object';
  const { grow, feather } = edgeFor(purpose, picture);
  // An inverted mask is inverted when it is used, so that the background grows where the subject shrinks.
  return { shapes, select, fit, grow: invert_mask === true ? -grow : grow, feather };
}

/**
 * Picture and mask for the request: of a stored picture the window around what is to change (docs/exact-edits.md), or the
 * whole where the caller asks for that. URLs and upload ids are passed on, but only both together, since their sizes
 * cannot be compared here.
 * @param options.asked the size that the caller asks for
 * @throws Problem `picture_not_local`, `mask_size`, `mask_empty`, `invalid_argument`, and what opening pictures, drawing
 *   and planning throws
 */
export async function fillPictures(
  input: FillArguments,
  { asked, use = FILL_WINDOW }: { readonly asked?: Pair | undefined; readonly use?: WindowUse },
  context: MaskContext,
): Promise<FillPictures> {
  const { imageImport } = context.services;
  const { caller } = context.call;
  const given = await imageImport.open(input.image, caller, 'generated');
  const mask = input.mask === undefined ? undefined : await imageImport.open(input.mask, caller, 'mask');
  if (given.kind !== 'local') return byReference({ given, mask }, input, asked);
  if (mask !== undefined && mask.kind !== 'local') {
    throw pictureNotLocal(
      'The mask has to have the size of the picture, and of a URL or upload id only Adobe knows it.',
      'Give the mask itself, by a path or a data URI, or say with mask_shapes what may change.',
    );
  }
  const isWhole = input.whole_picture === true;
  if (asked !== undefined && !isWhole) {
    throw invalidArgument(
      'size is for whole pictures: the result of a fill has the pixels of the picture.',
      'Leave size out; or set whole_picture: true to have the whole picture painted in that size.',
    );
  }
  // Before a mask is drawn, which would be stored for nothing.
  const sized = isWhole ? fillSize(asked, given.image) : undefined;
  return inTurn(mask === undefined ? given.image : [given.image, mask.image], async () => {
    const opened = sized === undefined ? { isInverted: input.invert_mask === true } : undefined;
    const how = { ...context, opened, isInverted: input.invert_mask };
    const kept =
      mask === undefined
        ? await drawMask(maskArguments(input, given.image), given.image, how)
        : await maskOf(mask, given.image, how);
    requireOpen(kept.coverage, input.invert_mask);
    return sized === undefined
      ? fillExactly(given.image, kept, { use, oneRequest: input.one_request }, context)
      : whole(given.image, kept, { ...sized, invert: input.invert_mask }, context);
  });
}

/** The whole picture, as Adobe paints it. */
async function whole(
  picture: Still<ImageRecord>,
  kept: KeptMask,
  {
    size,
    notes,
    invert,
  }: { readonly size: Pair; readonly notes: readonly string[]; readonly invert: boolean | undefined },
  context: MaskContext,
): Promise<FillPictures> {
  const { firefly, imageImport } = context.services;
  const { upload: limits } = firefly.operation('fillImagesV3Async').limits;
  const image = await requestImageCopy(picture, imageImport, { limits });
  return { image, mask: await requestMask(kept, image.copy, context), invert, size, result: size, notes };
}

function byReference(
  {
    given,
    mask,
  }: {
    readonly given: Exclude<GivenPicture, { kind: 'local' }>;
    readonly mask: GivenPicture | undefined;
  },
  { invert_mask: invert }: FillArguments,
  asked: Pair | undefined,
): FillPictures {
  if (mask === undefined) throw sizeUnknown('The mask is made at the size of the picture');
  if (mask.kind === 'local') throw sizeUnknown('The mask has to have the size of the picture');
  const { size, notes } = fillSizeUnknown(asked);
  return { image: imageByReference(given), mask: imageByReference(mask), invert, size, result: size, notes };
}

function sizeUnknown(why: string) {
  return pictureNotLocal(
    `${why}, and of a URL or upload id only Adobe knows it.`,
    'Give the picture itself, by a path or a data URI; or give both image and mask as URLs or upload ids.',
  );
}
