/** Sums of a part: its count, three sums of values, six of products. */
const SUMS = 10;
/** Multiplications by the matrix until a vector points along the longest axis, near enough for a split. */
const POWER_ROUNDS = 12;

type Vector = readonly [number, number, number];
/** A symmetric matrix of three rows: its upper half, row by row. */
export type UpperHalf = readonly [number, number, number, number, number, number];

/** Count, mean and covariance of colours in several parts. */
export class Moments {
  readonly #sums: Float64Array;

  constructor(parts: number) {
    this.#sums = new Float64Array(parts * SUMS);
  }

  /** Counts a colour for a part. */
  add(part: number, l: number, a: number, b: number): void {
    const sums = this.#sums;
    const at = part * SUMS;
    sums[at] = (sums[at] ?? 0) + 1;
    sums[at + 1] = (sums[at + 1] ?? 0) + l;
    sums[at + 2] = (sums[at + 2] ?? 0) + a;
    sums[at + 3] = (sums[at + 3] ?? 0) + b;
    sums[at + 4] = (sums[at + 4] ?? 0) + l * l;
    sums[at + 5] = (sums[at + 5] ?? 0) + l * a;
    sums[at + 6] = (sums[at + 6] ?? 0) + l * b;
    sums[at + 7] = (sums[at + 7] ?? 0) + a * a;
    sums[at + 8] = (sums[at + 8] ?? 0) + a * b;
    sums[at + 9] = (sums[at + 9] ?? 0) + b * b;
  }

  /** Counts anew: pixel `pixels[i]` for part `parts[i]`. */
  measure(lab: Float32Array, pixels: Int32Array, parts: Uint8Array): void {
    this.#sums.fill(0);
    for (let i = 0; i < pixels.length; i++) {
      const at = (pixels[i] ?? 0) * 3;
      this.add(parts[i] ?? 0, lab[at] ?? 0, lab[at + 1] ?? 0, lab[at + 2] ?? 0);
    }
  }

  count(part: number): number {
    return this.#sums[part * SUMS] ?? 0;
  }

  mean(part: number): Vector {
    return [this.#average(part, 1), this.#average(part, 2), this.#average(part, 3)];
  }

  covariance(part: number): UpperHalf {
    const [l, a, b] = this.mean(part);
    return [
      this.#average(part, 4) - l * l,
      this.#average(part, 5) - l * a,
      this.#average(part, 6) - l * b,
      this.#average(part, 7) - a * a,
      this.#average(part, 8) - a * b,
      this.#average(part, 9) - b * b,
    ];
  }

  /** Of the first `parts` the one with the most spread, and where its longest axis is to be cut. */
  widest(
    parts: number,
    fewest: number,
    leastSpread: number,
  ): { readonly part: number; readonly axis: Vector; readonly middle: number } | undefined {
    let found: { part: number; axis: Vector; spread: number } | undefined;
    for (let part = 0; part < parts; part++) {
      const count = this.count(part);
      if (count < fewest) continue;
      const { axis, variance } = longestAxis(this.covariance(part));
      if (variance < leastSpread) continue;
      if (found === undefined || variance * count > found.spread) found = { part, axis, spread: variance * count };
    }
    if (found === undefined) return undefined;
    const [l, a, b] = this.mean(found.part);
    return { ...found, middle: found.axis[0] * l + found.axis[1] * a + found.axis[2] * b };
  }

  /** Moves each pixel to the part whose mean is nearest. */
  assignToNearest(lab: Float32Array, pixels: Int32Array, parts: Uint8Array, count: number): void {
    const means = Array.from({ length: count }, (_, part) => this.mean(part));
    for (let i = 0; i < pixels.length; i++) {
      const at = (pixels[i] ?? 0) * 3;
      let least = Infinity;
      for (let part = 0; part < count; part++) {
        const mean = means[part];
        if (mean === undefined || this.count(part) === 0) continue;
        const l = (lab[at] ?? 0) - mean[0];
        const a = (lab[at + 1] ?? 0) - mean[1];
        const b = (lab[at + 2] ?? 0) - mean[2];
        const squared = l * l + a * a + b * b;
        if (squared >= least) continue;
        least = squared;
        parts[i] = part;
      }
    }
  }

  #average(part: number, sum: number): number {
    return (this.#sums[part * SUMS + sum] ?? 0) / Math.max(this.count(part), 1);
  }
}

/** The direction in which colours spread most, and the variance along it: power iteration. */
function longestAxis([a, b, c, d, e, f]: UpperHalf): { axis: Vector; variance: number } {
  let axis: Vector = [1, 0.7, 0.4];
  let variance = 0;
  for (let round = 0; round < POWER_ROUNDS; round++) {
    const [x, y, z] = axis;
    const image: Vector = [a * x + b * y + c * z, b * x + d * y + e * z, c * x + e * y + f * z];
    variance = Math.sqrt(image[0] * image[0] + image[1] * image[1] + image[2] * image[2]);
    if (variance === 0) break;
    axis = [image[0] / variance, image[1] / variance, image[2] / variance];
  }
  return { axis, variance };
}
