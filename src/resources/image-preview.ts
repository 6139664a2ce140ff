import { posterOf } from '../images/previews/poster.ts';
import { isStill } from '../images/still.ts';
import type { ImageLibrary, ImageRecord, Preview } from '../images/types.ts';
import { previewUri } from '../render/links.ts';
import type { TemplateResource } from './define.ts';
import { imageIds, IMMUTABLE } from './image.ts';

const LIMITS = { maxSide: 1024, maxBytes: 400_000 };

/** A rendition of a picture, or of the picture that a video is shown by. @throws Problem those of `ImageLibrary.preview` */
export async function previewOf(images: ImageLibrary, found: ImageRecord): Promise<Preview> {
  return images.preview(isStill(found) ? found : ((await posterOf(found, images)) ?? found), LIMITS);
}

/** `firefly://images/{id}/preview`: a rendition within the limits of all known clients. */
export const imagePreview: TemplateResource = {
  kind: 'template',
  uriTemplate: previewUri('{id}'),
  name: 'image-preview',
  title: 'Preview of a picture',
  description: 'A JPEG of at most 1024 pixels and 400 kB, or a PNG where there is transparency.',
  cache: IMMUTABLE,
  async read(id, call) {
    const { images } = await call.services();
    const found = await images.get(id, call.caller);
    const { data, mimeType } = await previewOf(images, found);
    return [{ uri: previewUri(id), mimeType, blob: Buffer.from(data).toString('base64') }];
  },
  complete: imageIds,
};
