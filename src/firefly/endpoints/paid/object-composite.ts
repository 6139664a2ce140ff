import { ObjectCompositeRequestV3 } from '../../contract/paid/composites.ts';
import { ACCEPT_FLAT } from '../../families/accept.ts';
import { EDIT_ERRORS } from '../../families/errors.ts';
import { OBJECT_COMPOSITE_LIMITS } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { IMAGE_OUTPUTS } from '../../families/results.ts';
import { definePaid } from '../paid-endpoint.ts';

/** An object in a scene from words. */
export const objectComposite = definePaid({
  operation: 'generateObjectCompositeV3Async',
  path: '/v3/images/generate-object-composite-async',
  model: undefined,
  body: ObjectCompositeRequestV3,
  service: FIREFLY_API,
  accept: ACCEPT_FLAT,
  result: IMAGE_OUTPUTS,
  limits: OBJECT_COMPOSITE_LIMITS,
  errors: EDIT_ERRORS,
});
