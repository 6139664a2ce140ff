import { z } from 'zod';
import { AcceptFlat } from '../contract/accept.ts';
import { MODEL_VERSIONS_V3 } from '../contract/common.ts';
import { GenerateImagesRequestV3 } from '../contract/generate-images-v3.ts';
import { definePaid } from './endpoint.ts';

/** Text to image with Image 3, Image 4 and custom models. */
export const generateImagesV3 = definePaid({
  operation: 'generateImagesV3Async',
  path: '/v3/images/generate-async',
  model: z.enum(MODEL_VERSIONS_V3),
  body: GenerateImagesRequestV3,
  accept: AcceptFlat,
});
