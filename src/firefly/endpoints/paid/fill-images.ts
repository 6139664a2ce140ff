import { FillImageRequestV3 } from '../../contract/paid/fill-images.ts';
import { ACCEPT_FLAT } from '../../families/accept.ts';
import { FILL_ERRORS } from '../../families/errors.ts';
import { IMAGE_LIMITS_V3 } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { IMAGE_OUTPUTS } from '../../families/results.ts';
import { definePaid } from '../paid-endpoint.ts';

/** Generative fill within a mask. */
export const fillImages = definePaid({
  operation: 'fillImagesV3Async',
  path: '/v3/images/fill-async',
  model: undefined,
  body: FillImageRequestV3,
  service: FIREFLY_API,
  accept: ACCEPT_FLAT,
  result: IMAGE_OUTPUTS,
  limits: IMAGE_LIMITS_V3,
  errors: FILL_ERRORS,
});
