import { HALF_OPEN, type Mask } from '../mask.ts';
import { inBands, type YieldNow } from '../pace.ts';

/** Colours of tints by their names: red, the usual colour of masks in image editors, and those for what is red itself. */
const TINTS = { red: [255, 0, 0], blue: [0, 90, 255], green: [0, 220, 70] } as const;
export type Tint = keyof typeof TINTS;

const TINT_STRENGTH = 0.5;
/** How much more than red another tint has to differ from what it covers. */
const CLEARLY = 1.4;
/** Difference in the three channels together, of 765, below which a pixel that is kept may be taken for a tinted one. */
const ALIKE = 260;
/** How much a tint loses by them: where they are as many as a fifth of the picture, it counts for nothing. */
const LOST_BY_ALIKE = 5;
const INNER_LINE = 255;
const OUTER_LINE = 0;
const CHANNELS = 3;

/**
 * Draws a mask over its picture: the open part is half covered with a tint, and its edge has a white line inside and a black
 * one outside, so that it shows on any picture.
 * @param pixels RGB, of the mask's size; changed in place
 * @returns the tint: red, or one that differs clearly more from what it covers
 */
export async function tintOpen(pixels: Uint8Array, mask: Mask, yieldNow: YieldNow): Promise<Tint> {
  const { width, height, data } = mask;
  const tint = await tintFor(pixels, mask, yieldNow);
  const colour = TINTS[tint];
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
        pixels[i * CHANNELS + c] = value + ((colour[c] ?? 0) - value) * strength + 0.5;
      }
    }
  });
  return tint;
}

/**
 * The tint that differs most from the pixels that it covers, and that the kept ones look least like: a corner of a red flag
 * that is kept beside a red tint is not seen. A previous one where another is hardly better.
 */
async function tintFor(pixels: Uint8Array, { width, height, data }: Mask, yieldNow: YieldNow): Promise<Tint> {
  const names = Object.keys(TINTS) as readonly Tint[];
  const sums = names.map(() => 0);
  const alike = names.map(() => 0);
  await inBands(height, width * CHANNELS, yieldNow, (from, to) => {
    for (const [k, name] of names.entries()) {
      const [difference, kept] = differenceIn(from * width, to * width, name);
      sums[k] = (sums[k] ?? 0) + difference;
      alike[k] = (alike[k] ?? 0) + kept;
    }
  });
  const worth = sums.map((sum, k) => sum * Math.max(0, 1 - (LOST_BY_ALIKE * (alike[k] ?? 0)) / data.length));
  let best = 0;
  for (const [k, value] of worth.entries()) if (value > (worth[best] ?? 0) * CLEARLY) best = k;
  return names[best] ?? 'red';

  function differenceIn(from: number, to: number, name: Tint): readonly [difference: number, alike: number] {
    const [red, green, blue] = TINTS[name];
    let [sum, kept] = [0, 0];
    for (let i = from; i < to; i++) {
      const at = i * CHANNELS;
      const difference =
        Math.abs((pixels[at] ?? 0) - red) +
        Math.abs((pixels[at + 1] ?? 0) - green) +
        Math.abs((pixels[at + 2] ?? 0) - blue);
      if ((data[i] ?? 0) >= HALF_OPEN) sum += difference;
      else if (difference < ALIKE) kept += 1;
    }
    return [sum, kept];
  }
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
