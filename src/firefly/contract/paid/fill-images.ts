import { z } from 'zod';
import { Mask, NumVariations, Seeds, Size, Source, textUpTo } from '../common.ts';

/** Body of `POST /v3/images/fill-async`. OpenAPI `FillImageRequestV3`; its deprecated `image.mask` is never sent. */
export const FillImageRequestV3 = z.strictObject({
  image: z.strictObject({ source: Source }),
  mask: Mask,
  prompt: textUpTo(1024).min(1).optional(),
  negativePrompt: textUpTo(1024).optional(),
  promptBiasingLocaleCode: z.string().optional(),
  numVariations: NumVariations.optional(),
  seeds: Seeds.optional(),
  size: Size.optional(),
});
export type FillImageRequestV3 = z.infer<typeof FillImageRequestV3>;
