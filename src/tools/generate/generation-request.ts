import { chooseStylePresets } from './choose-style-presets.ts';
import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import type { ImageFacts } from '../../images/types.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { type ModelHeader, type GenerateImageInput } from './generation-rules.ts';
import { chooseRatioV4, chooseSize } from './generation-size.ts';
import { checkedBody, type RequestImage } from '../edit/request-image.ts';
import { countOf } from '../arguments/prompt-rules.ts';

/** Model, reference pictures and tool of a request. */
export interface Target {
  readonly tool: string;
  readonly header: ModelHeader;
  /** Asset id, for headers that end in `_custom`. */
  readonly customModel: string | undefined;
  readonly demo: boolean;
  readonly warnings: readonly string[];
  /** The reference pictures of the input. */
  readonly styleImage?: RequestImage | undefined;
  readonly structureImage?: RequestImage | undefined;
}

/**
 * The paid request for an input that `checkGenerationInput` has accepted. Pure. The remaining rules, of sizes and of the
 * body as a whole, are checked here, so that no money goes into a request that cannot work.
 * @throws Problem `invalid_argument`
 */
export function buildRequest(input: GenerateImageInput, target: Target): PaidRequest {
  return target.header === 'image5' ? requestV4(input, target, target.header) : requestV3(input, target, target.header);
}

function requestV3(input: GenerateImageInput, target: Target, header: ModelVersionV3): PaidRequest {
  const { size, warnings } = chooseSize(input, header);
  const { styleImage, structureImage } = target;
  const references = [styleImage, structureImage].filter((reference) => reference !== undefined);
  const pictures = references.flatMap(({ uploads }) => uploads);
  const body = checkedBody(
    'generateImagesV3Async',
    {
      prompt: input.prompt,
      negativePrompt: input.negative_prompt,
      contentClass: input.content_class,
      numVariations: countOf(input),
      seeds: input.seeds,
      size: size ?? DEFAULT_SIZE,
      promptBiasingLocaleCode: input.locale,
      style: (input.style_presets || styleImage) && {
        presets: chooseStylePresets(input.style_presets),
        strength: input.style_strength,
        imageReference: styleImage && { source: styleImage.source },
      },
      structure: structureImage && {
        strength: input.structure_strength,
        imageReference: { source: structureImage.source },
      },
      visualIntensity: input.visual_intensity,
      customModelId: target.customModel,
      upsamplerType: input.upsampler,
    },
    pictures,
  );
  return {
    ...common(input, target),
    operation: 'generateImagesV3Async',
    model: header,
    body,
    pictures,
    size: size ?? DEFAULT_SIZE,
    warnings: [
      ...target.warnings,
      ...warnings,
      ...(styleImage?.notes ?? []).map((note) => `style_image: ${note}`),
      ...(structureImage?.notes ?? []).map((note) => `structure_image: ${note}`),
    ],
  };
}

/** Adobe's own default, sent explicitly so that the job knows its size. */
const DEFAULT_SIZE = { width: 2048, height: 2048 } as const;

function requestV4(input: GenerateImageInput, target: Target, header: 'image5'): PaidRequest {
  const payload = { localeCode: input.locale, prompt_reasoner: input.prompt_reasoner };
  const body = checkedBody('generateImagesV4Async', {
    prompt: input.prompt,
    aspectRatio: chooseRatioV4(input.aspect_ratio),
    resolutionLevel: input.resolution,
    seeds: input.seeds,
    modelSpecificPayload: input.locale || input.prompt_reasoner ? payload : undefined,
  });
  return {
    ...common(input, target),
    operation: 'generateImagesV4Async',
    model: header,
    body,
    // Adobe documents the level of resolution, not the pixels.
    size: undefined,
    warnings: target.warnings,
  };
}

function common(input: GenerateImageInput, target: Target) {
  const sources = [target.styleImage?.handle, target.structureImage?.handle].filter((handle) => handle !== undefined);
  const facts: ImageFacts = {
    tool: target.tool,
    prompt: input.prompt,
    negativePrompt: input.negative_prompt,
    model: target.header,
    customModel: target.customModel,
    contentClass: input.content_class,
    sources: sources.length === 0 ? undefined : sources,
    demo: target.demo || undefined,
  };
  return { tool: target.tool, count: countOf(input), facts };
}
