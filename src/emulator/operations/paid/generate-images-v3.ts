import { MODEL_VERSIONS_V3, type ModelVersionV3 } from '../../../firefly/contract/common.ts';
import { GenerateImagesRequestV3 } from '../../../firefly/contract/paid/generate-images-v3.ts';
import * as errors from '../../http/errors/errors.ts';
import { checkCustomModel, checkFields } from '../../rules/model-rules.ts';
import { SIZES_V3 } from '../../rules/sizes.ts';
import { checkSource } from '../../rules/sources.ts';
import { applyTriggerWords, formatOf, seedsOf } from '../../rules/job-request.ts';
import { readJson } from '../../http/errors/validation.ts';
import type { ImageJob } from './image-job.ts';
import type { Call } from '../operation.ts';

interface Input {
  readonly body: GenerateImagesRequestV3;
  readonly model: ModelVersionV3;
  readonly seeds: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** Text to image with Image 3, Image 4 and custom models. */
export const generateImagesV3: ImageJob<Input> = {
  id: 'generateImagesV3Async',
  path: '/v3/images/generate-async',
  read: (call) => {
    const form = call.context.settings.schemaErrors;
    const model = modelOf(call);
    const body = readJson(call.body, GenerateImagesRequestV3, form);
    const seeds = seedsOf(body, call);
    // OpenAPI default; every model supports it.
    const { width, height } = body.size ?? { width: 2048, height: 2048 };
    const sizes = SIZES_V3[model];
    if (!sizes.some((size) => size[0] === width && size[1] === height)) throw errors.sizeNotOffered(sizes, form);
    checkFields(body, model, form);
    checkCustomModel(body, model, call.context);
    checkSource(body.style?.imageReference?.source, call.context);
    checkSource(body.structure?.imageReference?.source, call.context);
    return { body, model, seeds, width, height };
  },
  plan: ({ body, model, seeds, width, height }, call) => {
    const behaviour = applyTriggerWords(body.prompt, 'v3');
    // Without the header of a custom model, Adobe ignores its id and uses the base model.
    const style = model.endsWith('_custom') ? `${model} ${body.customModelId ?? ''}` : model;
    const { prompt } = body;
    const format = formatOf(call);
    const pictures = seeds.map((seed) => ({ prompt, seed, style, width, height, format }));
    const contentClass = body.contentClass ?? 'photo';
    return { prompt, model, pictures, width, height, behaviour, contentClass };
  },
};

/** Model of the request; a missing header means Image 3 (OpenAPI default). */
function modelOf({ headers }: Call): ModelVersionV3 {
  const given = headers['x-model-version'] ?? 'image3';
  const model = MODEL_VERSIONS_V3.find((name) => name === given);
  if (model === undefined) throw errors.modelVersion(String(given), MODEL_VERSIONS_V3);
  return model;
}
