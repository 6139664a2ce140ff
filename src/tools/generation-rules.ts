import type { ModelVersionV3 } from '../firefly/contract/common.ts';
import { invalidArgument } from './input.ts';

/** Models that a caller may name. */
export const MODELS = ['image3', 'image4_standard', 'image4_ultra', 'image5'] as const;
export type Model = (typeof MODELS)[number];

/** Used where the caller names neither a model nor a custom model. */
export const DEFAULT_MODEL: Model = 'image4_standard';

/** Value of `x-model-version`. */
export type ModelHeader = ModelVersionV3 | 'image5';

/** What `generate_image` is asked for, besides how long to wait. */
export interface Wish {
  readonly prompt: string;
  readonly count?: number | undefined;
  readonly size?: string | undefined;
  readonly aspect_ratio?: string | undefined;
  readonly resolution?: string | undefined;
  readonly prompt_reasoner?: string | undefined;
  readonly seeds?: readonly number[] | undefined;
  readonly negative_prompt?: string | undefined;
  readonly content_class?: string | undefined;
  readonly style_presets?: readonly string[] | undefined;
  readonly style_strength?: number | undefined;
  readonly visual_intensity?: number | undefined;
  readonly locale?: string | undefined;
  readonly upsampler?: string | undefined;
}

/** Longest prompts, characters (OpenAPI `maxLength` of both request bodies). */
export const LONGEST_PROMPT = 1024;
export const LONGEST_PROMPT_IMAGE5 = 1500;

const V3_ONLY = [
  'size',
  'negative_prompt',
  'content_class',
  'style_presets',
  'style_strength',
  'visual_intensity',
] as const satisfies readonly (keyof Wish)[];
const IMAGE5_ONLY = ['resolution', 'prompt_reasoner'] as const satisfies readonly (keyof Wish)[];

/** Why a model does not take an argument, and what would be right. */
const REFUSALS: readonly {
  readonly fields: readonly (keyof Wish)[];
  readonly headers: readonly ModelHeader[];
  readonly next: string;
}[] = [
  {
    fields: V3_ONLY,
    headers: ['image5'],
    next: 'Leave it out (image5 takes aspect_ratio and resolution), or use image4_standard or image4_ultra.',
  },
  {
    fields: IMAGE5_ONLY,
    headers: ['image3', 'image3_custom', 'image4_standard', 'image4_ultra', 'image4_custom'],
    next: 'Leave it out, or use model image5. Other models take size.',
  },
  {
    fields: ['upsampler'],
    headers: ['image3', 'image3_custom', 'image4_standard', 'image4_ultra', 'image5'],
    next: 'Leave it out; only custom models on image4 take it.',
  },
  {
    fields: ['negative_prompt'],
    headers: ['image3_custom', 'image4_custom'],
    next: 'Leave it out and say in the prompt what is wanted; custom models take no negative prompt.',
  },
  {
    fields: ['visual_intensity'],
    headers: ['image4_custom'],
    next: 'Leave it out; custom models on image4 do not take it.',
  },
];

/**
 * Checks everything that does not depend on sizes: prompt, arguments that the model does not take, seeds and count.
 * Sources: Adobe's OpenAPI, `GenerateImagesRequestV3` and `ImageGenerateRequestV3`.
 * @throws Problem `invalid_argument`
 */
export function checkWish(wish: Wish, header: ModelHeader): void {
  checkText('prompt', wish.prompt, header === 'image5' ? LONGEST_PROMPT_IMAGE5 : LONGEST_PROMPT, header);
  checkText('negative_prompt', wish.negative_prompt, LONGEST_PROMPT, header);
  checkFields(wish, header);
  checkSeeds(wish);
  checkImage5Count(wish, header);
  checkStyle(wish);
}

/** How many pictures a wish stands for. */
export function countOf(wish: Wish): number {
  return wish.count ?? wish.seeds?.length ?? 1;
}

function checkText(name: 'prompt' | 'negative_prompt', text: string | undefined, limit: number, header: ModelHeader) {
  if (text === undefined) return;
  if (text.trim() === '') throw invalidArgument(`The ${name} is empty.`, 'Say in words what the picture shows.');
  // NUL and its kin break logs, databases and Adobe's own parser; line breaks and tabs are legitimate.
  if (/[^\P{Cc}\n\r\t]/u.test(text) || !text.isWellFormed()) {
    throw invalidArgument(`The ${name} contains control or broken characters.`, 'Send it again as plain text.');
  }
  if (text.length <= limit) return;
  throw invalidArgument(
    `The ${name} has ${text.length} characters; ${header} takes at most ${limit}.`,
    `Shorten it by ${text.length - limit} characters${header === 'image5' ? '' : ', or use image5, which takes 1500 in a prompt'}.`,
  );
}

function checkFields(wish: Wish, header: ModelHeader): void {
  for (const { fields, headers, next } of REFUSALS) {
    const given = headers.includes(header) ? fields.filter((field) => wish[field] !== undefined) : [];
    if (given.length > 0) throw invalidArgument(`${header} does not take ${given.join(', ')}.`, next);
  }
}

function checkSeeds({ seeds, count }: Wish): void {
  if (seeds === undefined) return;
  if (new Set(seeds).size !== seeds.length) {
    throw invalidArgument('The seeds are not distinct.', 'Give each picture a seed of its own, or leave seeds out.');
  }
  if (count === undefined || count === seeds.length) return;
  throw invalidArgument(
    `count is ${count}, but there are ${seeds.length} seeds.`,
    `Use count ${seeds.length}, or give ${count} seeds, or leave one of the two out.`,
  );
}

function checkImage5Count(wish: Wish, header: ModelHeader): void {
  const count = countOf(wish);
  if (header !== 'image5' || count === 1) return;
  throw invalidArgument(
    `image5 makes one picture per request, not ${count}.`,
    'One job is one request: call generate_image once per picture, or use image4_standard or image4_ultra.',
  );
}

function checkStyle({ style_presets, style_strength }: Wish): void {
  if (style_presets !== undefined && new Set(style_presets).size !== style_presets.length) {
    throw invalidArgument('A style preset is named twice.', 'Name each once.');
  }
  if (style_strength === undefined || style_presets !== undefined) return;
  throw invalidArgument('style_strength needs style_presets.', 'Add style_presets, or leave style_strength out.');
}
