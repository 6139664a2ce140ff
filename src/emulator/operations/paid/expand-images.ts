import type { Size } from '../../../firefly/contract/common.ts';
import { ExpandImageRequestV3 } from '../../../firefly/contract/paid/expand-images.ts';
import type { Edit, GivenMask, GivenPicture } from '../../drawing/picture.ts';
import { readEditBody } from '../../rules/edit-body.ts';
import * as errors from '../../http/errors/errors.ts';
import * as pictureErrors from '../../http/errors/picture-errors.ts';
import { keptBy, sizeOf } from '../../rules/given-pixels.ts';
import { placementOf } from '../../rules/placement.ts';
import { LONGEST_EXPANDED } from '../../rules/sizes.ts';
import { pictureOf } from '../../rules/sources.ts';
import { applyTriggerWords, formatOf, seedsOf } from '../../rules/job-request.ts';
import type { ImageJob } from './image-job.ts';
import type { Call } from '../operation.ts';

interface Input {
  readonly body: ExpandImageRequestV3;
  readonly seeds: readonly number[];
  readonly size: Size;
  readonly edit: Edit;
}

/** Outpainting: the source on a larger canvas, surrounded by a scene. */
export const expandImages: ImageJob<Input> = {
  id: 'expandImagesV3Async',
  path: '/v3/images/expand-async',
  read: async (call) => {
    const { context } = call;
    const body = readEditBody(call, ExpandImageRequestV3);
    const seeds = seedsOf(body, call);
    checkSize(body.size, call);
    const source = pictureOf(body.image.source, context);
    if (body.mask === undefined) return { body, seeds, ...(await planPlacement(source, body, call)) };
    const mask = { picture: pictureOf(body.mask.source, context), invert: body.mask.invert ?? false };
    return { body, seeds, ...(await planMask(source, { mask, requested: body.size }, call)) };
  },
  plan: ({ body, seeds, size, edit }, call) => {
    const { prompt = '' } = body;
    const behaviour = applyTriggerWords(prompt, 'v3');
    const format = formatOf(call);
    const pictures = seeds.map((seed) => ({ prompt, seed, style: 'expand', ...size, format, edit }));
    return { prompt, model: 'expand', pictures, ...size, behaviour };
  },
};

/** OpenAPI `ExpandImageRequestV3.size`: 3999 by 3999 at most by its description; its schema allows 4096. */
function checkSize(size: Size | undefined, { context }: Call): void {
  const fieldErrors = (['width', 'height'] as const)
    .filter((side) => (size?.[side] ?? 0) > LONGEST_EXPANDED)
    .map((side) => errors.tooLarge(['body', 'size', side], LONGEST_EXPANDED));
  if (fieldErrors.length > 0) throw errors.fieldErrors(fieldErrors, context.settings.schemaErrors);
}

type Planned = Pick<Input, 'size' | 'edit'>;

/** Places the source by alignment and insets. */
async function planPlacement(source: GivenPicture, body: ExpandImageRequestV3, { context }: Call): Promise<Planned> {
  // OpenAPI default.
  const { size = { width: 2048, height: 2048 }, placement } = body;
  const position = placementOf(await sizeOf(source, 'image'), size, placement);
  if (position) return { size, edit: { source, position, drift: context.settings.drift } };
  const msg = 'the insets must not be negative and must leave room for the image';
  const fieldError = { loc: ['body', 'placement', 'inset'], msg, type: 'value_error' };
  throw errors.fieldErrors([fieldError], context.settings.schemaErrors);
}

/**
 * Places the source by the mask. Adobe's SDK says that the mask is larger than the source and that the result has the
 * mask's size. That the source fills the bounding box of the kept pixels is our rule.
 */
async function planMask(
  source: GivenPicture,
  { mask, requested }: { readonly mask: GivenMask; readonly requested: Size | undefined },
  { context }: Call,
): Promise<Planned> {
  const original = await sizeOf(source, 'image');
  const { size, kept } = await keptBy(mask);
  const larger = size.width >= original.width && size.height >= original.height;
  const same = size.width === original.width && size.height === original.height;
  if (!larger || same) throw errors.semantic('The mask must be larger than the image that is to be expanded');
  if (Math.max(size.width, size.height) > LONGEST_EXPANDED) {
    throw errors.semantic(`The mask must not be larger than ${LONGEST_EXPANDED}x${LONGEST_EXPANDED}`);
  }
  if (requested && (requested.width !== size.width || requested.height !== size.height))
    throw pictureErrors.maskSize(size, requested);
  if (kept === undefined) throw errors.semantic('The mask must be black where the image lies');
  return { size, edit: { source, mask, position: kept, drift: context.settings.drift } };
}
