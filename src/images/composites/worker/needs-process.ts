import { hasMorePixels } from '../../decodable.ts';
import { MOST_THREAD_PIXELS } from '../../limits.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../../sharp.ts';
import type { CompositeOrder } from '../composite.ts';

/**
 * Whether a composite is made in a process of its own: of a picture or a result of more pixels than a thread takes, by the
 * header. @throws Problem `undecodable_picture`
 */
export async function needsProcess(order: CompositeOrder): Promise<boolean> {
  const { source, format = source.mimeType } = order;
  const sharp = await loadSharp();
  const { width, height } = await decoded(sharp(source.bytes, OPEN_OPTIONS).metadata());
  const result = order.kind === 'expand' ? order.plan.size : { width, height };
  const pictures = [
    { width, height, mimeType: source.mimeType },
    { ...result, mimeType: format },
  ];
  return pictures.some((picture) => hasMorePixels(picture, MOST_THREAD_PIXELS));
}
