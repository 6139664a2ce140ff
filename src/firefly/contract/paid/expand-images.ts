import { z } from 'zod';
import { Mask, NumVariations, Seeds, Size, Source, textUpTo } from '../common.ts';

/** Position of the source in the result; insets in pixels of the result. OpenAPI `Placement`. */
export const Placement = z.strictObject({
  alignment: z
    .strictObject({
      horizontal: z.enum(['center', 'left', 'right']).optional(),
      vertical: z.enum(['center', 'top', 'bottom']).optional(),
    })
    .optional(),
  inset: z
    .strictObject({
      left: z.int().optional(),
      top: z.int().optional(),
      right: z.int().optional(),
      bottom: z.int().optional(),
    })
    .optional(),
});
export type Placement = z.infer<typeof Placement>;

/** Body of `POST /v3/images/expand-async`. OpenAPI `ExpandImageRequestV3`; `placement` and `mask` exclude each other. */
export const ExpandImageRequestV3 = z
  .strictObject({
    image: z.strictObject({ source: Source }),
    mask: Mask.optional(),
    prompt: textUpTo(1024).min(1).optional(),
    numVariations: NumVariations.optional(),
    seeds: Seeds.optional(),
    placement: Placement.optional(),
    size: Size.optional(),
  })
  .refine(({ mask, placement }) => !mask || !placement, 'placement must not be combined with a mask');
export type ExpandImageRequestV3 = z.infer<typeof ExpandImageRequestV3>;
