import type { Area } from '../types.ts';

/** What is around a pixel: nothing of the area, nothing but the area, or some of both. */
export const [OUTSIDE, INSIDE, NEAR] = [0, 1, 2];

/** Says of each pixel what the square of `2 * reach + 1` pixels around it holds. */
export function surroundings({ width, height, data }: Area, reach: number): Uint8Array {
  const across = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) alongLine(data, y * width, 1, width, reach, across);
  const kinds = new Uint8Array(width * height);
  for (let x = 0; x < width; x++) alongLine(across, x, width, height, reach, kinds);
  return kinds;
}

/** One line of pixels, by counts of each kind in a window that moves along it. */
function alongLine(from: Uint8Array, start: number, step: number, length: number, reach: number, to: Uint8Array): void {
  const counts = [0, 0, 0];
  const count = (i: number, change: 1 | -1) => {
    if (i < 0 || i >= length) return;
    const kind = from[start + i * step] ?? OUTSIDE;
    counts[kind] = (counts[kind] ?? 0) + change;
  };
  for (let i = 0; i < reach; i++) count(i, 1);
  for (let i = 0; i < length; i++) {
    count(i + reach, 1);
    count(i - reach - 1, -1);
    const [outside = 0, inside = 0, near = 0] = counts;
    to[start + i * step] = near > 0 || (outside > 0 && inside > 0) ? NEAR : inside > 0 ? INSIDE : OUTSIDE;
  }
}
