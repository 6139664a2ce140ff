import type { Area, RgbPicture } from '../types.ts';
import { boxMean } from './box-mean.ts';

/** Numbers for each pixel: alpha is `red * r + green * g + blue * b + rest`, with colours 0 to 1. */
export const COEFFICIENTS = 4;

/** Radius of the squares in which alpha is taken to follow colours, in pixels. A wider one lets dark edges leak. */
export const RADIUS = 4;
/** Spread of colours, squared, below which a square counts as of one colour. */
const EVEN = 1e-3;

/**
 * Finds how alpha follows the colours near the edge of an area (He, Sun and Tang, "Guided image filtering", 2013), for rows
 * `from` to `to`. Only as many rows above and below are looked at as the result depends on.
 * @param target receives `COEFFICIENTS` numbers for each pixel of these rows, at their place in the picture
 */
export function guidedRows(
  picture: RgbPicture,
  area: Area,
  { from, to }: { readonly from: number; readonly to: number },
  target: Float32Array,
): void {
  const { width } = picture;
  const top = Math.max(0, from - 2 * RADIUS);
  const height = Math.min(picture.height, to + 2 * RADIUS) - top;
  const begin = top * width;
  const pixels = width * height;
  const [red, green, blue] = coloursOf(picture, begin, pixels);
  const alpha = Float32Array.from(area.data.subarray(begin, begin + pixels));
  const product = (a: Float32Array, b: Float32Array) => a.map((value, i) => value * (b[i] ?? 0));
  const squares = [
    product(red, red),
    product(red, green),
    product(red, blue),
    product(green, green),
    product(green, blue),
    product(blue, blue),
  ];
  const shared = [product(red, alpha), product(green, alpha), product(blue, alpha)];
  const means = [red, green, blue, alpha, ...shared, ...squares];
  for (const plane of means) boxMean(plane, width, height, RADIUS);
  const coefficients = solve(means, pixels);
  for (const plane of coefficients) boxMean(plane, width, height, RADIUS);
  const start = (from - top) * width;
  for (const [k, plane] of coefficients.entries()) {
    for (let i = 0; i < (to - from) * width; i++) target[(from * width + i) * COEFFICIENTS + k] = plane[start + i] ?? 0;
  }
}

function coloursOf({ data }: RgbPicture, begin: number, pixels: number): [Float32Array, Float32Array, Float32Array] {
  const channel = (c: number) =>
    Float32Array.from({ length: pixels }, (_, i) => (data[(begin + i) * 3 + c] ?? 0) / 255);
  return [channel(0), channel(1), channel(2)];
}

/** Solves, for each square, the three equations that make alpha follow colours best. */
function solve(means: readonly Float32Array[], pixels: number): readonly Float32Array[] {
  const byRed = new Float32Array(pixels);
  const byGreen = new Float32Array(pixels);
  const byBlue = new Float32Array(pixels);
  const rest = new Float32Array(pixels);
  const mean = (k: number, i: number) => means[k]?.[i] ?? 0;
  for (let i = 0; i < pixels; i++) {
    const [r, g, b, alpha] = [mean(0, i), mean(1, i), mean(2, i), mean(3, i)];
    const withRed = mean(4, i) - r * alpha;
    const withGreen = mean(5, i) - g * alpha;
    const withBlue = mean(6, i) - b * alpha;
    // The covariance of colours in the square, a symmetric matrix, and its cofactors.
    const rr = mean(7, i) - r * r + EVEN;
    const rg = mean(8, i) - r * g;
    const rb = mean(9, i) - r * b;
    const gg = mean(10, i) - g * g + EVEN;
    const gb = mean(11, i) - g * b;
    const bb = mean(12, i) - b * b + EVEN;
    const cofactorRR = gg * bb - gb * gb;
    const cofactorRG = gb * rb - rg * bb;
    const cofactorRB = rg * gb - gg * rb;
    const cofactorGG = rr * bb - rb * rb;
    const cofactorGB = rg * rb - rr * gb;
    const cofactorBB = rr * gg - rg * rg;
    const determinant = rr * cofactorRR + rg * cofactorRG + rb * cofactorRB;
    const x = (cofactorRR * withRed + cofactorRG * withGreen + cofactorRB * withBlue) / determinant;
    const y = (cofactorRG * withRed + cofactorGG * withGreen + cofactorGB * withBlue) / determinant;
    const z = (cofactorRB * withRed + cofactorGB * withGreen + cofactorBB * withBlue) / determinant;
    byRed[i] = x;
    byGreen[i] = y;
    byBlue[i] = z;
    rest[i] = alpha - x * r - y * g - z * b;
  }
  return [byRed, byGreen, byBlue, rest];
}
