import type { ImageRecord } from '../../images/types.ts';

/** The way to an edited picture beside its source, as a part of a sentence after show_images; empty for other pictures. */
export function beforeAndAfter(image: ImageRecord | undefined): string {
  const { composite, sources: [source] = [] } = image?.facts ?? {};
  if (image === undefined || composite === undefined || source === undefined) return '';
  return `, with images ["${source}", "${image.id}"] before and after on one sheet`;
}
