import { z } from 'zod';

/** OpenAPI `ApiError`, `ValidationErrorResponse`, `ContentPolicyErrorResponse`, and the gateway's numeric codes. */
export const ApiError = z.looseObject({
  error_code: z.string(),
  message: z.string().optional(),
  validation_errors: z
    .array(
      z.looseObject({
        loc: z.array(z.union([z.string(), z.number()])).optional(),
        msg: z.string().optional(),
        type: z.string().optional(),
      }),
    )
    .optional(),
  stack_trace: z.array(z.string()).optional(),
});
export type ApiError = z.infer<typeof ApiError>;

/** Codes of OpenAPI `ContentPolicyErrorCode451`; also sent with HTTP 422 and inside failed jobs. */
export const CONTENT_POLICY_CODES = [
  'legal_error',
  'prompt_unsafe',
  'prompt_entity_denied',
  'image_unsafe',
  'video_unsafe',
  'reference_image_unsafe_error',
  'input_media_unsafe',
  'output_media_unsafe',
] as const;

/** OpenAPI `ErrorResponse`: the envelope of custom models. */
export const ReasonError = z.looseObject({ reason: z.string(), message: z.string().optional() });
export type ReasonError = z.infer<typeof ReasonError>;
