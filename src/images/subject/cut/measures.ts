import type { Area } from '../types.ts';

/** Pixels of an area. */
export function sizeOf({ data }: Area): number {
  let size = 0;
  for (const value of data) size += value;
  return size;
}

/** Pixels that two areas share, as a share of those that either has: 1 where they are equal, also where both are empty. */
export function overlap(area: Area, other: Area): number {
  let [shared, either] = [0, 0];
  for (let pixel = 0; pixel < area.data.length; pixel++) {
    const value = area.data[pixel] ?? 0;
    const others = other.data[pixel] ?? 0;
    shared += value & others;
    either += value | others;
  }
  return either === 0 ? 1 : shared / either;
}

/**
 * Left, top, right and bottom of an area, or of what a mask opens, the last two behind its last pixel; undefined where it is
 * empty.
 * @param least value of a pixel that is inside
 */
export function boundsOf({ width, height, data }: Area, least = 1) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    let first = 0;
    while (first < width && (row[first] ?? 0) < least) first++;
    if (first === width) continue;
    // Of what is behind the bounds so far, up to the first pixel that widens them.
    let last = width - 1;
    while (last >= right && (row[last] ?? 0) < least) last--;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return bottom === 0 ? undefined : { left, top, right, bottom };
}

/** The smallest box around an area, as an area. */
export function boxOf(area: Area): Area {
  const bounds = boundsOf(area);
  const data = new Uint8Array(area.data.length);
  if (bounds === undefined) return { ...area, data };
  for (let y = bounds.top; y < bounds.bottom; y++) {
    data.fill(1, y * area.width + bounds.left, y * area.width + bounds.right);
  }
  return { ...area, data };
}
