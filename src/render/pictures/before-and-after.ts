import type { ImageRecord } from '../../images/types.ts';

/**
 * The way to edited pictures beside their source, as a part of a sentence after show_images; empty for other pictures. Of
 * several the source comes last, so that each has the number on the sheet that it has in its job.
 */
export function beforeAndAfter(images: readonly ImageRecord[]): string {
  const [image] = images;
  const { composite, roles = [], sources: [first] = [] } = image?.facts ?? {};
  // Of a composite with an object, the picture that it was put into is the one before.
  const before = ['background', 'image'].map((name) => roles.find(({ role }) => role === name)?.image);
  const source = before.find((handle) => handle !== undefined) ?? (composite && first);
  // A mask is drawn on its source, and no later state of it.
  if (image === undefined || image.kind === 'mask' || source === undefined) return '';
  // What was measured along the edge is its light: whether lines and shapes go on is for eyes.
  const look = composite === undefined ? '' : ' (look whether lines go on across the edge)';
  const made = images.map(({ id }) => id);
  const [listed, words] =
    images.length === 1
      ? [[source, ...made], 'before and after on one sheet']
      : [[...made, source], 'all of them on one sheet, the source last'];
  return `, with images [${listed.map((id) => `"${id}"`).join(', ')}] ${words}${look}`;
}
