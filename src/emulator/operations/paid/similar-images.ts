import { MODEL_VERSIONS_SIMILAR, SimilarImagesRequestV3 } from '../../../firefly/contract/paid/similar-images.ts';
import type { GivenPicture } from '../../drawing/picture.ts';
import * as errors from '../../http/errors/errors.ts';
import { readJson } from '../../http/errors/validation.ts';
import { sizeOf } from '../../rules/given-pixels.ts';
import { applyTriggerWords, formatOf, seedsOf } from '../../rules/job-request.ts';
import { SIZES_OF_EDITS } from '../../rules/sizes.ts';
import { pictureOf } from '../../rules/sources.ts';
import type { ImageJob } from './image-job.ts';

interface Input {
  readonly model: (typeof MODEL_VERSIONS_SIMILAR)[number];
  readonly seeds: readonly number[];
  readonly size: { readonly width: number; readonly height: number };
  readonly source: GivenPicture;
}

/** Similar pictures: variations of a source. */
export const similarImages: ImageJob<Input> = {
  id: 'generateSimilarImagesV3Async',
  path: '/v3/images/generate-similar-async',
  read: async (call) => {
    const { headers, context } = call;
    const form = context.settings.schemaErrors;
    // OpenAPI default.
    const given = headers['x-model-version'] ?? 'image3';
    const model = MODEL_VERSIONS_SIMILAR.find((name) => name === given);
    if (model === undefined) throw errors.modelVersion(String(given), MODEL_VERSIONS_SIMILAR);
    const body = readJson(call.body, SimilarImagesRequestV3, form);
    const seeds = seedsOf(body, call);
    // OpenAPI default, whatever the picture's own size and shape.
    const { size = { width: 2048, height: 2048 } } = body;
    if (!SIZES_OF_EDITS.some(([width, height]) => width === size.width && height === size.height)) {
      throw errors.sizeNotOffered(SIZES_OF_EDITS, form);
    }
    const source = pictureOf(body.image.source, context);
    await sizeOf(source, 'image');
    return { model, seeds, size, source };
  },
  plan: ({ model, seeds, size, source }, call) => {
    const behaviour = applyTriggerWords('', 'v3');
    const common = { prompt: 'variation', style: model, ...size, format: formatOf(call) };
    const pictures = seeds.map((seed) => ({ ...common, seed, rework: { kind: 'vary', source } as const }));
    return { prompt: '', model, pictures, ...size, behaviour };
  },
};
