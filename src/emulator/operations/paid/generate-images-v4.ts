import { AcceptLinks } from '../../../firefly/contract/accept.ts';
import { GenerateImagesRequestV4 } from '../../../firefly/contract/paid/generate-images-v4.ts';
import * as errors from '../../http/errors/errors.ts';
import { sizeOfEdit, SIZES_V4 } from '../../rules/sizes.ts';
import { readReference, type Reference } from '../../rules/sources.ts';
import { accept, applyTriggerWords, formatOf, linksOf, seedsOf } from '../../rules/job-request.ts';
import { readJson } from '../../http/errors/validation.ts';
import { defineOperation } from '../operation.ts';
import { PAID_SUBMIT } from './image-job.ts';

interface Input {
  readonly body: GenerateImagesRequestV4;
  readonly seeds: readonly number[];
  readonly reference: Reference | undefined;
}

const MODELS = ['image5'];
/** Adobe's page on Image 5 says that payloads which do not conform are rejected; upload ids are UUIDs of any version. */
const V4 = { unknownKeys: 'refused', uploadIds: 'uuid' } as const;

/** Text to image and instruct edit with Image 5. The response is 200 with links, not 202. */
export const generateImagesV4 = defineOperation<Input>({
  ...PAID_SUBMIT,
  id: 'firefly_image_v5_generate_async_v4',
  path: '/v4/images/generate-async',
  answers: { 200: AcceptLinks },
  read: async (call) => {
    const version = call.headers['x-model-version'];
    if (version === undefined || !MODELS.includes(String(version))) {
      throw errors.modelVersion(version === undefined ? undefined : String(version), MODELS);
    }
    const form = call.context.settings.schemaErrors;
    const body = readJson(call.body, GenerateImagesRequestV4, form, V4);
    const [reference] = body.referenceBlobs ?? [];
    if (reference && body.aspectRatio !== undefined && body.aspectRatio !== 'auto') {
      const msg = 'aspectRatio must be omitted or auto when referenceBlobs is not empty';
      throw errors.fieldErrors([{ loc: ['body', 'aspectRatio'], msg, type: 'value_error' }], form);
    }
    return {
      body,
      seeds: seedsOf(body, call),
      reference: reference && (await readReference(reference.source, call.context)),
    };
  },
  handle: ({ body, seeds, reference }, call) => {
    const { prompt, aspectRatio = 'auto', resolutionLevel = '2.4MP', modelSpecificPayload } = body;
    const behaviour = applyTriggerWords(prompt, 'v4');
    // Ours: Adobe does not document the ratio of `auto` without a reference; a square is the default elsewhere.
    const [width, height] = reference
      ? sizeOfEdit(resolutionLevel, reference.size)
      : SIZES_V4[resolutionLevel][aspectRatio === 'auto' ? '1:1' : aspectRatio];
    const rework = reference && ({ kind: 'edit', source: reference.source } as const);
    const format = formatOf(call);
    const pictures = seeds.map((seed) => ({ prompt, seed, style: 'image5', width, height, format, rework }));
    // OpenAPI `prompt_reasoner`: only `quality` fills altText.
    const altText = modelSpecificPayload?.prompt_reasoner === 'quality' ? `A drawing for: ${prompt}` : '';
    const operation = 'firefly_image_v5_generate_async_v4';
    const job = accept({ operation, prompt, model: 'image5', pictures, width, height, behaviour, altText }, call);
    const links = linksOf(job, call.context);
    return {
      status: 200,
      content: { json: { links: { cancel: { href: links.cancel }, result: { href: links.status } }, progress: 0 } },
    };
  },
});
