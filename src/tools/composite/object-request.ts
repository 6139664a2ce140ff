import type { PaidRequest } from '../../jobs/model/types.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { countOf } from '../arguments/prompt-rules.ts';
import { checkedBody, requestImage } from '../edit/request-image.ts';
import type { MaskContext } from '../edit/masks/request-mask.ts';
import { checkStyle, styleOf } from '../generate/style.ts';
import { legalSize } from '../generate/generation-size.ts';
import { ADOBES_DEFAULT_SIZE, FILL_SIZES, type Pair, sizeName } from '../generate/sizes.ts';
import type { CompositeInput } from './composite-input.ts';
import { picturesOf } from './request-pictures.ts';
import { madeOf } from '../edit/made-of.ts';
import { compositeObject, type CompositeObject } from './composite-object.ts';

/**
 * A scene from words around an object.
 * @throws Problem `invalid_argument`, also where Adobe's conditions for an object are not met
 */
export async function objectRequest(given: CompositeInput, context: MaskContext): Promise<PaidRequest> {
  const size = legalSize(given.size ?? sizeName(ADOBES_DEFAULT_SIZE), 'composite_image', FILL_SIZES);
  const placement = placementOf(given, size);
  checkStyle(given);
  const object = await compositeObject(given, 'generateObjectCompositeV3Async', context);
  requireRoom(object, size);
  const styleImage = await styleImageOf(given.style_image, context);
  const pictures = picturesOf(object, ...(styleImage === undefined ? [] : [styleImage]));
  const body = checkedBody(
    'generateObjectCompositeV3Async',
    {
      image: { source: object.source },
      prompt: given.prompt ?? '',
      placement,
      style: styleOf(given, styleImage),
      contentClass: given.content_class,
      numVariations: countOf(given),
      seeds: given.seeds,
      size,
    },
    pictures,
  );
  return {
    tool: 'composite_image',
    operation: 'generateObjectCompositeV3Async',
    model: undefined,
    body,
    pictures,
    count: countOf(given),
    size,
    facts: {
      tool: 'composite_image',
      prompt: given.prompt,
      contentClass: given.content_class,
      ...madeOf({ object, style: styleImage }),
      demo: context.call.settings.demo || undefined,
    },
    warnings: [...object.notes, ...(styleImage?.notes ?? []).map((note) => `style_image: ${note}`)],
  };
}

async function styleImageOf(text: string | undefined, { services, call }: MaskContext) {
  if (text === undefined) return undefined;
  const { upload: limits } = services.firefly.operation('generateObjectCompositeV3Async').limits;
  const opened = await services.imageImport.open(text, call.caller, 'generated');
  return requestImage(opened, services.imageImport, { limits });
}

/** Alignment or insets: Adobe's pages name one or the other. */
function placementOf(given: CompositeInput, size: Pair) {
  const { align_horizontal: horizontal, align_vertical: vertical } = given;
  const { inset_left: left, inset_top: top, inset_right: right, inset_bottom: bottom } = given;
  const isAligned = horizontal !== undefined || vertical !== undefined;
  const hasInsets = [left, top, right, bottom].some((inset) => inset !== undefined);
  if (isAligned && hasInsets) throw invalidArgument('Alignment and insets exclude each other.', 'Give one of the two.');
  if (isAligned) return { alignment: { horizontal, vertical } };
  if (!hasInsets) return undefined;
  const room = { width: size.width - (left ?? 0) - (right ?? 0), height: size.height - (top ?? 0) - (bottom ?? 0) };
  if (room.width > 0 && room.height > 0) return { inset: { left, top, right, bottom } };
  throw invalidArgument(`The insets leave no room in ${sizeName(size)}.`, 'Give smaller ones.');
}

/** Adobe's condition: a result larger than the picture, or a transparent part. The size of a URL is not known here. */
function requireRoom({ known }: CompositeObject, size: Pair): void {
  if (known === undefined || known.isTransparent) return;
  const isLarger = size.width >= known.width && size.height >= known.height && sizeName(size) !== sizeName(known);
  if (isLarger) return;
  throw invalidArgument(
    `The object has ${sizeName(known)} pixels and no transparency, so that in ${sizeName(size)} there is no room for a scene around it.`,
    'Give object_mask, whose white part is the object; a PNG or WebP with transparency; or a larger size.',
  );
}
