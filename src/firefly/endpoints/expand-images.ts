import { AcceptFlat } from '../contract/accept.ts';
import { ExpandImageRequestV3 } from '../contract/expand-images.ts';
import { definePaid } from './endpoint.ts';

/** Outpainting to a larger size. */
export const expandImages = definePaid({
  operation: 'expandImagesV3Async',
  path: '/v3/images/expand-async',
  model: undefined,
  body: ExpandImageRequestV3,
  accept: AcceptFlat,
});
