import type { GivenPicture } from '../../images/import/image-import.ts';
import { inTurn } from '../../images/decodable.ts';
import { requireOpen } from '../../images/masks/coverage.ts';
import { decodeAlpha, readHeader } from '../../images/masks/decode.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../../images/sharp.ts';
import type { ImageRecord, Still } from '../../images/types.ts';
import type { OperationId } from '../../firefly/types.ts';
import { requestImage, requestImageCopy, type RequestImage } from '../edit/request-image.ts';
import { type MaskContext, maskOf, yieldToEventLoop } from '../edit/request-mask.ts';
import { join } from '../../images/masks/refining/combine.ts';
import type { Mask } from '../../images/masks/mask.ts';

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
  const { caller } = context.call;
  const opened = await imageImport.open(given.image, caller, 'generated');
  const mask = given.object_mask === undefined ? undefined : await imageImport.open(given.object_mask, caller, 'mask');
  const { upload: limits } = firefly.operation(operation).limits;
  if (opened.kind !== 'local' || (mask !== undefined && mask.kind !== 'local')) {
    if (mask !== undefined) throw notLocal('object_mask is applied here');
    return { ...(await requestImage(opened, imageImport, { limits })), known: undefined };
  }
  const object = mask === undefined ? opened.image : await cutOut(opened.image, mask, context);
  const copy = await requestImageCopy(object, imageImport, { limits });
  const isTransparent =
    mask !== undefined || (await inTurn(object, async () => hasTransparency(await images.read(object))));
  const notes = mask === undefined ? [] : [`The object was cut out of ${opened.image.id} as ${object.id}.`];
  const { width, height } = copy.copy;
  return { ...copy, notes: [...notes, ...copy.notes], known: { width, height, isTransparent } };
}

async function hasTransparency(bytes: Uint8Array): Promise<boolean> {
  if (!(await readHeader(bytes)).hasAlpha) return false;
  return (await decodeAlpha(bytes)).data.some((alpha) => alpha < 255);
}

/** The part of a picture that a mask opens, as a picture of its own with transparency around it. */
async function cutOut(
  picture: Still<ImageRecord>,
  given: Extract<GivenPicture, { kind: 'local' }>,
  context: MaskContext,
): Promise<Still<ImageRecord>> {
  const { imageImport, images } = context.services;
  return inTurn([picture, given.image], async () => {
    const { mask, coverage, record } = await maskOf(given, picture, context);
    requireOpen(coverage);
    const bytes = await images.read(picture);
    const own = (await readHeader(bytes)).hasAlpha ? await decodeAlpha(bytes) : undefined;
    // What is transparent already stays so.
    const alpha = own ? await join(mask, 'intersect', own, yieldToEventLoop(context)) : mask;
    const cut = await withAlpha(bytes, alpha);
    const facts = { tool: context.tool, sources: [picture.id], mask: record.id };
    return imageImport.keep(cut, { kind: 'import', facts }, context.call.caller);
  });
}

/** A picture as PNG, upright, with other transparency. */
async function withAlpha(bytes: Uint8Array, alpha: Mask): Promise<Uint8Array> {
  const sharp = await loadSharp();
  // In two steps: sharp joins channels before it removes any.
  const colours = sharp(bytes, OPEN_OPTIONS).autoOrient().toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' });
  const { data, info } = await colours.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels } })
    .joinChannel(Buffer.from(alpha.data), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

/** @param why a clause that says what the pixels are needed for */
export function notLocal(why: string) {
  return pictureNotLocal(
    `${why}, and of a URL or upload id only Adobe knows the pixels.`,
    'Give the pictures themselves: by paths or data URIs.',
  );
}
