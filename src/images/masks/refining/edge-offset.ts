import type { Region } from '../../subject/types.ts';
import { HALF_OPEN, type Mask } from '../mask.ts';
import { inBands, Pace, type YieldNow } from '../pace.ts';
import { columnDistances, grow, MOST_GROWTH } from './grow.ts';
import { WIDEST_FEATHER } from './feather.ts';
import { apart, partOf, widenedBy, windowsAround, within, type Point } from './windows.ts';

/** Most pixels of a contour in one place whose distances are measured. */
const MOST_SAMPLES = 4000;
/** Most places of a contour that are looked at, and how far around each at first, pixels. */
const [MOST_LOOKED_AT, LOOKED_AT] = [32, 48];
/** Distances that count as alike, as a share of the picture's longer side, and at least in pixels. */
const [ALIKE, LEAST_ALIKE] = [0.002, 1];
/** Area under `v(1 - v)` across an edge that a Gaussian of 1 pixel has softened: 1 by the root of pi. */
const SOFTNESS_OF_A_PIXEL = 0.5642;

/** How the edges of one mask differ from those of another. */
export interface EdgeOffset {
  /** Whole pixels by which most of its contour runs outside; negative where it runs inside. */
  readonly grow: number;
  /** By how many pixels half of the contour is off that, at least 0. */
  readonly deviation: number;
  /** Whole pixels over which the other mask, once it was grown, is to be softened to have edges as soft; 0 where they are so. */
  readonly feather: number;
}

/**
 * How far a mask was grown and softened from what another one shows. Edges are of one make, so that a sample of them tells
 * it: as far around as they are off and soft.
 */
export async function edgeOffset(mask: Mask, other: Mask, yieldNow: YieldNow): Promise<EdgeOffset> {
  const { width, height } = mask;
  const contour = everyNth(await contourOf(mask, yieldNow), MOST_LOOKED_AT);
  const sampled = contour.map((pixel): Point => [pixel % width, Math.floor(pixel / width)]);
  for (let around = LOOKED_AT; ; around *= 2) {
    const parts = apart(windowsAround(sampled, around, mask)).map(({ part }) => part);
    const offset = await offsetIn(parts, mask, other, yieldNow);
    const feather = await featherIn(parts, mask, { other, growth: offset.grow }, yieldNow);
    const seen = 2 * Math.max(Math.abs(offset.grow), offset.deviation, feather);
    if (seen <= around || around >= Math.max(width, height)) return { ...offset, feather };
  }
}

/**
 * How far a contour runs outside of that of another mask. The most frequent distance counts, not the mean: where the two show
 * different things the distance says nothing about growth.
 */
async function offsetIn(parts: readonly Region[], mask: Mask, other: Mask, yieldNow: YieldNow) {
  const offsets: number[] = [];
  for (const part of parts) {
    const contour = everyNth(await contourOf(partOf(mask, part), yieldNow), MOST_SAMPLES);
    const shown = partOf(other, part);
    const outside = await distancesFrom(contour, shown, 0, yieldNow);
    const inside = await distancesFrom(contour, shown, 255, yieldNow);
    // The outermost open pixel is itself at a distance of 1 from the nearest closed one.
    for (const [i, distance] of outside.entries()) offsets.push(distance > 0 ? distance : 1 - (inside[i] ?? 1));
  }
  const alike = Math.max(LEAST_ALIKE, ALIKE * Math.max(mask.width, mask.height));
  const growth = mostFrequent(offsets, alike);
  const off = offsets.map((offset) => Math.abs(offset - growth)).toSorted((a, b) => a - b);
  return { grow: Math.max(-MOST_GROWTH, Math.min(MOST_GROWTH, growth)), deviation: off[off.length >> 1] ?? 0 };
}

/**
 * The feather, whole pixels, that makes the edges of another mask, after it was grown, as soft as those of this one; 0 where
 * they are so already.
 */
async function featherIn(
  parts: readonly Region[],
  mask: Mask,
  { other, growth }: { readonly other: Mask; readonly growth: number },
  yieldNow: YieldNow,
): Promise<number> {
  const [own, theirs] = [new Softness(), new Softness()];
  for (const part of parts) {
    await own.add(partOf(mask, part), yieldNow);
    const wide = widenedBy(part, Math.abs(growth) + 1, mask);
    await theirs.add(partOf(await grow(partOf(other, wide), growth, yieldNow), within(part, wide)), yieldNow);
  }
  // Three box blurs of radius r have the variance r² + r, and a feather is three of their radii.
  const radius = Math.sqrt(0.25 + Math.max(0, own.variance - theirs.variance)) - 0.5;
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

/** At most so many of pixels, spread evenly. */
function everyNth(pixels: readonly number[], most: number): readonly number[] {
  const step = Math.ceil(pixels.length / most);
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

/** How soft edges are on average. */
class Softness {
  #softness = 0;
  #length = 0;

  /** Adds the edges of a mask, or of a part of one. */
  async add({ width, height, data }: Mask, yieldNow: YieldNow): Promise<void> {
    await inBands(height - 1, width, yieldNow, (from, to) => {
      for (let y = Math.max(1, from); y < to; y++)
        for (let pixel = y * width + 1; pixel < (y + 1) * width - 1; pixel++) {
          const value = data[pixel] ?? 0;
          const across = (data[pixel + 1] ?? 0) - (data[pixel - 1] ?? 0);
          const down = (data[pixel + width] ?? 0) - (data[pixel - width] ?? 0);
          if (value !== 0 && value !== 255) this.#softness += (value * (255 - value)) / (255 * 255);
          if (across !== 0 || down !== 0) this.#length += Math.sqrt(across * across + down * down) / (2 * 255);
        }
    });
  }

  /** The variance of the blur that would make them so, square pixels. */
  get variance(): number {
    return this.#length === 0 ? 0 : (this.#softness / this.#length / SOFTNESS_OF_A_PIXEL) ** 2;
  }
}
