import { inTurn } from '../../images/decodable.ts';
import { requireOpen } from '../../images/masks/coverage.ts';
import { requireSameSize } from '../../images/masks/mask.ts';
import type { ImageRecord, Still } from '../../images/types.ts';
import type { OperationId } from '../../firefly/types.ts';
import type { ExactEdit } from '../../images/composites/exact-edit.ts';
import { placeOf } from '../../jobs/model/requests/adobe-request.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { fillExactly, type WindowUse } from '../edit/fill/exact-fill.ts';
import { imageByReference, requestImageCopy, type RequestImage } from '../edit/request-image.ts';
import { type KeptMask, type MaskContext, readMask, scaledMask } from '../edit/masks/request-mask.ts';
import { FILL_SIZES, type Pair } from '../generate/sizes.ts';
import { notLocal } from './composite-object.ts';

/** Least shorter side of a background that Adobe's guide recommends, pixels. */
const LEAST_SIDE = 1024;

/** How `composite_image` uses windows. In padding no object is wanted, so that the mask is closed there. */
const COMPOSITE_WINDOW: WindowUse = {
  sizes: FILL_SIZES.filter(({ width, height }) => Math.min(width, height) >= LEAST_SIDE),
  maskPadding: 'closed',
  otherwise: 'With whole_picture: true all of it is taken, in that light.',
  advice: {
    apart: () =>
      'Give a mask that opens one place, and a call for each further one, with the result as its background; or set whole_picture: true.',
    tooLong: () => 'Give a smaller mask, or set whole_picture: true.',
  },
};

/** Background and mask of a request, and what becomes of the answer. */
export interface CompositeBackground {
  readonly background: RequestImage;
  readonly mask: RequestImage;
  /** Pixels of the result, where they are known. */
  readonly result?: Pair;
  /** How the answer is put into the background; undefined where it is the result as it comes. */
  readonly edit?: ExactEdit | undefined;
  readonly notes: readonly string[];
}

interface BackgroundArguments {
  readonly background: string;
  readonly mask: string;
  readonly invert_mask?: boolean | undefined;
  readonly whole_picture?: boolean | undefined;
}

/**
 * Background and mask: of a stored picture the window around what the mask opens, of whose answer only that part is taken
 * (docs/exact-edits.md), or the whole where the caller asks for that. White is where the object goes; Adobe has no `invert`.
 * URLs and upload ids are passed on, but only both together.
 * @throws Problem `picture_not_local`, `mask_size`, `mask_empty`, `invalid_argument`, and what opening and planning throws
 */
export async function compositeBackground(
  given: BackgroundArguments,
  operation: OperationId,
  context: MaskContext,
): Promise<CompositeBackground> {
  const { imageImport } = context.services;
  const { caller } = context.call;
  const background = await imageImport.open(given.background, caller, 'generated');
  const mask = await imageImport.open(given.mask, caller, 'mask');
  if (background.kind !== 'local' || mask.kind !== 'local') {
    if (background.kind === 'local' || mask.kind === 'local')
      throw notLocal('The mask has to have the size of background');
    if (given.invert_mask) throw notLocal('A mask is inverted here');
    const whole =
      'A background by URL or upload id comes back as Adobe made it; one that is given itself keeps its own pixels.';
    return { background: imageByReference(background), mask: imageByReference(mask), notes: [whole] };
  }
  if (mask.image.sha256 === background.image.sha256) {
    throw invalidArgument('mask is the background itself.', 'Draw a mask for it with make_mask.');
  }
  requireSameSize(mask.image, background.image);
  return inTurn([background.image, mask.image], async () => {
    const isInverted = given.invert_mask === true;
    const opened = given.whole_picture === true ? undefined : { isInverted };
    const kept = await readMask(mask.image, { ...context, opened });
    requireOpen(kept.coverage, given.invert_mask);
    if (given.whole_picture === true) return whole(background.image, kept, { operation, given }, context);
    const {
      image,
      mask: sent,
      result,
      edit,
      notes,
    } = await fillExactly(background.image, kept, { use: COMPOSITE_WINDOW }, context);
    return { background: image, mask: sent, result, edit, notes };
  });
}

/** The whole background, as Adobe gives it back. */
async function whole(
  picture: Still<ImageRecord>,
  { record, notes }: KeptMask,
  { operation, given }: { readonly operation: OperationId; readonly given: BackgroundArguments },
  context: MaskContext,
): Promise<CompositeBackground> {
  const { imageImport, firefly } = context.services;
  const { upload: limits } = firefly.operation(operation).limits;
  const background = await requestImageCopy(picture, imageImport, { limits });
  const upload = await scaledMask(record, { size: background.copy, isInverted: given.invert_mask === true }, context);
  return { background, mask: { source: placeOf(upload), uploads: [upload], original: record, notes }, notes: [] };
}
