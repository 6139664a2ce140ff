import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import { GenerateImagesRequestV3 } from '../../firefly/contract/generate-images-v3.ts';
import { GenerateImagesRequestV4 } from '../../firefly/contract/generate-images-v4.ts';
import type { ImageFacts } from '../../images/types.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { quoteUntrusted } from '../../shared/text.ts';
import { type ModelHeader, type GenerateImageInput } from './generation-rules.ts';
import { chooseRatioV4, chooseSize } from './generation-size.ts';
import { nearestNames } from '../../shared/suggest.ts';
import { checkedBody, type RequestImage } from '../edit/request-image.ts';
import { countOf } from '../arguments/prompt-rules.ts';
import { STYLE_PRESETS } from './style-presets.ts';

/** With which model, and for whom. */
export interface Target {
  readonly tool: string;
  readonly header: ModelHeader;
  /** Asset id, for headers that end in `_custom`. */
  readonly customModel: string | undefined;
  readonly demo: boolean;
  readonly warnings: readonly string[];
  /** The pictures that the wish names. */
  readonly styleImage?: RequestImage | undefined;
  readonly structureImage?: RequestImage | undefined;
}

/**
 * The paid request for a wish that `checkWish` has let pass. Pure; the rules that it leaves, of sizes and of the body as
 * a whole, are checked here, so that nothing is spent on a request that cannot work.
 * @throws Problem `invalid_argument`
 */
export function buildRequest(wish: GenerateImageInput, target: Target): PaidRequest {
  return target.header === 'image5' ? requestV4(wish, target) : requestV3(wish, target, target.header);
}

function requestV3(wish: GenerateImageInput, target: Target, header: ModelVersionV3): PaidRequest {
  const { size, warnings } = chooseSize(wish, header);
  const { styleImage, structureImage } = target;
  const references = [styleImage, structureImage].filter((reference) => reference !== undefined);
  const pictures = references.flatMap(({ uploads }) => uploads);
  const whole = {
    prompt: wish.prompt,
    negativePrompt: wish.negative_prompt,
    contentClass: wish.content_class,
    numVariations: countOf(wish),
    seeds: wish.seeds,
    size: size ?? DEFAULT_SIZE,
    promptBiasingLocaleCode: wish.locale,
    style: (wish.style_presets || styleImage) && {
      presets: wish.style_presets,
      strength: wish.style_strength,
      imageReference: styleImage && { source: styleImage.source },
    },
    structure: structureImage && {
      strength: wish.structure_strength,
      imageReference: { source: structureImage.source },
    },
    visualIntensity: wish.visual_intensity,
    customModelId: target.customModel,
    upsamplerType: wish.upsampler,
  };
  return {
    ...common(wish, target),
    operation: 'generateImagesV3Async',
    body: checkedBody(GenerateImagesRequestV3, whole, pictures),
    pictures,
    size: size ?? DEFAULT_SIZE,
    warnings: [
      ...target.warnings,
      ...warnings,
      ...presetWarnings(wish),
      ...(styleImage?.notes ?? []).map((note) => `style_image: ${note}`),
      ...(structureImage?.notes ?? []).map((note) => `structure_image: ${note}`),
    ],
  };
}

/** Adobe's own default, sent explicitly so that the job knows its size. */
const DEFAULT_SIZE = { width: 2048, height: 2048 } as const;

function requestV4(wish: GenerateImageInput, target: Target): PaidRequest {
  const payload = { localeCode: wish.locale, prompt_reasoner: wish.prompt_reasoner };
  const body = GenerateImagesRequestV4.parse({
    prompt: wish.prompt,
    aspectRatio: chooseRatioV4(wish.aspect_ratio),
    resolutionLevel: wish.resolution,
    seeds: wish.seeds,
    modelSpecificPayload: wish.locale || wish.prompt_reasoner ? payload : undefined,
  });
  return {
    ...common(wish, target),
    operation: 'generateImagesV4Async',
    body,
    // Adobe documents the level of resolution, not the pixels.
    size: undefined,
    warnings: target.warnings,
  };
}

function common(wish: GenerateImageInput, target: Target) {
  const sources = [target.styleImage?.handle, target.structureImage?.handle].filter((handle) => handle !== undefined);
  const facts: ImageFacts = {
    tool: target.tool,
    prompt: wish.prompt,
    negativePrompt: wish.negative_prompt,
    model: target.header,
    customModel: target.customModel,
    contentClass: wish.content_class,
    sources: sources.length === 0 ? undefined : sources,
    demo: target.demo || undefined,
  };
  return { tool: target.tool, model: target.header, count: countOf(wish), facts };
}

/** Adobe types presets as plain strings and adds some, so that an unknown one is passed on with a remark. */
function presetWarnings({ style_presets = [] }: GenerateImageInput): readonly string[] {
  return style_presets
    .filter((preset) => !STYLE_PRESETS.includes(preset))
    .map((preset) => {
      const near = nearestNames(preset, STYLE_PRESETS, 3);
      const hint = near.length === 0 ? '' : ` Near: ${near.join(', ')}.`;
      return `Style preset ${JSON.stringify(quoteUntrusted(preset, 40))} is not on Adobe's list and may have no effect.${hint}`;
    });
}
