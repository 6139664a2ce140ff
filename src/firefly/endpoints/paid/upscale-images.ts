import { z } from 'zod';
import { UpscaleImagesRequestV3 } from '../../contract/paid/upscale-images.ts';
import { acceptLinks } from '../../families/accept.ts';
import { PICTURE_ONLY_ERRORS } from '../../families/errors.ts';
import { UPSCALE_LIMITS } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { PRESIGNED_OUTPUTS } from '../../families/results.ts';
import { definePaid, modelVersion } from '../paid-endpoint.ts';

/** A larger rendition of a picture. Adobe answers 202 with links, unlike the 200 of Image 5. */
export const upscaleImages = definePaid({
  operation: 'preciseUpsamplerV3Async',
  path: '/v3/images/upscale',
  model: modelVersion(z.literal('precise_upsampler_v1'), true),
  body: UpscaleImagesRequestV3,
  service: FIREFLY_API,
  accept: acceptLinks(202),
  result: PRESIGNED_OUTPUTS,
  limits: UPSCALE_LIMITS,
  errors: PICTURE_ONLY_ERRORS,
});
