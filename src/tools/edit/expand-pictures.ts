import type { Placement } from '../../firefly/contract/expand-images.ts';
import type { GivenPicture } from '../../images/import/image-import.ts';
import { requireSameSize } from '../../images/masks/mask.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import type { ImageRecord } from '../../images/types.ts';
import { Problem } from '../../shared/errors.ts';
import { alignmentOf, type ExpansionArguments, hasInsets, LONGEST_SIDE, planExpansion } from './expansion.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { type RequestImage, passOn, sendCopy } from './request-image.ts';
import { type MaskContext, readMask, requireChange, sendMask } from './request-mask.ts';
import { type Pair, sizeName } from '../generate/sizes.ts';

/** What an expansion sends. */
export interface ExpandPictures {
  readonly image: RequestImage;
  readonly mask?: RequestImage;
  readonly size: Pair;
  readonly placement?: Placement | undefined;
}

/**
 * The picture, its place, and the mask where there is one.
 * @throws Problem `picture_not_local`, `mask_size`, `mask_empty`, `invalid_argument`, and what opening pictures throws
 */
export async function expandPictures(
  given: { readonly image: string; readonly mask?: string | undefined; readonly invert_mask?: boolean | undefined },
  wish: ExpansionArguments,
  desk: MaskContext,
): Promise<ExpandPictures> {
  const { imageImport } = desk.services;
  const image = await imageImport.open(given.image, desk.call.caller, 'generated');
  if (given.mask !== undefined) return byMask(image, { text: given.mask, invert: given.invert_mask }, wish, desk);
  if (image.kind !== 'local') return { image: passOn(image), ...unseen(wish) };
  return byPlace(image.image, wish, desk);
}

/** The rules are applied to the copy, since that is what Adobe sees. */
async function byPlace(
  image: ImageRecord,
  wish: ExpansionArguments,
  { services }: MaskContext,
): Promise<ExpandPictures> {
  const own = await sendCopy(image, services.imageImport);
  const { size, picture, placement } = planExpansion(own.copy, wish);
  const fits = picture.width === own.copy.width && picture.height === own.copy.height;
  return { image: fits ? own : await sendCopy(image, services.imageImport, { size: picture }), size, placement };
}

/** Of a picture that only Adobe can read the size is not known, so that only what does not need it can be asked. */
function unseen(wish: ExpansionArguments): { readonly size: Pair; readonly placement: Placement | undefined } {
  const { size, insets } = wish;
  if (size === undefined) {
    throw pictureNotLocal(
      'Of a URL or upload id only Adobe knows the size, so no size can be found for it here.',
      'Give size, such as "2048x1152", or save the picture to a file and give its path.',
    );
  }
  if (!hasInsets(wish)) return { size, placement: alignmentOf(wish) };
  const { left, top, right, bottom } = insets;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    throw pictureNotLocal(
      'Of a URL or upload id only Adobe knows the size, so the insets that are left out cannot be found.',
      'Give all four insets, or alignment, or save the picture to a file and give its path.',
    );
  }
  const box = { width: size.width - left - right, height: size.height - top - bottom };
  if (box.width > 0 && box.height > 0) return { size, placement: { inset: { left, top, right, bottom } } };
  throw invalidArgument(
    'The insets leave no room for the picture.',
    `Give smaller ones, or more than ${sizeName(size)}.`,
  );
}

/** A mask has the size of the result (Adobe's guide to expanding), and is not smaller than the picture. */
async function byMask(
  image: GivenPicture,
  mask: { readonly text: string; readonly invert: boolean | undefined },
  { size }: ExpansionArguments,
  desk: MaskContext,
): Promise<ExpandPictures> {
  const { imageImport } = desk.services;
  const given = await imageImport.open(mask.text, desk.call.caller, 'mask');
  if (given.kind !== 'local') {
    if (size === undefined) {
      throw pictureNotLocal('Of a mask by URL or upload id only Adobe knows the size.', 'Say its size as size.');
    }
    return { image: await sendAsItIs(image, desk), mask: passOn(given), size };
  }
  if (size !== undefined) requireSameSize(given.image, size);
  requireLimit(given.image);
  if (image.kind === 'local') requireLarger(given.image, image.image);
  const kept = await readMask(given.image, desk);
  await requireChange(kept.mask, mask.invert, desk);
  const { width, height } = kept.mask;
  const outgoing = await sendAsItIs(image, desk);
  return { image: outgoing, mask: await sendMask(kept, kept.mask, desk), size: { width, height } };
}

/** In its own pixels: the mask was made for these, and says itself where they go. */
async function sendAsItIs(given: GivenPicture, { services }: MaskContext): Promise<RequestImage> {
  if (given.kind !== 'local') return passOn(given);
  const { width, height } = given.image;
  return sendCopy(given.image, services.imageImport, { size: { width, height } });
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
  return new Problem('mask_size', message, { actor: 'caller', next });
}
