import type { PaidRequest } from '../../jobs/model/types.ts';
import { countOf } from '../arguments/prompt-rules.ts';
import { checkedBody } from '../edit/request-image.ts';
import type { MaskContext } from '../edit/masks/request-mask.ts';
import type { CompositeInput } from './composite-input.ts';
import { picturesOf } from './request-pictures.ts';
import { madeOf } from '../edit/made-of.ts';
import { compositeBackground } from './composite-background.ts';
import { compositeObject } from './composite-object.ts';

/** OpenAPI default of `blend`. */
const USUAL_BLEND = 0.5;

/**
 * An object in a picture, as it is (`precise`) or painted anew (`adaptive`).
 * @throws Problem as `compositeBackground` and `compositeObject`
 */
export async function placedRequest(
  given: CompositeInput,
  method: 'precise' | 'adaptive',
  context: MaskContext,
): Promise<PaidRequest> {
  const operation = method === 'precise' ? 'preciseComposite' : 'adaptiveComposite';
  const { background: scene = '', mask: where = '', invert_mask, whole_picture } = given;
  const { background, mask, result, edit, notes } = await compositeBackground(
    { background: scene, mask: where, invert_mask, whole_picture },
    operation,
    context,
  );
  const object = await compositeObject(given, operation, context);
  const count = countOf(given);
  const pictures = picturesOf(background, mask, object);
  const common = {
    background: { image: { source: background.source }, fillAreaMask: { source: mask.source } },
    object: { image: { source: object.source } },
    numVariations: count,
    // Adobe's defaults are constants, so that a repeated call would be the order of the first pictures, paid again.
    seeds: given.seeds ?? { $seeds: count },
    // Without loss; the default is not documented.
    output: { mediaType: 'image/png' },
  } as const;
  const facts = {
    tool: 'composite_image',
    ...madeOf({ object, background, mask }),
    demo: context.call.settings.demo || undefined,
  };
  const request = {
    tool: 'composite_image',
    model: undefined,
    pictures,
    count,
    edit,
    // Adobe promises none of what it makes.
    size: result,
    facts,
    warnings: [...notes, ...background.notes, ...mask.notes, ...object.notes],
  };
  if (operation === 'preciseComposite') {
    const body = checkedBody(operation, { ...common, blend: given.blend }, pictures);
    const { blend = USUAL_BLEND } = given;
    const note = `Blend ${blend}: 0 fits the colours of the object to the picture, 1 leaves them as they are.`;
    return { ...request, operation, body, warnings: [...request.warnings, note] };
  }
  const body = checkedBody(
    operation,
    {
      ...common,
      harmonization: given.harmonization,
      shadowIntensity: given.shadow,
      preserveBackground: given.preserve_background,
    },
    pictures,
  );
  return { ...request, operation, body };
}
