import { z } from 'zod';
import { Source } from '../common.ts';

/** OpenAPI `UpsampleFactor`. */
export const UPSCALE_FACTORS = [2, 3, 4, 6] as const;
export type UpscaleFactor = (typeof UPSCALE_FACTORS)[number];

/** Body of `POST /v3/images/upscale`: one result for each seed. OpenAPI `PreciseUpsamplerRequestV3`. */
export const UpscaleImagesRequestV3 = z.strictObject({
  image: z.strictObject({ source: Source }),
  seeds: z.array(z.int()).min(1).max(4),
  upscaleFactor: z.union(UPSCALE_FACTORS.map((factor) => z.literal(factor))).optional(),
});
export type UpscaleImagesRequestV3 = z.infer<typeof UpscaleImagesRequestV3>;
