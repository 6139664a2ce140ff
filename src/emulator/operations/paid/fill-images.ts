import type { Size } from '../../../firefly/contract/common.ts';
import { FillImageRequestV3 } from '../../../firefly/contract/paid/fill-images.ts';
import type { Edit } from '../../drawing/picture.ts';
import { readEditBody } from '../../rules/edit-body.ts';
import * as errors from '../../http/errors/errors.ts';
import * as pictureErrors from '../../http/errors/picture-errors.ts';
import { sizeOf } from '../../rules/given-pixels.ts';
import { SIZES_OF_EDITS } from '../../rules/sizes.ts';
import { pictureOf } from '../../rules/sources.ts';
import { applyTriggerWords, formatOf, seedsOf } from '../../rules/job-request.ts';
import type { ImageJob } from './image-job.ts';

interface Input {
  readonly body: FillImageRequestV3;
  readonly seeds: readonly number[];
  readonly size: Size;
  readonly edit: Edit;
}

/** Generative fill: white pixels of the mask are drawn anew. */
export const fillImages: ImageJob<Input> = {
  id: 'fillImagesV3Async',
  path: '/v3/images/fill-async',
  read: async (call) => {
    const { context } = call;
    const body = readEditBody(call, FillImageRequestV3);
    const seeds = seedsOf(body, call);
    const { size: requested } = body;
    const offered = SIZES_OF_EDITS.some(([width, height]) => width === requested?.width && height === requested.height);
    if (requested && !offered) throw errors.sizeNotOffered(SIZES_OF_EDITS, context.settings.schemaErrors);
    const source = pictureOf(body.image.source, context);
    const mask = { picture: pictureOf(body.mask.source, context), invert: body.mask.invert ?? false };
    const [size, maskSize] = [await sizeOf(source, 'image'), await sizeOf(mask.picture, 'mask')];
    if (size.width !== maskSize.width || size.height !== maskSize.height) throw pictureErrors.maskSize(maskSize, size);
    // OpenAPI default, whatever the picture's own size and shape.
    const result = requested ?? { width: 2048, height: 2048 };
    const position = { left: 0, top: 0, ...result };
    return { body, seeds, size: result, edit: { source, mask, position, drift: context.settings.drift } };
  },
  plan: ({ body, seeds, size, edit }, call) => {
    const { prompt = '' } = body;
    const behaviour = applyTriggerWords(prompt, 'v3');
    const format = formatOf(call);
    const pictures = seeds.map((seed) => ({ prompt, seed, style: 'fill', ...size, format, edit }));
    return { prompt, model: 'fill', pictures, ...size, behaviour };
  },
};
