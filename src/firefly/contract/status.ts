import { z } from 'zod';

const Binary = z.looseObject({ url: z.string() });

/** One picture or clip: `image.url`, `video.url`, or (upscale) `presignedUrl`. */
export const Output = z.looseObject({
  seed: z.number().optional(),
  image: Binary.optional(),
  video: Binary.optional(),
  presignedUrl: z.string().optional(),
});

/** Body of `GET /v3/status/{jobId}`. OpenAPI `JobResponse`, with fields of older documents and of live answers. */
export const StatusResponse = z.looseObject({
  status: z.string(),
  jobId: z.string().optional(),
  progress: z.number().optional(),
  error_code: z.string().optional(),
  message: z.string().optional(),
  result: z
    .looseObject({
      size: z.looseObject({ width: z.number(), height: z.number() }).optional(),
      outputs: z.array(Output).optional(),
      contentClass: z.string().optional(),
      altText: z.string().optional(),
      promptHasDeniedWords: z.boolean().optional(),
      promptHasBlockedArtists: z.boolean().optional(),
    })
    .optional(),
});
export type StatusResponse = z.infer<typeof StatusResponse>;
