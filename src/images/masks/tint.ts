import { HALF_OPEN, type Mask } from './mask.ts';
import { inBands, type YieldNow } from './pace.ts';

/** Red, as masks are shown in picture editors. */
const TINT = [255, 0, 0] as const;
const TINT_STRENGTH = 0.5;
const INNER_LINE = 255;
const OUTER_LINE = 0;
const CHANNELS = 3;

/**
 * Shows a mask on its picture: what is open is half covered with red, and its edge has a white line inside and a black
 * one outside, which show on any picture.
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

/** Whether a pixel beside, above or below lies on the other side of the contour. */
function isEdge({ width, data }: Mask, i: number): boolean {
  const value = data[i] ?? 0;
  const x = i % width;
  const left = x > 0 ? data[i - 1] : value;
  const right = x < width - 1 ? data[i + 1] : value;
  const sides = [left, right, data[i - width], data[i + width]];
  return sides.some((side) => side !== undefined && side >= HALF_OPEN !== value >= HALF_OPEN);
}
