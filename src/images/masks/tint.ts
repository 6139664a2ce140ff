import { HALF_OPEN, type Mask } from './mask.ts';
import { inBands, type YieldNow } from './pace.ts';

/** Red, the usual colour of masks in image editors. */
const TINT = [255, 0, 0] as const;
const TINT_STRENGTH = 0.5;
const INNER_LINE = 255;
const OUTER_LINE = 0;
const CHANNELS = 3;

/**
 * Draws a mask over its picture: the open part is half covered with red, and its edge has a white line inside and a black
 * one outside, so that it shows on any picture.
 * @param pixels RGB, of the mask's size; changed in place
 */
export async function tintOpen(pixels: Uint8Array, mask: Mask, yieldNow: YieldNow): Promise<void> {
  const { width, height, data } = mask;
  await inBands(height, width * CHANNELS, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) {
      if (isEdge(mask, i)) {
        const line = (data[i] ?? 0) >= HALF_OPEN ? INNER_LINE : OUTER_LINE;
        pixels.fill(line, i * CHANNELS, (i + 1) * CHANNELS);
        continue;
      }
      const strength = ((data[i] ?? 0) / 255) * TINT_STRENGTH;
      if (strength === 0) continue;
      for (let c = 0; c < CHANNELS; c++) {
        const value = pixels[i * CHANNELS + c] ?? 0;
        pixels[i * CHANNELS + c] = value + ((TINT[c] ?? 0) - value) * strength + 0.5;
      }
    }
  });
}

/** Whether the contour runs between a pixel and one of its four neighbours. */
function isEdge({ width, data }: Mask, i: number): boolean {
  const value = data[i] ?? 0;
  const x = i % width;
  const left = x > 0 ? data[i - 1] : value;
  const right = x < width - 1 ? data[i + 1] : value;
  const sides = [left, right, data[i - width], data[i + width]];
  return sides.some((side) => side !== undefined && side >= HALF_OPEN !== value >= HALF_OPEN);
}
