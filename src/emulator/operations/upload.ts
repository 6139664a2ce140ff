import { MOST_UPLOAD_BYTES, StorageImageResponse, type UploadMimeType } from '../../firefly/contract/upload.ts';
import * as pictureErrors from '../http/errors/picture-errors.ts';
import { mediaTypeOf } from '../rules/media-type.ts';
import { defineOperation } from './operation.ts';

/** Stores a picture or mask for operations that accept an `uploadId`. Does not count against the quota. */
export const upload = defineOperation<UploadMimeType>({
  id: 'storageImageV2',
  method: 'POST',
  path: '/v2/storage/image',
  origins: ['api'],
  phase: 'upload',
  envelope: 'upload',
  gated: true,
  paid: false,
  longestBody: MOST_UPLOAD_BYTES,
  answers: { 200: StorageImageResponse },
  read: ({ body, headers }) => {
    if (body.length === 0) throw pictureErrors.upload('10075', 'The image is empty.');
    const declared = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    const found = mediaTypeOf(body);
    // Adobe documents 400 for this operation, and no 415.
    if (found === undefined)
      throw pictureErrors.upload('10075', 'The file is not a JPEG, PNG, WebP, TIFF or JPEG XL image.');
    if (found !== declared)
      throw pictureErrors.upload('10075', `The content is ${found}, which Content-Type does not say.`);
    return found;
  },
  handle: (mimeType, { body, context }) => {
    const { id } = context.uploads.add(body, mimeType);
    return { status: 200, content: { json: { images: [{ id }] } } };
  },
});
