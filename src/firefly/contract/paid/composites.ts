import { z } from 'zod';
import { ContentClass, NumVariations, Seeds, Size, Source, textUpTo } from '../common.ts';
import { Placement } from './expand-images.ts';

const Reference = z.strictObject({ source: Source });

/**
 * Body of `POST /v3/images/generate-object-composite-async`. OpenAPI `GenerateObjectCompositeRequestV3`; `placement` and
 * `mask` exclude each other.
 */
export const ObjectCompositeRequestV3 = z
  .strictObject({
    image: Reference,
    prompt: textUpTo(1024).min(1),
    mask: Reference.optional(),
    placement: Placement.optional(),
    style: z
      .strictObject({
        presets: z.array(z.string()).optional(),
        strength: z.int().min(1).max(100).optional(),
        imageReference: Reference.optional(),
      })
      .optional(),
    contentClass: ContentClass.optional(),
    numVariations: NumVariations.optional(),
    seeds: Seeds.optional(),
    size: Size.optional(),
  })
  .refine(({ mask, placement }) => !mask || !placement, 'placement must not be combined with a mask');

/** White pixels of `fillAreaMask` are where the object goes. OpenAPI `BackgroundInput`. */
const Background = z.strictObject({ image: Reference, fillAreaMask: Reference });
const Share = z.number().min(0).max(1);

/** What precise and adaptive composites have in common. */
const placed = {
  background: Background,
  numVariations: z.int().min(1).max(3).optional(),
  seeds: z.array(z.int()).min(1).max(3).optional(),
  output: z
    .strictObject({ mediaType: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/jxl']).optional() })
    .optional(),
};

/** Body of `POST /v3/images/precise-composite`. OpenAPI `PreciseCompositeRequest`. */
export const PreciseCompositeRequest = z.strictObject({
  ...placed,
  object: z.strictObject({ image: Reference }),
  blend: Share.optional(),
});

/** Body of `POST /v3/images/adaptive-composite`. OpenAPI `AdaptiveCompositeRequest`. */
export const AdaptiveCompositeRequest = z.strictObject({
  ...placed,
  object: z.strictObject({ image: Reference, mask: Reference.optional() }),
  harmonization: Share.optional(),
  shadowIntensity: Share.optional(),
  preserveBackground: z.boolean().optional(),
});
