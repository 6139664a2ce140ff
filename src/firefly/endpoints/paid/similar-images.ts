import { z } from 'zod';
import { MODEL_VERSIONS_SIMILAR, SimilarImagesRequestV3 } from '../../contract/paid/similar-images.ts';
import { ACCEPT_FLAT } from '../../families/accept.ts';
import { PICTURE_ONLY_ERRORS } from '../../families/errors.ts';
import { IMAGE_LIMITS_V3 } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { IMAGE_OUTPUTS } from '../../families/results.ts';
import { definePaid, modelVersion } from '../paid-endpoint.ts';

/** Pictures similar to a given one. */
export const similarImages = definePaid({
  operation: 'generateSimilarImagesV3Async',
  path: '/v3/images/generate-similar-async',
  model: modelVersion(z.enum(MODEL_VERSIONS_SIMILAR)),
  body: SimilarImagesRequestV3,
  service: FIREFLY_API,
  accept: ACCEPT_FLAT,
  result: IMAGE_OUTPUTS,
  limits: IMAGE_LIMITS_V3,
  errors: PICTURE_ONLY_ERRORS,
});
