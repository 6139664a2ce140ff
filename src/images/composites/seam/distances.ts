import { HALF_OPEN } from '../../masks/mask.ts';
import { growBox, sizeOf, type Box } from '../box.ts';
import type { Layers } from './layers.ts';

/** Farthest distance that is told apart, pixels. */
const MOST = 80;
/** Steps to a neighbour and to a diagonal one, in thirds of a pixel: within 6 % of the straight distance. */
const [STRAIGHT, DIAGONAL] = [3, 4];
/** Thirds of a pixel in one pixel. */
export const THIRDS = 3;
/** Least surroundings of the open part that are looked at, pixels. */
const LEAST_SURROUNDINGS = 96;

/** Distances to the open part, within the region around it that is looked at. */
export interface Distances {
  readonly region: Box;
  readonly width: number;
  readonly height: number;
  /** Thirds of a pixel to the nearest pixel that is at least half open, at most 240; row by row of the region. */
  readonly thirds: Uint8Array;
}

/** The box around all pixels that are open in any degree; undefined where none is. */
export function boxOfOpen(mask: Uint8Array, width: number, height: number): Box | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = mask.subarray(y * width, (y + 1) * width);
    let first = 0;
    while (first < width && row[first] === 0) first++;
    if (first === width) continue;
    let last = width - 1;
    while (row[last] === 0) last--;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return bottom === 0 ? undefined : { left, top, right, bottom };
}

/** Measures distances around the open part: a chamfer transform in two passes. */
export function measureDistances({ width, height, mask }: Layers, open: Box): Distances {
  const { width: openWidth, height: openHeight } = sizeOf(open);
  const surroundings = Math.max(LEAST_SURROUNDINGS, Math.round(Math.max(openWidth, openHeight) / 8));
  const region = growBox(open, surroundings, { width, height });
  const { width: columns, height: rows } = sizeOf(region);
  const thirds = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    const from = (region.top + y) * width + region.left;
    for (let x = 0; x < columns; x++) {
      thirds[y * columns + x] = (mask[from + x] ?? 0) >= HALF_OPEN ? 0 : MOST * THIRDS;
    }
  }
  pass(thirds, columns, rows);
  thirds.reverse();
  pass(thirds, columns, rows);
  thirds.reverse();
  return { region, width: columns, height: rows, thirds };
}

/** Carries distances from the left and from above. On the reversed array: from the right and from below. */
function pass(thirds: Uint8Array, columns: number, rows: number): void {
  for (let y = 0; y < rows; y++) {
    const start = y * columns;
    for (let x = 0; x < columns; x++) {
      const at = start + x;
      let least = thirds[at] ?? 0;
      if (least === 0) continue;
      if (x > 0) least = Math.min(least, (thirds[at - 1] ?? 0) + STRAIGHT);
      if (y > 0) {
        const above = at - columns;
        least = Math.min(least, (thirds[above] ?? 0) + STRAIGHT);
        if (x > 0) least = Math.min(least, (thirds[above - 1] ?? 0) + DIAGONAL);
        if (x < columns - 1) least = Math.min(least, (thirds[above + 1] ?? 0) + DIAGONAL);
      }
      thirds[at] = least;
    }
  }
}
