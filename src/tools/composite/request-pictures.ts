import type { Still } from '../../images/types.ts';
import type { RequestImage } from '../edit/request-image.ts';

/** What is to be uploaded of these pictures, each content once. */
export function picturesOf(...images: readonly RequestImage[]): readonly Still[] {
  return [...new Map(images.flatMap(({ uploads }) => uploads.map((copy) => [copy.sha256, copy]))).values()];
}
