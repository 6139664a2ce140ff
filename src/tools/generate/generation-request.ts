import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import type { ImageFacts } from '../../images/types.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { checkGenerationInput, type GenerateImageInput, type ModelHeader } from './generation-rules.ts';
import type { AskedRatio } from '../arguments/asked-ratio.ts';
import { chooseRatioV4, chooseSize, type ChosenSize } from './generation-size.ts';
import { styleOf } from './style.ts';
import { madeOf } from '../edit/made-of.ts';
import { checkedBody, type RequestImage } from '../edit/request-image.ts';
import { countOf } from '../arguments/prompt-rules.ts';

/** An input that every rule has accepted, with what the rules have chosen for its model. */
export type CheckedGeneration = { readonly input: GenerateImageInput } & (
  | { readonly header: ModelVersionV3; readonly size: ChosenSize }
  | { readonly header: 'image5'; readonly ratio: ReturnType<typeof chooseRatioV4> }
);

/**
 * Checks all that can be checked before a picture is sent: `checkGenerationInput`, then sizes and ratios.
 * @throws Problem `invalid_argument`
 */
export function checkGeneration(input: GenerateImageInput, header: ModelHeader, asked?: AskedRatio): CheckedGeneration {
  checkGenerationInput(input, header);
  if (header === 'image5') return { input, header, ratio: chooseRatioV4(asked) };
  return { input, header, size: chooseSize(input, header, asked) };
}

/** Reference pictures and tool of a request. */
export interface Target {
  readonly tool: string;
  /** Asset id, for headers that end in `_custom`. */
  readonly customModel: string | undefined;
  readonly demo: boolean;
  readonly warnings: readonly string[];
  /** The reference pictures of the input. */
  readonly styleImage?: RequestImage | undefined;
  readonly structureImage?: RequestImage | undefined;
}

/**
 * The paid request. Pure. Only its body as a whole is left to be checked, so that no money goes into a request that cannot
 * work.
 * @throws Problem `invalid_argument`
 */
export function buildRequest(checked: CheckedGeneration, target: Target): PaidRequest {
  return checked.header === 'image5' ? requestV4(checked, target) : requestV3(checked, target);
}

function requestV3(checked: Exclude<CheckedGeneration, { header: 'image5' }>, target: Target): PaidRequest {
  const { input, header } = checked;
  const { size = DEFAULT_SIZE, warnings } = checked.size;
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
      size,
      promptBiasingLocaleCode: input.locale,
      style: styleOf(input, styleImage),
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
    ...common(checked, target),
    operation: 'generateImagesV3Async',
    model: header,
    body,
    pictures,
    size,
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

function requestV4(checked: Extract<CheckedGeneration, { header: 'image5' }>, target: Target): PaidRequest {
  const { input, header, ratio } = checked;
  const payload = { localeCode: input.locale, prompt_reasoner: input.prompt_reasoner };
  const body = checkedBody('generateImagesV4Async', {
    prompt: input.prompt,
    aspectRatio: ratio,
    resolutionLevel: input.resolution,
    seeds: input.seeds,
    modelSpecificPayload: input.locale || input.prompt_reasoner ? payload : undefined,
  });
  return {
    ...common(checked, target),
    operation: 'generateImagesV4Async',
    model: header,
    body,
    // Adobe documents the level of resolution, not the pixels.
    size: undefined,
    warnings: target.warnings,
  };
}

function common({ input, header }: CheckedGeneration, target: Target) {
  const facts: ImageFacts = {
    tool: target.tool,
    prompt: input.prompt,
    negativePrompt: input.negative_prompt,
    model: header,
    customModel: target.customModel,
    contentClass: input.content_class,
    ...madeOf({ style: target.styleImage, structure: target.structureImage }),
    demo: target.demo || undefined,
  };
  return { tool: target.tool, count: countOf(input), facts };
}
