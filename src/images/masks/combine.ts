import { requireSameSize, type Mask } from './mask.ts';
import { inBands, type YieldNow } from './pace.ts';

/** Inverts a mask: open pixels are kept, kept ones are open. */
export async function invert(mask: Mask, yieldNow: YieldNow): Promise<Mask> {
  const { width, height, data } = mask;
  const inverted = new Uint8Array(data.length);
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) inverted[i] = 255 - (data[i] ?? 0);
  });
  return { width, height, data: inverted };
}

/**
 * Unites two masks: each pixel gets the larger value.
 * @throws Problem `mask_size`
 */
export async function unite(mask: Mask, other: Mask, yieldNow: YieldNow): Promise<Mask> {
  requireSameSize(other, mask);
  const { width, height, data } = mask;
  const united = new Uint8Array(data.length);
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) united[i] = Math.max(data[i] ?? 0, other.data[i] ?? 0);
  });
  return { width, height, data: united };
}
