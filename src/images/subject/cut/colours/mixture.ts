import { exponential, logarithm } from '../../pixels/arithmetic.ts';
import { Moments, type UpperHalf } from './moments.ts';

/** Rounds in which pixels move to the nearest mean after the splits. */
const SETTLING_ROUNDS = 4;
/** Least pixels of a part that is split, and of a component that counts. */
const [FEWEST_TO_SPLIT, FEWEST_IN_COMPONENT] = [9, 4];
/** Spread below which a part is of one colour. */
const LEAST_SPREAD = 1e-6;
/** Likelihood of a colour that fits nothing, so that no cost is infinite. */
const LEAST_LIKELIHOOD = 1e-14;
/** Numbers of a component: weight by the root of the determinant, three of the mean, six of the inverse covariance. */
const PER_COMPONENT = 10;

/** How a mixture is found. */
export interface MixtureOptions {
  /** Most components. */
  readonly components: number;
  /** Variance that each component has at least, in Lab: a flat colour is no single point. */
  readonly floor: number;
}

/**
 * A mixture of Gaussians over Lab colours. Found without random numbers: the part that spreads most is split across its
 * longest axis (Orchard and Bouman, "Color quantization of images", 1991) until there are enough.
 */
export class Mixture {
  readonly #floor: number;
  readonly #components: number;
  readonly #values: Float64Array;

  private constructor(moments: Moments, components: number, pixels: number, floor: number) {
    this.#floor = floor;
    this.#components = components;
    this.#values = new Float64Array(components * PER_COMPONENT);
    this.#take(moments, pixels);
  }

  /**
   * Finds the mixture of some pixels.
   * @param lab three numbers a pixel
   * @param pixels their indices; at least one
   */
  static of(lab: Float32Array, pixels: Int32Array, { components, floor }: MixtureOptions): Mixture {
    const moments = new Moments(components);
    const parts = split(lab, pixels, moments, components);
    return new Mixture(moments, parts, pixels.length, floor);
  }

  /** Fits the components once more, to pixels each of which counts for its likeliest component. */
  refit(lab: Float32Array, pixels: Int32Array): void {
    const moments = new Moments(this.#components);
    for (const pixel of pixels) {
      const at = pixel * 3;
      const l = lab[at] ?? 0;
      const a = lab[at + 1] ?? 0;
      const b = lab[at + 2] ?? 0;
      moments.add(this.#likeliest(l, a, b), l, a, b);
    }
    this.#take(moments, pixels.length);
  }

  /** Cost of a colour: the negative logarithm of its likelihood. */
  cost(l: number, a: number, b: number): number {
    let sum = LEAST_LIKELIHOOD;
    for (let component = 0; component < this.#components; component++) sum += this.#likelihood(component, l, a, b);
    return -logarithm(sum);
  }

  #likeliest(l: number, a: number, b: number): number {
    let best = 0;
    let most = -1;
    for (let component = 0; component < this.#components; component++) {
      const likelihood = this.#likelihood(component, l, a, b);
      if (likelihood <= most) continue;
      best = component;
      most = likelihood;
    }
    return best;
  }

  #likelihood(component: number, l: number, a: number, b: number): number {
    const values = this.#values;
    const at = component * PER_COMPONENT;
    const scale = values[at] ?? 0;
    if (scale === 0) return 0;
    const x = l - (values[at + 1] ?? 0);
    const y = a - (values[at + 2] ?? 0);
    const z = b - (values[at + 3] ?? 0);
    const squared =
      x * (x * (values[at + 4] ?? 0) + 2 * (y * (values[at + 5] ?? 0) + z * (values[at + 6] ?? 0))) +
      y * (y * (values[at + 7] ?? 0) + 2 * z * (values[at + 8] ?? 0)) +
      z * z * (values[at + 9] ?? 0);
    return scale * exponential(-squared / 2);
  }

  #take(moments: Moments, pixels: number): void {
    this.#values.fill(0);
    for (let component = 0; component < this.#components; component++) {
      const count = moments.count(component);
      if (count < FEWEST_IN_COMPONENT) continue;
      const inverse = invert(moments.covariance(component), this.#floor);
      const scale = count / pixels / Math.sqrt(inverse.determinant);
      this.#values.set([scale, ...moments.mean(component), ...inverse.values], component * PER_COMPONENT);
    }
  }
}

/** Splits pixels into parts, of which it leaves the moments. @returns the number of parts */
function split(lab: Float32Array, pixels: Int32Array, moments: Moments, most: number): number {
  const parts = new Uint8Array(pixels.length);
  moments.measure(lab, pixels, parts);
  let count = 1;
  for (; count < most; count++) {
    const widest = moments.widest(count, FEWEST_TO_SPLIT, LEAST_SPREAD);
    if (widest === undefined) break;
    const { part, axis, middle } = widest;
    for (let i = 0; i < pixels.length; i++) {
      if (parts[i] !== part) continue;
      const at = (pixels[i] ?? 0) * 3;
      const along = axis[0] * (lab[at] ?? 0) + axis[1] * (lab[at + 1] ?? 0) + axis[2] * (lab[at + 2] ?? 0);
      if (along > middle) parts[i] = count;
    }
    moments.measure(lab, pixels, parts);
  }
  for (let round = 0; round < SETTLING_ROUNDS; round++) {
    moments.assignToNearest(lab, pixels, parts, count);
    moments.measure(lab, pixels, parts);
  }
  return count;
}

/** The inverse of a matrix (its upper half) to whose diagonal `floor` is added. */
function invert([a, b, c, d, e, f]: UpperHalf, floor: number): { values: readonly number[]; determinant: number } {
  const [p, q, r] = [a + floor, d + floor, f + floor];
  const cofactors = [q * r - e * e, c * e - b * r, b * e - c * q, p * r - c * c, b * c - p * e, p * q - b * b];
  const determinant = Math.max(p * (cofactors[0] ?? 0) + b * (cofactors[1] ?? 0) + c * (cofactors[2] ?? 0), 1e-9);
  return { values: cofactors.map((cofactor) => cofactor / determinant), determinant };
}
