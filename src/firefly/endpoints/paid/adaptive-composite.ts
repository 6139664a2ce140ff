import { AdaptiveCompositeRequest } from '../../contract/paid/composites.ts';
import { ACCEPT_RUNNING } from '../../families/accept.ts';
import { PICTURE_ONLY_ERRORS } from '../../families/errors.ts';
import { COMPOSITE_LIMITS } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { IMAGE_OUTPUTS } from '../../families/results.ts';
import { definePaid } from '../paid-endpoint.ts';

/** An object in a picture, painted anew so that it fits. Adobe's path has no `-async`. */
export const adaptiveComposite = definePaid({
  operation: 'adaptiveComposite',
  path: '/v3/images/adaptive-composite',
  model: undefined,
  body: AdaptiveCompositeRequest,
  service: FIREFLY_API,
  accept: ACCEPT_RUNNING,
  result: IMAGE_OUTPUTS,
  limits: COMPOSITE_LIMITS,
  errors: PICTURE_ONLY_ERRORS,
});
