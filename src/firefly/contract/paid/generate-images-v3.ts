import { z } from 'zod';
import { ContentClass, NumVariations, Seeds, Size, Source, textUpTo } from '../common.ts';

const Reference = z.strictObject({ source: Source });

/** Body of `POST /v3/images/generate-async`. OpenAPI `GenerateImagesRequestV3`. */
export const GenerateImagesRequestV3 = z.strictObject({
  prompt: textUpTo(1024).min(1),
  negativePrompt: textUpTo(1024).optional(),
  contentClass: ContentClass.optional(),
  numVariations: NumVariations.optional(),
  seeds: Seeds.optional(),
  size: Size.optional(),
  promptBiasingLocaleCode: z.string().optional(),
  style: z
    .strictObject({
      presets: z
        .array(z.string())
        .refine((presets) => new Set(presets).size === presets.length, 'presets must be distinct')
        .optional(),
      strength: z.int().min(1).max(100).optional(),
      imageReference: Reference.optional(),
    })
    .optional(),
  structure: z
    .strictObject({
      strength: z.int().min(0).max(100).optional(),
      imageReference: Reference.optional(),
    })
    .optional(),
  visualIntensity: z.int().min(2).max(10).optional(),
  customModelId: z.string().optional(),
  upsamplerType: z.enum(['default', 'low_creativity']).optional(),
});
export type GenerateImagesRequestV3 = z.infer<typeof GenerateImagesRequestV3>;
