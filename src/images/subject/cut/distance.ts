import type { Area } from '../types.ts';

/**
 * The distance of each pixel to the nearest one of a value, in pixels: exact, in whole numbers but for the root (Meijster,
 * Roerdink and Hesselink, "A General Algorithm for Computing Distance Transforms in Linear Time", 2000). The edge of the
 * picture is no pixel of either value. Where there is no such pixel at all, distances are longer than any in the area.
 */
export function distancesTo(value: 0 | 1, { width, height, data }: Area): Float32Array {
  const far = width + height;
  const columns = new Int32Array(width * height).fill(far);
  for (let at = 0; at < columns.length; at++) {
    if (data[at] === value) columns[at] = 0;
    else if (at >= width) columns[at] = Math.min(far, (columns[at - width] ?? far) + 1);
  }
  for (let at = columns.length - width - 1; at >= 0; at--) {
    columns[at] = Math.min(columns[at] ?? far, (columns[at + width] ?? far) + 1);
  }
  const distances = new Float32Array(width * height);
  const row = new RowDistances(width);
  for (let from = 0; from < distances.length; from += width) {
    row.measure(columns.subarray(from, from + width), distances.subarray(from, from + width));
  }
  return distances;
}

/** The lower envelope of one parabola for each column of a row. */
class RowDistances {
  /** Columns whose parabola is part of the envelope, and the column from which on each of them is the lowest. */
  readonly #sites: Int32Array;
  readonly #starts: Int32Array;

  constructor(width: number) {
    this.#sites = new Int32Array(width);
    this.#starts = new Int32Array(width);
  }

  measure(columns: Int32Array, distances: Float32Array): void {
    const squared = (x: number, site: number) => (x - site) * (x - site) + (columns[site] ?? 0) * (columns[site] ?? 0);
    let last = 0;
    this.#sites[0] = 0;
    this.#starts[0] = 0;
    for (let x = 1; x < columns.length; x++) {
      while (last >= 0) {
        const start = this.#starts[last] ?? 0;
        if (squared(start, this.#sites[last] ?? 0) <= squared(start, x)) break;
        last--;
      }
      const site = this.#sites[last] ?? 0;
      const start = last < 0 ? 0 : 1 + Math.floor((squared(0, x) - squared(0, site)) / (2 * (x - site)));
      if (start >= columns.length) continue;
      last++;
      this.#sites[last] = x;
      this.#starts[last] = start;
    }
    for (let x = columns.length - 1; x >= 0; x--) {
      distances[x] = Math.sqrt(squared(x, this.#sites[last] ?? 0));
      if (x === this.#starts[last]) last--;
    }
  }
}
