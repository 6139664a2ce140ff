import { z } from 'zod';
import { SourceUrl, textUpTo, UploadId } from '../common.ts';

/** OpenAPI `AspectRatio`. */
export const ASPECT_RATIOS_V4 = ['1:1', '4:3', '3:4', '16:9', '9:16', 'auto'] as const;
/** OpenAPI `ImageGenerateRequestV3.resolutionLevel`. */
export const RESOLUTION_LEVELS_V4 = ['1MP', '2.4MP', '4MP'] as const;

/** OpenAPI `ReferenceBlobSourceV3`; exactly one of the two. */
const ReferenceSource = z.union([z.strictObject({ uploadId: UploadId }), z.strictObject({ url: SourceUrl })]);

const ReferenceBlob = z.strictObject({ source: ReferenceSource, usage: z.literal('general').optional() });

/** Body of `POST /v4/images/generate-async` (Image 5). OpenAPI `ImageGenerateRequestV3` (sic). */
export const GenerateImagesRequestV4 = z.strictObject({
  prompt: textUpTo(1500).min(1),
  aspectRatio: z.enum(ASPECT_RATIOS_V4).optional(),
  resolutionLevel: z.enum(RESOLUTION_LEVELS_V4).optional(),
  modelId: z.literal('firefly_image').optional(),
  numVariations: z.int().min(1).max(1).optional(),
  seeds: z.array(z.int()).max(1).optional(),
  referenceBlobs: z.array(ReferenceBlob).max(1).optional(),
  modelSpecificPayload: z
    .strictObject({
      localeCode: z.string().optional(),
      prompt_reasoner: z.enum(['quality', 'speed']).optional(),
    })
    .optional(),
});
export type GenerateImagesRequestV4 = z.infer<typeof GenerateImagesRequestV4>;

/**
 * Body of an instruct edit: that of a generation with exactly one reference, and without an aspect ratio, since the
 * result has that of the reference (Adobe's page on Image 5).
 */
export const EditImagesRequestV4 = GenerateImagesRequestV4.omit({ aspectRatio: true }).extend({
  referenceBlobs: z.array(ReferenceBlob).length(1),
});
export type EditImagesRequestV4 = z.infer<typeof EditImagesRequestV4>;
