import type { Size } from '../../firefly/contract/common.ts';
import { ExpandImageRequestV3 } from '../../firefly/contract/expand-images.ts';
import type { Edit, GivenMask, GivenPicture } from '../drawing/picture.ts';
import { readEditBody } from '../rules/edit-body.ts';
import * as errors from '../http/errors.ts';
import * as pictureErrors from '../http/picture-errors.ts';
import { keptBy, sizeOf } from '../rules/given-pixels.ts';
import { placementOf } from '../rules/placement.ts';
import { LONGEST_EXPANDED } from '../rules/sizes.ts';
import { pictureOf } from '../rules/sources.ts';
import { admit, editFormatOf, seedsOf } from '../rules/job-request.ts';
import type { ImageJob } from './image-job.ts';
import type { Call } from './operation.ts';

interface Input {
  readonly body: ExpandImageRequestV3;
  readonly seeds: readonly number[];
  readonly size: Size;
  readonly edit: Edit;
}

/** Outpainting: the source on a larger canvas, with a scene around it. */
export const expandImages: ImageJob<Input> = {
  id: 'expandImagesV3Async',
  path: '/v3/images/expand-async',
  read: async (call) => {
    const { world } = call;
    const body = readEditBody(call, ExpandImageRequestV3);
    const seeds = seedsOf(body, call);
    checkSize(body.size, call);
    const source = pictureOf(body.image.source, world);
    if (body.mask === undefined) return { body, seeds, ...(await placed(source, body, call)) };
    const mask = { picture: pictureOf(body.mask.source, world), invert: body.mask.invert ?? false };
    return { body, seeds, ...(await masked(source, mask, body.size)) };
  },
  plan: ({ body, seeds, size, edit }, call) => {
    const { prompt = '' } = body;
    const policy = admit(prompt, 'v3');
    const format = editFormatOf(call);
    const pictures = seeds.map((seed) => ({ prompt, seed, style: 'expand', ...size, format, edit }));
    return { prompt, model: 'expand', pictures, ...size, policy };
  },
};

/** OpenAPI `ExpandImageRequestV3.size`: at most 3999 by 3999, by its text; its schema would let 4096 pass. */
function checkSize(size: Size | undefined, { world }: Call): void {
  const faults = (['width', 'height'] as const)
    .filter((side) => (size?.[side] ?? 0) > LONGEST_EXPANDED)
    .map((side) => errors.tooLarge(['body', 'size', side], LONGEST_EXPANDED));
  if (faults.length > 0) throw errors.fieldErrors(faults, world.settings.schemaErrors);
}

type Planned = Pick<Input, 'size' | 'edit'>;

/** The source where alignment and insets put it. */
async function placed(source: GivenPicture, body: ExpandImageRequestV3, { world }: Call): Promise<Planned> {
  // OpenAPI default.
  const { size = { width: 2048, height: 2048 }, placement } = body;
  const place = placementOf(await sizeOf(source, 'image'), size, placement);
  if (place) return { size, edit: { source, place } };
  const msg = 'the insets must not be negative and must leave room for the image';
  const fault = { loc: ['body', 'placement', 'inset'], msg, type: 'value_error' };
  throw errors.fieldErrors([fault], world.settings.schemaErrors);
}

/**
 * The source where the mask keeps something. Adobe's SDK says that the mask is larger than the source and that the
 * result has its size; that the source fills the rectangle around what the mask keeps is ours.
 */
async function masked(source: GivenPicture, mask: GivenMask, wanted: Size | undefined): Promise<Planned> {
  const original = await sizeOf(source, 'image');
  const { size, kept } = await keptBy(mask);
  const larger = size.width >= original.width && size.height >= original.height;
  const same = size.width === original.width && size.height === original.height;
  if (!larger || same) throw errors.semantic('The mask must be larger than the image that is to be expanded');
  if (Math.max(size.width, size.height) > LONGEST_EXPANDED) {
    throw errors.semantic(`The mask must not be larger than ${LONGEST_EXPANDED}x${LONGEST_EXPANDED}`);
  }
  if (wanted && (wanted.width !== size.width || wanted.height !== size.height))
    throw pictureErrors.maskSize(size, wanted);
  if (kept === undefined) throw errors.semantic('The mask must be black where the image lies');
  return { size, edit: { source, mask, place: kept } };
}
