import { z } from 'zod';
import { AcceptLinks } from '../contract/accept.ts';
import { GenerateImagesRequestV4 } from '../contract/generate-images-v4.ts';
import { definePaid } from './endpoint.ts';

/** Text to image and instruct edit with Image 5. Adobe answers 200 with links, unlike the 202 of other operations. */
export const generateImagesV4 = definePaid({
  operation: 'generateImagesV4Async',
  path: '/v4/images/generate-async',
  model: z.literal('image5'),
  body: GenerateImagesRequestV4,
  accept: AcceptLinks,
});
