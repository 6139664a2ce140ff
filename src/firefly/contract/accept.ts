import { z } from 'zod';

/** v3 image operations and video: HTTP 202. OpenAPI `AsyncAcceptResponseV3`. */
export const AcceptFlat = z.looseObject({
  jobId: z.string(),
  statusUrl: z.string(),
  cancelUrl: z.string(),
});
export type AcceptFlat = z.infer<typeof AcceptFlat>;

/** Precise and adaptive composites: HTTP 202. OpenAPI `AsyncJobResponse`, which requires none of its fields. */
export const AcceptRunning = z.looseObject({
  status: z.string().optional(),
  jobId: z.string().optional(),
  statusUrl: z.string().optional(),
  cancelUrl: z.string().optional(),
});

/** Image 5 (HTTP 200) and upscale (HTTP 202). OpenAPI `AsyncTaskResponse`, `PreciseUpscaleAcceptResponseV3`. */
export const AcceptLinks = z.looseObject({
  links: z.looseObject({
    result: z.looseObject({ href: z.string() }),
    cancel: z.looseObject({ href: z.string() }).optional(),
  }),
  progress: z.number().optional(),
});
export type AcceptLinks = z.infer<typeof AcceptLinks>;
