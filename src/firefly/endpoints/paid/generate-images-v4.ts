import { z } from 'zod';
import { GenerateImagesRequestV4 } from '../../contract/paid/generate-images-v4.ts';
import { acceptLinks } from '../../families/accept.ts';
import { WORDS_ONLY_ERRORS } from '../../families/errors.ts';
import { IMAGE_LIMITS_V4 } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { IMAGE_OUTPUTS } from '../../families/results.ts';
import { definePaid, modelVersion } from '../paid-endpoint.ts';

/** Text to image with Image 5. Adobe answers 200 with links, unlike the 202 of other operations. */
export const generateImagesV4 = definePaid({
  operation: 'generateImagesV4Async',
  path: '/v4/images/generate-async',
  model: modelVersion(z.literal('image5')),
  body: GenerateImagesRequestV4,
  service: FIREFLY_API,
  accept: acceptLinks(200),
  result: IMAGE_OUTPUTS,
  limits: IMAGE_LIMITS_V4,
  errors: WORDS_ONLY_ERRORS,
});
