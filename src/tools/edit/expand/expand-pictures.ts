import type { Inset } from '../../../images/composites/expand/plan-expand.ts';
import type { GivenPicture } from '../../../images/import/image-import.ts';
import { inTurn } from '../../../images/decodable.ts';
import { requireOpen } from '../../../images/masks/coverage.ts';
import { requireSameSize } from '../../../images/masks/mask.ts';
import { pictureNotLocal } from '../../../images/problems.ts';
import { Problem } from '../../../shared/errors.ts';
import { expandExactly } from './exact-expansion.ts';
import type { ExpandPictures } from './expand-request.ts';
import { alignmentOf, type ExpansionArguments, hasInsets, LONGEST_SIDE } from './expansion.ts';
import { invalidArgument } from '../../arguments/invalid-argument.ts';
import { type RequestImage, imageByReference, requestImageCopy } from '../request-image.ts';
import { type MaskContext, readMask, requestMask } from '../masks/request-mask.ts';
import { type Pair, sizeName } from '../../generate/sizes.ts';

/**
 * The picture, its placement, and the mask where one is given.
 * @throws Problem `picture_not_local`, `mask_size`, `mask_empty`, `invalid_argument`, and what opening pictures throws
 */
export async function expandPictures(
  given: { readonly image: string; readonly mask?: string | undefined; readonly invert_mask?: boolean | undefined },
  expansion: ExpansionArguments,
  context: MaskContext,
): Promise<ExpandPictures> {
  const { imageImport } = context.services;
  const image = await imageImport.open(given.image, context.call.caller, 'generated');
  if (given.mask !== undefined)
    return byMask(image, { text: given.mask, invert: given.invert_mask }, expansion, context);
  if (image.kind !== 'local') return { image: imageByReference(image), ...withoutKnownSize(expansion) };
  return expandExactly(image.image, expansion, context);
}

/** The request for a picture that only Adobe can read: its size is unknown here, so size and all insets must be given. */
function withoutKnownSize(expansion: ExpansionArguments): Pick<ExpandPictures, 'size' | 'result' | 'placement'> {
  const { size, insets } = expansion;
  if (size === undefined) {
    throw pictureNotLocal(
      'Of a URL or upload id only Adobe knows the size, so no size can be found for it here.',
      'Give size, such as "2048x1152", or the picture itself: a path or a data URI.',
    );
  }
  requirePaintable(size);
  if (!hasInsets(expansion)) return { size, result: size, placement: alignmentOf(expansion) };
  const [left, top, right, bottom] = [insets.left, insets.top, insets.right, insets.bottom].map(pixelsOf);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    throw pictureNotLocal(
      'Of a URL or upload id only Adobe knows the size, so insets that are left out, or in percent, cannot be found.',
      'Give all four insets in pixels, or alignment, or the picture itself: a path or a data URI.',
    );
  }
  const box = { width: size.width - left - right, height: size.height - top - bottom };
  if (box.width > 0 && box.height > 0) {
    return { size, result: size, placement: { inset: { left, top, right, bottom } } };
  }
  throw invalidArgument(
    'The insets leave no room for the picture.',
    `Give smaller ones, or more than ${sizeName(size)}.`,
  );
}

function pixelsOf(inset: Inset | undefined): number | undefined {
  return inset !== undefined && 'pixels' in inset ? inset.pixels : undefined;
}

/** Of a picture that is not here nothing can be painted smaller and enlarged. */
function requirePaintable(size: Pair): void {
  if (size.width <= LONGEST_SIDE && size.height <= LONGEST_SIDE) return;
  const factor = LONGEST_SIDE / Math.max(size.width, size.height);
  const most = { width: Math.floor(size.width * factor), height: Math.floor(size.height * factor) };
  throw invalidArgument(
    `size is ${sizeName(size)}; of a URL or upload id ${LONGEST_SIDE} pixels a side is the most.`,
    `The largest of this shape is ${sizeName(most)}; a picture that is given itself can be larger.`,
  );
}

const BY_MASK = 'With a mask Adobe paints the whole picture anew, its inside too; without one it stays as it is.';

/** A mask has the size of the result (Adobe's guide to expanding), which is larger than the picture. */
async function byMask(
  picture: GivenPicture,
  mask: { readonly text: string; readonly invert: boolean | undefined },
  { size }: ExpansionArguments,
  context: MaskContext,
): Promise<ExpandPictures> {
  const { imageImport } = context.services;
  const given = await imageImport.open(mask.text, context.call.caller, 'mask');
  if (given.kind !== 'local') {
    if (size === undefined) {
      throw pictureNotLocal('Of a mask by URL or upload id only Adobe knows the size.', 'Say its size as size.');
    }
    requirePaintable(size);
    return { image: await unscaled(picture, context), mask: imageByReference(given), size, result: size };
  }
  if (size !== undefined) requireSameSize(given.image, size);
  requireLimit(given.image);
  if (picture.kind === 'local') requireLarger(given.image, picture.image);
  return inTurn(given.image, async () => {
    const kept = await readMask(given.image, context);
    requireOpen(kept.coverage, mask.invert);
    const { width, height } = kept.record;
    const sent = await unscaled(picture, context);
    const result = { width, height };
    const image = { ...sent, notes: [...sent.notes, BY_MASK] };
    return { image, mask: await requestMask(kept, kept.record, context), size: result, result };
  });
}

/** Upload copy without scaling, because the mask was drawn for the original size. */
async function unscaled(given: GivenPicture, { services }: MaskContext): Promise<RequestImage> {
  if (given.kind !== 'local') return imageByReference(given);
  const { width, height } = given.image;
  return requestImageCopy(given.image, services.imageImport, {
    limits: uploadLimits(services),
    size: { width, height },
  });
}

function uploadLimits({ firefly }: MaskContext['services']) {
  return firefly.operation('expandImagesV3Async').limits.upload;
}

function requireLimit(mask: Pair): void {
  if (mask.width <= LONGEST_SIDE && mask.height <= LONGEST_SIDE) return;
  throw maskSize(
    `The mask has ${sizeName(mask)} pixels, and so would the result; ${LONGEST_SIDE} a side is the most.`,
    'Give a smaller mask.',
  );
}

function requireLarger(mask: Pair, picture: Pair): void {
  const holds = mask.width >= picture.width && mask.height >= picture.height;
  const isLarger = mask.width > picture.width || mask.height > picture.height;
  if (holds && isLarger) return;
  throw maskSize(
    `The mask has ${sizeName(mask)} pixels, the picture ${sizeName(picture)}; expanding takes a mask of the size of the result, larger than the picture.`,
    'Give size or aspect_ratio instead of the mask; to change something inside the picture use fill_image.',
  );
}

function maskSize(message: string, next: string): Problem {
  return new Problem('mask_size', message, { next });
}
