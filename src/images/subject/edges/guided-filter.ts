import type { Area, Region, RgbPicture } from '../types.ts';
import { boxMean } from '../pixels/box-mean.ts';

/** Numbers for each pixel: alpha is `red * r + green * g + blue * b + rest`, with colours 0 to 1. */
export const COEFFICIENTS = 4;

/** Radius of the squares in which alpha is taken to follow colours, in pixels. A wider one lets dark edges leak. */
export const RADIUS = 4;
/** Spread of colours, squared, below which a square counts as of one colour. */
const EVEN = 1e-3;

/**
 * Finds how alpha follows the colours near the edge of an area (He, Sun and Tang, "Guided image filtering", 2013), in a tile
 * of the picture. Only as much around the tile is looked at as the result depends on.
 * @param target receives `COEFFICIENTS` numbers for each pixel of the tile, at their place in the picture
 */
export function guideTile(picture: RgbPicture, area: Area, tile: Region, target: Float32Array): void {
  const left = Math.max(0, tile.left - 2 * RADIUS);
  const top = Math.max(0, tile.top - 2 * RADIUS);
  const width = Math.min(picture.width, tile.left + tile.width + 2 * RADIUS) - left;
  const height = Math.min(picture.height, tile.top + tile.height + 2 * RADIUS) - top;
  const means = productsIn(picture, area, { left, top, width, height });
  for (const plane of means) boxMean(plane, width, height, RADIUS);
  const coefficients = solve(means, width * height);
  for (const plane of coefficients) boxMean(plane, width, height, RADIUS);
  for (const [k, plane] of coefficients.entries()) {
    for (let y = tile.top; y < tile.top + tile.height; y++) {
      const from = (y - top) * width + tile.left - left;
      const to = y * picture.width + tile.left;
      for (let x = 0; x < tile.width; x++) target[(to + x) * COEFFICIENTS + k] = plane[from + x] ?? 0;
    }
  }
}

/** Colours 0 to 1, alpha, and their products two by two, in a region: the planes whose means `solve` takes. */
function productsIn(picture: RgbPicture, area: Area, { left, top, width, height }: Region): readonly Float32Array[] {
  const plane = () => new Float32Array(width * height);
  const [reds, greens, blues, alphas] = [plane(), plane(), plane(), plane()];
  const [redAlpha, greenAlpha, blueAlpha] = [plane(), plane(), plane()];
  const [redRed, redGreen, redBlue] = [plane(), plane(), plane()];
  const [greenGreen, greenBlue, blueBlue] = [plane(), plane(), plane()];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (top + y) * picture.width + left + x;
      const red = (picture.data[from * 3] ?? 0) / 255;
      const green = (picture.data[from * 3 + 1] ?? 0) / 255;
      const blue = (picture.data[from * 3 + 2] ?? 0) / 255;
      const alpha = area.data[from] ?? 0;
      const to = y * width + x;
      reds[to] = red;
      greens[to] = green;
      blues[to] = blue;
      alphas[to] = alpha;
      redAlpha[to] = red * alpha;
      greenAlpha[to] = green * alpha;
      blueAlpha[to] = blue * alpha;
      redRed[to] = red * red;
      redGreen[to] = red * green;
      redBlue[to] = red * blue;
      greenGreen[to] = green * green;
      greenBlue[to] = green * blue;
      blueBlue[to] = blue * blue;
    }
  }
  const withAlpha = [redAlpha, greenAlpha, blueAlpha];
  return [reds, greens, blues, alphas, ...withAlpha, redRed, redGreen, redBlue, greenGreen, greenBlue, blueBlue];
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
