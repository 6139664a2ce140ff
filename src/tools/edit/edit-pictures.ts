import type { ExactEdit } from '../../images/composites/exact-edit.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { FILL_SIZES, type Pair } from '../generate/sizes.ts';
import type { WindowUse } from './fill/exact-fill.ts';
import { fillPictures, type FillArguments } from './fill/fill-pictures.ts';
import { requestImage, type RequestImage } from './request-image.ts';
import type { MaskContext } from './masks/request-mask.ts';

/** What of a picture is sent to be edited by words, and what becomes of the answer. */
export interface EditPictures {
  readonly image: RequestImage;
  /** Pixels of what is sent; undefined where only Adobe knows them. */
  readonly painted: Pair | undefined;
  /** Pixels of a picture that is sent whole, where they are known. */
  readonly given?: Pair | undefined;
  /** Pixels of the result, where they are known. */
  readonly result?: Pair;
  /** How the answer is put into the picture; undefined where it is the result as it comes. */
  readonly edit?: ExactEdit;
  readonly mask?: RequestImage;
  readonly notes: readonly string[];
}

/** How `edit_image` uses windows: Image 5 takes pictures of any size within its limits, these among them. */
const EDIT_WINDOW: WindowUse = {
  sizes: FILL_SIZES,
  maskPadding: 'mirrored',
  otherwise: 'Without a mask all of it is taken, in that light.',
  advice: {
    apart: (groups) => `Edit the ${groups} parts one after the other.`,
    tooLong: (parts) =>
      parts.length === 0
        ? 'Leave the mask out to have the whole picture edited, or open less of it.'
        : `Edit it in parts, as with rectangles of ${parts.join('; ')} pixels, or leave the mask out.`,
  },
};

/** An inverted mask that is not there. */
export const INVERTED_NOTHING = {
  refusal: 'invert_mask needs a mask.',
  next: 'Give mask or mask_shapes, or leave it out.',
} as const;

type EditArguments = Pick<FillArguments, 'image' | 'mask' | 'mask_shapes' | 'invert_mask'>;

/**
 * The whole picture; with a mask the window around what it opens, of whose answer only that part is taken
 * (docs/exact-edits.md). Adobe's operation itself has no mask.
 * @throws Problem as `fillPictures`; `invalid_argument`, `picture_not_local`
 */
export async function editPictures(given: EditArguments, context: MaskContext): Promise<EditPictures> {
  const { mask, mask_shapes, invert_mask } = given;
  if (mask === undefined && mask_shapes === undefined) {
    if (invert_mask === true) throw invalidArgument(INVERTED_NOTHING.refusal, INVERTED_NOTHING.next);
    return wholePicture(given.image, context);
  }
  if (mask !== undefined && mask_shapes !== undefined) {
    throw invalidArgument(
      'mask and mask_shapes are both given.',
      'Give one of them; make_mask joins an earlier mask (from) with shapes.',
    );
  }
  // The words may be about parts that are far apart.
  const pictures = await fillPictures({ ...given, one_request: true }, { use: EDIT_WINDOW }, context);
  if (pictures.edit === undefined) {
    throw pictureNotLocal(
      'With a mask the answer is put into the picture here, and of a URL or upload id only Adobe has the pixels.',
      'Give the picture itself, by a path or a data URI, or leave the mask out.',
    );
  }
  const { image, size, result, edit, notes } = pictures;
  return { image, painted: size, result, edit, mask: pictures.mask, notes: [...notes, ...pictures.mask.notes] };
}

async function wholePicture(text: string, { services, call }: MaskContext): Promise<EditPictures> {
  const { imageImport, firefly } = services;
  const { upload: limits } = firefly.operation('editImagesV4Async').limits;
  const opened = await imageImport.open(text, call.caller, 'generated');
  const image = await requestImage(opened, imageImport, { limits });
  const given = opened.kind === 'local' ? opened.image : undefined;
  return { image, painted: image.uploads[0], given, notes: image.notes };
}
