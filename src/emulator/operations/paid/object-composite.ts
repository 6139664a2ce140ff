import { ObjectCompositeRequestV3 } from '../../../firefly/contract/paid/composites.ts';
import type { Composite } from '../../drawing/picture.ts';
import { readEditBody } from '../../rules/edit-body.ts';
import * as errors from '../../http/errors/errors.ts';
import { isTransparent, sizeOf } from '../../rules/given-pixels.ts';
import { applyTriggerWords, formatOf, seedsOf } from '../../rules/job-request.ts';
import { SIZES_OF_EDITS } from '../../rules/sizes.ts';
import { pictureOf } from '../../rules/sources.ts';
import type { ImageJob } from './image-job.ts';

interface Input {
  readonly prompt: string;
  readonly contentClass: 'photo' | 'art' | undefined;
  readonly seeds: readonly number[];
  readonly size: { readonly width: number; readonly height: number };
  readonly composite: Composite;
}

/** An object in a scene from words. Where it goes is ours: the middle, or inside of the insets; a mask is checked only. */
export const objectComposite: ImageJob<Input> = {
  id: 'generateObjectCompositeV3Async',
  path: '/v3/images/generate-object-composite-async',
  read: async (call) => {
    const { context } = call;
    const body = readEditBody(call, ObjectCompositeRequestV3);
    const seeds = seedsOf(body, call);
    // OpenAPI default.
    const { prompt, contentClass, size = { width: 2048, height: 2048 }, mask, placement } = body;
    if (!SIZES_OF_EDITS.some(([width, height]) => width === size.width && height === size.height)) {
      throw errors.sizeNotOffered(SIZES_OF_EDITS, context.settings.schemaErrors);
    }
    const object = pictureOf(body.image.source, context);
    const own = await sizeOf(object, 'image');
    if (mask) await sizeOf(pictureOf(mask.source, context), 'mask');
    // OpenAPI: one of three conditions must be true.
    const isLarger = size.width * size.height > own.width * own.height;
    if (!isLarger && !mask && !(await isTransparent(object))) {
      throw errors.semantic('The image needs a transparent layer or a mask, or the size must be larger than the image');
    }
    const { left = 0, top = 0, right = 0, bottom = 0 } = placement?.inset ?? {};
    const place = { left, top, width: size.width - left - right, height: size.height - top - bottom };
    if (Math.min(left, top, right, bottom) < 0 || place.width < 1 || place.height < 1) {
      throw errors.semantic('The insets leave no room for the image');
    }
    return { prompt, contentClass, seeds, size, composite: { object, place } };
  },
  plan: ({ prompt, contentClass, seeds, size, composite }, call) => {
    const behaviour = applyTriggerWords(prompt, 'v3');
    const common = { prompt, style: 'object', ...size, format: formatOf(call), composite };
    return {
      prompt,
      model: 'object',
      contentClass,
      pictures: seeds.map((seed) => ({ ...common, seed })),
      ...size,
      behaviour,
    };
  },
};
