import { z } from 'zod';
import { NumVariations, Seeds, Size, Source } from '../common.ts';

/** The values of `x-model-version` on `/v3/images/generate-similar-async`. */
export const MODEL_VERSIONS_SIMILAR = ['image3', 'image4_standard', 'image4_ultra'] as const;

/** Body of `POST /v3/images/generate-similar-async`. OpenAPI `GenerateSimilarImagesRequestV3`. */
export const SimilarImagesRequestV3 = z.strictObject({
  image: z.strictObject({ source: Source }),
  numVariations: NumVariations.optional(),
  seeds: Seeds.optional(),
  size: Size.optional(),
});
export type SimilarImagesRequestV3 = z.infer<typeof SimilarImagesRequestV3>;
