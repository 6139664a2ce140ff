import type { GivenPicture } from '../../images/import/image-import.ts';
import { inTurn } from '../../images/decodable.ts';
import { requireOpen } from '../../images/masks/coverage.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import type { ImageRecord, Still } from '../../images/types.ts';
import type { OperationId } from '../../firefly/types.ts';
import { requestImage, requestImageCopy, type RequestImage } from '../edit/request-image.ts';
import { type MaskContext, maskOf } from '../edit/masks/request-mask.ts';

/** The object of a request. */
export interface CompositeObject extends RequestImage {
  /** Pixels and transparency of a stored picture. */
  readonly known: { readonly width: number; readonly height: number; readonly isTransparent: boolean } | undefined;
}

/**
 * The object: what `object_mask` does not open is made transparent here, so that no polarity of Adobe's has to be guessed.
 * @throws Problem `picture_not_local`, `mask_size`, `mask_empty`, and what opening and copying throws
 */
export async function compositeObject(
  given: { readonly image: string; readonly object_mask?: string | undefined },
  operation: OperationId,
  context: MaskContext,
): Promise<CompositeObject> {
  const { imageImport, firefly, images } = context.services;
  const { caller, signal } = context.call;
  const opened = await imageImport.open(given.image, caller, 'generated');
  const mask = given.object_mask === undefined ? undefined : await imageImport.open(given.object_mask, caller, 'mask');
  const { upload: limits } = firefly.operation(operation).limits;
  if (opened.kind !== 'local' || (mask !== undefined && mask.kind !== 'local')) {
    if (mask !== undefined) throw notLocal('object_mask is applied here');
    return { ...(await requestImage(opened, imageImport, { limits })), known: undefined };
  }
  const object = mask === undefined ? opened.image : await cutOut(opened.image, mask, context);
  const copy = await requestImageCopy(object, imageImport, { limits });
  const order = async () => ({ bytes: await images.read(object) });
  const isTransparent = mask !== undefined || (await images.pixels.run('isTransparent', object, order, signal));
  const notes = mask === undefined ? [] : [`The object was cut out of ${opened.image.id} as ${object.id}.`];
  const { width, height } = copy.copy;
  return { ...copy, notes: [...notes, ...copy.notes], known: { width, height, isTransparent } };
}

/** The part of a picture that a mask opens, as a picture of its own with transparency around it. */
async function cutOut(
  picture: Still<ImageRecord>,
  given: Extract<GivenPicture, { kind: 'local' }>,
  context: MaskContext,
): Promise<Still<ImageRecord>> {
  const { imageImport, images } = context.services;
  return inTurn([picture, given.image], async () => {
    const { coverage, record } = await maskOf(given, picture, context);
    requireOpen(coverage);
    const order = async () => ({ bytes: await images.read(picture), mask: await images.read(record) });
    const cut = await images.pixels.run('cutOut', [picture, record], order, context.call.signal);
    const facts = { tool: context.tool, sources: [picture.id], mask: record.id };
    return imageImport.keep(cut, { kind: 'import', facts }, context.call.caller);
  });
}

/** @param why a clause that says what the pixels are needed for */
export function notLocal(why: string) {
  return pictureNotLocal(
    `${why}, and of a URL or upload id only Adobe knows the pixels.`,
    'Give the pictures themselves: by paths or data URIs.',
  );
}
