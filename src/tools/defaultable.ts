import { z } from 'zod';
import { ASPECT_RATIOS_V4 } from '../firefly/contract/paid/generate-images-v4.ts';
import { ratioNames, sizeName, SIZES } from './generate/sizes.ts';
import { STYLE_PRESETS } from './generate/style-presets.ts';
import { paidTools } from './registry.ts';

/**
 * Arguments that may have a default of their own: how pictures are made. What is on them, consent, identity and places are
 * said by each call.
 */
const NAMES = [
  'model',
  'custom_model',
  'aspect_ratio',
  'size',
  'count',
  'resolution',
  'prompt_reasoner',
  'negative_prompt',
  'content_class',
  'style_presets',
  'style_strength',
  'structure_strength',
  'visual_intensity',
  'locale',
  'upsampler',
  'camera_motion',
  'prompt_style',
  'shot_angle',
  'shot_size',
] as const;

/** Values of an argument: a list of choices, whole numbers within limits, or any text. */
export type DefaultValues =
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly several: boolean }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'text'; readonly longest: number };

/** Choices that the schema of an argument does not list, since its tool says the nearest one itself. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  aspect_ratio: unique([
    ...Object.values(SIZES).flatMap(ratioNames),
    ...ASPECT_RATIOS_V4.filter((ratio) => ratio !== 'auto'),
  ]),
  size: unique(Object.values(SIZES).flatMap((sizes) => sizes.map(sizeName))),
  style_presets: STYLE_PRESETS,
};
const LONGEST_TEXT = 1_024;

/** What FIREFLY_DEFAULTS may say, by argument, from the schemas of the paid tools; plain JSON. */
export function defaultableArguments(): Readonly<Record<string, DefaultValues>> {
  return Object.fromEntries(NAMES.map((name) => [name, valuesOf(name)]));
}

function valuesOf(name: string): DefaultValues {
  const fields = paidTools.flatMap(({ input }) => {
    const field = input.shape[name];
    return field === undefined ? [] : [z.toJSONSchema(z.object({ field }), { io: 'input' }).properties?.['field']];
  });
  const schemas = fields.filter((field) => typeof field === 'object');
  const listed = schemas.flatMap((schema) => schema.enum ?? []).map(String);
  const choices = CHOICES[name] ?? unique(listed);
  if (choices.length > 0) return { kind: 'choice', choices, several: schemas.some(({ type }) => type === 'array') };
  if (schemas.some(({ type }) => type === 'integer')) {
    const least = Math.min(...schemas.map(({ minimum = 0 }) => minimum));
    const most = Math.max(...schemas.map(({ maximum = 0 }) => maximum));
    return { kind: 'number', least, most };
  }
  return { kind: 'text', longest: Math.max(...schemas.map(({ maxLength = LONGEST_TEXT }) => maxLength)) };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
