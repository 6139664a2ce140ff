import { AcceptFlat } from '../contract/accept.ts';
import { FillImageRequestV3 } from '../contract/fill-images.ts';
import { definePaid } from './endpoint.ts';

/** Generative fill within a mask. */
export const fillImages = definePaid({
  operation: 'fillImagesV3Async',
  path: '/v3/images/fill-async',
  model: undefined,
  body: FillImageRequestV3,
  accept: AcceptFlat,
});
