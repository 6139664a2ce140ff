import type { Still } from '../../images/types.ts';
import type { RequestImage } from '../edit/request-image.ts';

/** What is to be uploaded of these pictures, each content once. */
export function picturesOf(...images: readonly RequestImage[]): readonly Still[] {
  return [...new Map(images.flatMap(({ uploads }) => uploads.map((copy) => [copy.sha256, copy]))).values()];
}

/** Handles of the stored pictures that a result is made from; undefined where none is stored. */
export function sourcesOf(...images: readonly (RequestImage | undefined)[]): readonly string[] | undefined {
  const handles = images.map((image) => image?.handle).filter((handle) => handle !== undefined);
  return handles.length === 0 ? undefined : [...new Set(handles)];
}
