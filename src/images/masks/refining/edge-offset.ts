import { HALF_OPEN, type Mask } from '../mask.ts';
import { inBands, Pace, type YieldNow } from '../pace.ts';
import { columnDistances, MOST_GROWTH } from './grow.ts';
import { WIDEST_FEATHER } from './feather.ts';

/** Most pixels of a contour that are measured. */
const MOST_SAMPLES = 4000;
/** Distances that count as alike, as a share of the picture's longer side, and at least in pixels. */
const [ALIKE, LEAST_ALIKE] = [0.002, 1];
/** Area under `v(1 - v)` across an edge that a Gaussian of 1 pixel has softened: 1 by the root of pi. */
const SOFTNESS_OF_A_PIXEL = 0.5642;

/** How far the contour of one mask runs outside of that of another, for most of its length. */
export interface Offset {
  /** Whole pixels; negative where it runs inside. */
  readonly grow: number;
  /** By how many pixels half of the contour is off that, at least 0. */
  readonly deviation: number;
}

/**
 * How far a mask was grown from what another one shows. The most frequent distance of its contour counts, not the mean:
 * where the two show different things the distance says nothing about growth.
 */
export async function offsetOf(mask: Mask, other: Mask, yieldNow: YieldNow): Promise<Offset> {
  const contour = await contourOf(mask, yieldNow);
  const sampled = everyNth(contour, Math.ceil(contour.length / MOST_SAMPLES));
  const outside = await distancesFrom(sampled, other, 0, yieldNow);
  const inside = await distancesFrom(sampled, other, 255, yieldNow);
  // The outermost open pixel is itself at a distance of 1 from the nearest closed one.
  const offsets = outside.map((distance, i) => (distance > 0 ? distance : 1 - (inside[i] ?? 1)));
  const alike = Math.max(LEAST_ALIKE, ALIKE * Math.max(mask.width, mask.height));
  const grow = mostFrequent(offsets, alike);
  const off = offsets.map((offset) => Math.abs(offset - grow)).toSorted((a, b) => a - b);
  return { grow: Math.max(-MOST_GROWTH, Math.min(MOST_GROWTH, grow)), deviation: off[off.length >> 1] ?? 0 };
}

/** The feather, whole pixels, that makes the edges of another mask as soft as those of this one; 0 where they are so already. */
export async function featherOf(mask: Mask, other: Mask, yieldNow: YieldNow): Promise<number> {
  const added = (await varianceOf(mask, yieldNow)) - (await varianceOf(other, yieldNow));
  // Three box blurs of radius r have the variance r² + r, and a feather is three of their radii.
  const radius = Math.sqrt(0.25 + Math.max(0, added)) - 0.5;
  return Math.min(WIDEST_FEATHER, Math.round(3 * radius));
}

/** The outermost open pixels; the edge of the picture is no contour. */
async function contourOf(mask: Mask, yieldNow: YieldNow): Promise<readonly number[]> {
  const { width, height, data } = mask;
  const found: number[] = [];
  const isClosed = (pixel: number) => (data[pixel] ?? 255) < HALF_OPEN;
  await inBands(height, width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++)
      for (let x = 0; x < width; x++) {
        const pixel = y * width + x;
        if (isClosed(pixel)) continue;
        const [left, right] = [x > 0 && isClosed(pixel - 1), x < width - 1 && isClosed(pixel + 1)];
        if (left || right || isClosed(pixel - width) || isClosed(pixel + width)) found.push(pixel);
      }
  });
  return found;
}

function everyNth(pixels: readonly number[], step: number): readonly number[] {
  return pixels.filter((_, i) => i % step === 0);
}

/**
 * The distances of pixels from the nearest open one of a mask, or from the nearest closed one.
 * @param swap 0 for open ones, 255 for closed ones
 */
async function distancesFrom(pixels: readonly number[], mask: Mask, swap: number, yieldNow: YieldNow) {
  const { width } = mask;
  const cap = MOST_GROWTH + 1;
  const columns = await columnDistances(mask, cap, swap, yieldNow);
  const pace = new Pace(yieldNow);
  const found: number[] = [];
  for (const pixel of pixels) {
    const x = pixel % width;
    let nearest = columns[pixel] ?? cap;
    let step = 1;
    for (; step < nearest; step++) {
      const left = x >= step ? (columns[pixel - step] ?? cap) : cap;
      const right = x + step < width ? (columns[pixel + step] ?? cap) : cap;
      const column = Math.min(left, right);
      nearest = Math.min(nearest, Math.sqrt(step * step + column * column));
    }
    found.push(nearest);
    const rest = pace.spend(step);
    if (rest !== undefined) await rest;
  }
  return found;
}

/** The whole number around which most values are, give or take `alike`. */
function mostFrequent(values: readonly number[], alike: number): number {
  const counts = new Map<number, number>();
  const reach = Math.round(alike);
  for (const value of values)
    for (let near = Math.round(value) - reach; near <= Math.round(value) + reach; near++)
      // What is nearer counts more, so that the middle of a range wins over its ends.
      counts.set(near, (counts.get(near) ?? 0) + 1 + reach - Math.abs(near - Math.round(value)));
  let best = 0;
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
}

/** How soft the edges of a mask are on average: the variance of the blur that would make them so, square pixels. */
async function varianceOf({ width, height, data }: Mask, yieldNow: YieldNow): Promise<number> {
  let [softness, length] = [0, 0];
  await inBands(height - 1, width, yieldNow, (from, to) => {
    for (let y = Math.max(1, from); y < to; y++)
      for (let pixel = y * width + 1; pixel < (y + 1) * width - 1; pixel++) {
        const value = data[pixel] ?? 0;
        const across = (data[pixel + 1] ?? 0) - (data[pixel - 1] ?? 0);
        const down = (data[pixel + width] ?? 0) - (data[pixel - width] ?? 0);
        if (value !== 0 && value !== 255) softness += (value * (255 - value)) / (255 * 255);
        if (across !== 0 || down !== 0) length += Math.sqrt(across * across + down * down) / (2 * 255);
      }
  });
  return length === 0 ? 0 : (softness / length / SOFTNESS_OF_A_PIXEL) ** 2;
}
