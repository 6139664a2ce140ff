import { z } from 'zod';

/** An uploaded picture, or a URL that Adobe fetches itself. OpenAPI `PublicBinaryInputV3`; exactly one of the two. */
export const Source = z.union([
  z.strictObject({ uploadId: z.uuid() }),
  z.strictObject({ url: z.url().min(1).max(2083) }),
]);
export type Source = z.infer<typeof Source>;

/** White opens, black keeps; `invert` turns that round. OpenAPI `InputMaskV3`. */
export const Mask = z.strictObject({ source: Source, invert: z.boolean().optional() });

/** Pixels. OpenAPI `Size`. */
export const Size = z.strictObject({
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
});
export type Size = z.infer<typeof Size>;

/** OpenAPI `ContentClassV3`. */
export const ContentClass = z.enum(['photo', 'art']);

/** One to four distinct seeds. OpenAPI `seeds` of the v3 image operations. */
export const Seeds = z
  .array(z.int())
  .min(1)
  .max(4)
  .refine((seeds) => new Set(seeds).size === seeds.length, 'seeds must be distinct');

/** How many pictures. OpenAPI `numVariations` of the v3 image operations. */
export const NumVariations = z.int().min(1).max(4);

/** The values of `x-model-version` on `/v3/images/generate-async`. */
export const MODEL_VERSIONS_V3 = [
  'image3',
  'image3_custom',
  'image4_standard',
  'image4_ultra',
  'image4_custom',
] as const;
export type ModelVersionV3 = (typeof MODEL_VERSIONS_V3)[number];
