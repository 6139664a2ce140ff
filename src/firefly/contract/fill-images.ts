import { z } from 'zod';
import { Mask, NumVariations, Seeds, Size, Source } from './common.ts';

/** Body of `POST /v3/images/fill-async`. OpenAPI `FillImageRequestV3`; its deprecated `image.mask` is never sent. */
export const FillImageRequestV3 = z.strictObject({
  image: z.strictObject({ source: Source }),
  mask: Mask,
  prompt: z.string().min(1).max(1024).optional(),
  negativePrompt: z.string().max(1024).optional(),
  promptBiasingLocaleCode: z.string().optional(),
  numVariations: NumVariations.optional(),
  seeds: Seeds.optional(),
  size: Size.optional(),
});
export type FillImageRequestV3 = z.infer<typeof FillImageRequestV3>;
