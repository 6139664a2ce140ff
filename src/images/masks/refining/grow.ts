import { HALF_OPEN, type Mask } from '../mask.ts';
import { inBands, type YieldNow } from '../pace.ts';

/** Most pixels that an area grows or shrinks by. */
export const MOST_GROWTH = 1000;

/**
 * Grows the open area by `pixels` in all directions, or shrinks it where they are negative. The distance is the Euclidean
 * one from the half-open contour: corners become round, straight edges move by exactly `pixels`. Softer pixels beyond the
 * contour keep their value. The edge of the picture is no contour: shrinking does not pull an open area away from it.
 * @param pixels whole, -1000 to 1000
 */
export async function grow(mask: Mask, pixels: number, yieldNow: YieldNow): Promise<Mask> {
  if (pixels === 0) return mask;
  const { width, height, data } = mask;
  const radius = Math.abs(pixels);
  // Shrinking the open area is growing the kept one: XOR with 255 swaps them on the way in and out.
  const swap = pixels < 0 ? 255 : 0;
  const distances = await columnDistances(mask, radius + 1, swap, yieldNow);
  const grown = new Uint8Array(data.length);
  const envelope = new Envelope(width, radius);
  await inBands(height, width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      const start = y * width;
      const row = grown.subarray(start, start + width);
      for (let x = 0; x < width; x++) row[x] = (data[start + x] ?? 0) ^ swap;
      envelope.apply(distances.subarray(start, start + width), row);
      if (swap !== 0) for (let x = 0; x < width; x++) row[x] = (row[x] ?? 0) ^ swap;
    }
  });
  return { width, height, data: grown };
}

/** For each pixel, the distance to the nearest open pixel of its column, at most `cap`; with `swap` 255 to the nearest closed one. */
export async function columnDistances(mask: Mask, cap: number, swap: number, yieldNow: YieldNow): Promise<Uint16Array> {
  const { width, height, data } = mask;
  const distances = new Uint16Array(data.length);
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) {
      const isOpen = ((data[i] ?? 0) ^ swap) >= HALF_OPEN;
      const above = i < width ? cap : (distances[i - width] ?? cap);
      distances[i] = isOpen ? 0 : above < cap ? above + 1 : cap;
    }
  });
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = (height - from) * width - 1; i >= (height - to) * width; i--) {
      const below = (distances[i + width] ?? cap) + 1;
      if (below < (distances[i] ?? 0)) distances[i] = below;
    }
  });
  return distances;
}

/**
 * The second half of an exact distance transform, for one row: the lower envelope of one parabola for each column's
 * distance (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012, section 2.1).
 */
class Envelope {
  readonly #radius: number;
  /** Columns whose parabola is part of the envelope. */
  readonly #sites: Int32Array;
  /** The x from which on each of these parabolas is the lowest. */
  readonly #starts: Float64Array;
  #count = 0;

  constructor(width: number, radius: number) {
    this.#radius = radius;
    this.#sites = new Int32Array(width);
    this.#starts = new Float64Array(width);
  }

  /** Opens the pixels of `row` within the radius; `distances` are those along the columns. */
  apply(distances: Uint16Array, row: Uint8Array): void {
    this.#count = 0;
    for (let x = 0; x < row.length; x++) {
      const distance = distances[x] ?? 0;
      if (distance > this.#radius) continue;
      if (distance === 0) row[x] = 255;
      // A pixel between open ones is the nearest one of no other pixel.
      if (distance === 0 && distances[x - 1] === 0 && distances[x + 1] === 0) continue;
      this.#push(x, distances);
    }
    for (let i = 0; i < this.#count; i++) this.#open(i, distances, row);
  }

  #push(x: number, distances: Uint16Array): void {
    const height = distances[x] ?? 0;
    let start = Number.NEGATIVE_INFINITY;
    while (this.#count > 0) {
      const site = this.#sites[this.#count - 1] ?? 0;
      const other = distances[site] ?? 0;
      start = (height * height + x * x - other * other - site * site) / (2 * (x - site));
      if (start > (this.#starts[this.#count - 1] ?? 0)) break;
      this.#count--;
      start = Number.NEGATIVE_INFINITY;
    }
    this.#sites[this.#count] = x;
    this.#starts[this.#count] = start;
    this.#count++;
  }

  /** Opens the pixels within the radius of one site that have no nearer site. */
  #open(index: number, distances: Uint16Array, row: Uint8Array): void {
    const site = this.#sites[index] ?? 0;
    const height = distances[site] ?? 0;
    const end = index + 1 < this.#count ? (this.#starts[index + 1] ?? 0) : row.length - 1;
    const reach = this.#radius + 1;
    const half = Math.floor(Math.sqrt(reach * reach - height * height));
    const from = Math.max(Math.ceil(this.#starts[index] ?? 0), site - half, 0);
    const to = Math.min(Math.floor(end), site + half, row.length - 1);
    for (let x = from; x <= to; x++) {
      const squared = (x - site) * (x - site) + height * height;
      const value = squared <= this.#radius * this.#radius ? 255 : Math.round((reach - Math.sqrt(squared)) * 255);
      if (value > (row[x] ?? 0)) row[x] = value;
    }
  }
}
