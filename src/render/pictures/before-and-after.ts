import type { ImageRecord } from '../../images/types.ts';

/** The way to an edited picture beside its source, as a part of a sentence after show_images; empty for other pictures. */
export function beforeAndAfter(image: ImageRecord | undefined): string {
  const { composite, roles = [], sources: [first] = [] } = image?.facts ?? {};
  // Of a composite with an object, the picture that it was put into is the one before.
  const before = ['background', 'image'].map((name) => roles.find(({ role }) => role === name)?.image);
  const source = before.find((handle) => handle !== undefined) ?? (composite && first);
  if (image === undefined || source === undefined) return '';
  // What was measured along the edge is its light: whether lines and shapes go on is for eyes.
  const look = composite === undefined ? '' : ' (look whether lines go on across the edge)';
  return `, with images ["${source}", "${image.id}"] before and after on one sheet${look}`;
}
