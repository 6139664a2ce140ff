import { EditImagesRequestV4 } from '../../contract/paid/generate-images-v4.ts';
import { EDIT_ERRORS } from '../../families/errors.ts';
import { generateImagesV4 } from './generate-images-v4.ts';
import { definePaid } from '../paid-endpoint.ts';

/** Instruct edit with Image 5: Adobe's operation for text to image, with a picture to be changed. */
export const editImagesV4 = definePaid({
  ...generateImagesV4,
  operation: 'editImagesV4Async',
  model: { ...generateImagesV4.model, isOnly: true },
  body: EditImagesRequestV4,
  errors: EDIT_ERRORS,
});
