import { ExpandImageRequestV3 } from '../../contract/paid/expand-images.ts';
import { ACCEPT_FLAT } from '../../families/accept.ts';
import { EXPAND_ERRORS } from '../../families/errors.ts';
import { IMAGE_LIMITS_V3 } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { IMAGE_OUTPUTS } from '../../families/results.ts';
import { definePaid } from '../paid-endpoint.ts';

/** Outpainting to a larger size. */
export const expandImages = definePaid({
  operation: 'expandImagesV3Async',
  path: '/v3/images/expand-async',
  model: undefined,
  body: ExpandImageRequestV3,
  service: FIREFLY_API,
  accept: ACCEPT_FLAT,
  result: IMAGE_OUTPUTS,
  limits: IMAGE_LIMITS_V3,
  errors: EXPAND_ERRORS,
});
