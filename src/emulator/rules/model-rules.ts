import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import type { GenerateImagesRequestV3 } from '../../firefly/contract/paid/generate-images-v3.ts';
import * as errors from '../http/errors/errors.ts';
import type { EmulatorContext } from '../context.ts';

type Field = keyof GenerateImagesRequestV3;

/** Fields that a model does not support, by their descriptions in Adobe's OpenAPI. */
const NOT_SUPPORTED: Readonly<Record<ModelVersionV3, readonly Field[]>> = {
  image3: ['upsamplerType'],
  image3_custom: ['upsamplerType', 'negativePrompt'],
  image4_standard: ['upsamplerType'],
  image4_ultra: ['upsamplerType'],
  image4_custom: ['negativePrompt', 'visualIntensity'],
};

/**
 * Refuses fields that the model does not support. Ours: Adobe documents the fields, but not the error, so it has the
 * form of any other field error.
 * @throws Refusal
 */
export function checkFields(body: GenerateImagesRequestV3, model: ModelVersionV3, form: 'live' | 'spec'): void {
  const given = NOT_SUPPORTED[model].filter((field) => body[field] !== undefined);
  if (given.length === 0) return;
  const fieldErrors = given.map((field) => ({
    loc: ['body', field],
    msg: `${field} is not supported with x-model-version ${model}`,
    type: 'value_error',
  }));
  throw errors.fieldErrors(fieldErrors, form);
}

/**
 * Checks the custom model of `image3_custom` and `image4_custom`: it must be shared with the credentials, and a model
 * that was trained on a subject requires its concept in the prompt (OpenAPI `CustomModelFF3pInfo.trainingMode`).
 * @throws Refusal
 */
export function checkCustomModel(
  body: GenerateImagesRequestV3,
  version: ModelVersionV3,
  context: EmulatorContext,
): void {
  if (!version.endsWith('_custom')) return;
  const { customModelId, prompt } = body;
  if (customModelId === undefined) {
    const fieldError = { loc: ['body', 'customModelId'], msg: 'field required', type: 'value_error.missing' };
    throw errors.fieldErrors([fieldError], context.settings.schemaErrors);
  }
  const model = context.models.find(customModelId);
  // Ours: Adobe's answer to a custom model that is not shared with the credentials is not public.
  if (model === undefined) throw errors.semantic('The custom model could not be found or is not shared with you.');
  if (model.trainingMode !== 'subject') return;
  if (prompt.toLowerCase().includes(model.conceptId.toLowerCase())) return;
  throw errors.semantic(`The prompt must contain the concept of the custom model: ${model.conceptId}`);
}
