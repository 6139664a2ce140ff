import { z } from 'zod';
import { MODEL_VERSIONS_V3 } from '../../contract/common.ts';
import { GenerateImagesRequestV3 } from '../../contract/paid/generate-images-v3.ts';
import { ACCEPT_FLAT } from '../../families/accept.ts';
import { GENERATION_ERRORS } from '../../families/errors.ts';
import { IMAGE_LIMITS_V3 } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { IMAGE_OUTPUTS } from '../../families/results.ts';
import { definePaid, modelVersion } from '../paid-endpoint.ts';

/** Text to image with Image 3, Image 4 and custom models. */
export const generateImagesV3 = definePaid({
  operation: 'generateImagesV3Async',
  path: '/v3/images/generate-async',
  model: modelVersion(z.enum(MODEL_VERSIONS_V3)),
  body: GenerateImagesRequestV3,
  service: FIREFLY_API,
  accept: ACCEPT_FLAT,
  result: IMAGE_OUTPUTS,
  limits: IMAGE_LIMITS_V3,
  errors: GENERATION_ERRORS,
});
