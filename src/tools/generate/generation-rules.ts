import { checkStyle } from './style.ts';
import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import type { BodyOf } from '../../firefly/types.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { checkSeeds, checkText, countOf, LONGEST_PROMPT, type TextLimit } from '../arguments/prompt-rules.ts';

/** Models that a caller may name. */
export const MODELS = ['image3', 'image4_standard', 'image4_ultra', 'image5'] as const;
export type Model = (typeof MODELS)[number];

/** Used where the caller names neither a model nor a custom model. */
export const DEFAULT_MODEL: Model = 'image4_standard';

/** Value of `x-model-version`. */
export type ModelHeader = ModelVersionV3 | 'image5';

type BodyV3 = BodyOf<'generateImagesV3Async'>;
type BodyV4 = BodyOf<'generateImagesV4Async'>;

/** Arguments of `generate_image` without those that all paid tools have. */
export interface GenerateImageInput {
  readonly prompt: string;
  readonly count?: number | undefined;
  readonly size?: string | undefined;
  readonly aspect_ratio?: string | undefined;
  readonly resolution?: BodyV4['resolutionLevel'];
  readonly prompt_reasoner?: NonNullable<BodyV4['modelSpecificPayload']>['prompt_reasoner'];
  readonly seeds?: readonly number[] | undefined;
  readonly negative_prompt?: string | undefined;
  readonly content_class?: BodyV3['contentClass'];
  readonly style_presets?: readonly string[] | undefined;
  readonly style_image?: string | undefined;
  readonly style_strength?: number | undefined;
  readonly structure_image?: string | undefined;
  readonly structure_strength?: number | undefined;
  readonly visual_intensity?: number | undefined;
  readonly locale?: string | undefined;
  readonly upsampler?: BodyV3['upsamplerType'];
}

/** Longest prompt of image5, characters (OpenAPI `ImageGenerateRequestV3`). */
export const LONGEST_PROMPT_IMAGE5 = 1500;

const V3_ONLY = [
  'size',
  'negative_prompt',
  'content_class',
  'style_presets',
  'style_image',
  'style_strength',
  'structure_image',
  'structure_strength',
  'visual_intensity',
] as const satisfies readonly (keyof GenerateImageInput)[];
const IMAGE5_ONLY = ['resolution', 'prompt_reasoner'] as const satisfies readonly (keyof GenerateImageInput)[];

/** Arguments that a model does not take, with the rest of the next step, which begins with "Leave it out". */
const REFUSALS: readonly {
  readonly fields: readonly (keyof GenerateImageInput)[];
  readonly headers: readonly ModelHeader[];
  readonly rest: string;
}[] = [
  {
    fields: V3_ONLY,
    headers: ['image5'],
    rest: ' (image5 takes aspect_ratio and resolution), or use image4_standard or image4_ultra.',
  },
  {
    fields: IMAGE5_ONLY,
    headers: ['image3', 'image3_custom', 'image4_standard', 'image4_ultra', 'image4_custom'],
    rest: ', or use model image5. Other models take size.',
  },
  {
    fields: ['upsampler'],
    headers: ['image3', 'image3_custom', 'image4_standard', 'image4_ultra', 'image5'],
    rest: '; only custom models on image4 take it.',
  },
  {
    fields: ['negative_prompt'],
    headers: ['image3_custom', 'image4_custom'],
    rest: ' and say in the prompt what is wanted; custom models take no negative prompt.',
  },
  {
    fields: ['visual_intensity'],
    headers: ['image4_custom'],
    rest: '; custom models on image4 do not take it.',
  },
];

/**
 * Checks everything that does not depend on sizes: prompt, arguments that the model does not take, seeds and count.
 * Sources: Adobe's OpenAPI, `GenerateImagesRequestV3` and `ImageGenerateRequestV3`.
 * @throws Problem `invalid_argument`
 */
export function checkGenerationInput(input: GenerateImageInput, header: ModelHeader): void {
  const limit = textLimit(header);
  checkText('prompt', input.prompt, limit);
  checkText('negative_prompt', input.negative_prompt, limit);
  checkFields(input, header);
  checkSeeds(input);
  checkImage5Count(input, header);
  checkStyle(input);
  checkStructure(input);
}

function textLimit(header: ModelHeader): TextLimit {
  if (header === 'image5') return { limit: LONGEST_PROMPT_IMAGE5, owner: header };
  return { limit: LONGEST_PROMPT, owner: header, otherwise: 'or use image5, which takes 1500 in a prompt' };
}

/** "a", "a or b", "a, b, or c". */
const ALTERNATIVES = new Intl.ListFormat('en', { type: 'disjunction' });

function checkFields(input: GenerateImageInput, header: ModelHeader): void {
  for (const { fields, headers, rest } of REFUSALS) {
    const given = headers.includes(header) ? fields.filter((field) => input[field] !== undefined) : [];
    if (given.length === 0) continue;
    const next = `Leave ${given.length === 1 ? 'it' : 'them'} out${rest}`;
    throw invalidArgument(`${header} does not take ${ALTERNATIVES.format(given)}.`, next);
  }
}

function checkImage5Count(input: GenerateImageInput, header: ModelHeader): void {
  const count = countOf(input);
  if (header !== 'image5' || count === 1) return;
  throw invalidArgument(
    `image5 makes one picture per request, not ${count}.`,
    'Make several with submit_batch, one item a picture, or use image4_standard or image4_ultra.',
  );
}

function checkStructure({ structure_image, structure_strength }: GenerateImageInput): void {
  if (structure_strength !== undefined && structure_image === undefined) {
    throw invalidArgument('structure_strength needs structure_image.', 'Add it, or leave structure_strength out.');
  }
}
