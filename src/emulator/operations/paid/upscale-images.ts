import { AcceptLinks } from '../../../firefly/contract/accept.ts';
import { UpscaleImagesRequestV3 } from '../../../firefly/contract/paid/upscale-images.ts';
import type { GivenPicture } from '../../drawing/picture.ts';
import * as errors from '../../http/errors/errors.ts';
import { readJson } from '../../http/errors/validation.ts';
import { sizeOf } from '../../rules/given-pixels.ts';
import { accept, applyTriggerWords, formatOf, linksOf } from '../../rules/job-request.ts';
import { pictureOf } from '../../rules/sources.ts';
import { PAID_SUBMIT } from './image-job.ts';
import { defineOperation } from '../operation.ts';

interface Input {
  readonly seeds: readonly number[];
  readonly factor: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly source: GivenPicture;
}

const MODELS = ['precise_upsampler_v1'];
/** Ours: Adobe names "6k" as the largest result, and neither a number nor its answer beyond. */
const LONGEST_SIDE = 6000;

/** A larger rendition of a picture, one for each seed. The response is 202 with links and no job id. */
export const upscaleImages = defineOperation<Input>({
  ...PAID_SUBMIT,
  id: 'preciseUpsamplerV3Async',
  path: '/v3/images/upscale',
  answers: { 202: AcceptLinks },
  read: async ({ headers, body: raw, context }) => {
    const version = String(headers['x-model-version'] ?? MODELS[0]);
    // Live: an unknown model is 422 with a message, and no `validation_errors`.
    if (!MODELS.includes(version)) throw errors.modelVersion(version, MODELS);
    const form = context.settings.schemaErrors;
    // OpenAPI default of the factor.
    const { image, seeds, upscaleFactor: factor = 2 } = readJson(raw, UpscaleImagesRequestV3, form);
    const source = pictureOf(image.source, context);
    const own = await sizeOf(source, 'image');
    const size = { width: own.width * factor, height: own.height * factor };
    if (Math.max(size.width, size.height) > LONGEST_SIDE) {
      throw errors.semantic(`The result must not exceed ${LONGEST_SIDE} pixels on its longer side`);
    }
    return { seeds, factor, size, source };
  },
  handle: ({ seeds, factor, size, source }, call) => {
    const common = { prompt: `upscaled ${factor}x`, style: 'upscale', ...size, format: formatOf(call) };
    const job = accept(
      {
        operation: 'preciseUpsamplerV3Async',
        prompt: '',
        model: 'precise_upsampler_v1',
        pictures: seeds.map((seed) => ({ ...common, seed, rework: { kind: 'upscale', source } as const })),
        ...size,
        behaviour: applyTriggerWords('', 'v3'),
        results: 'presigned',
      },
      call,
    );
    const links = linksOf(job, call.context);
    return {
      status: 202,
      content: { json: { links: { cancel: { href: links.cancel }, result: { href: links.status } }, progress: 0 } },
    };
  },
});
