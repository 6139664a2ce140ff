import { closedMask, HALF_OPEN, type Mask, type Size } from '../mask.ts';
import { inBands, Pace, type YieldNow } from '../pace.ts';
import { grow } from './grow.ts';
import type { Bounds, Point } from './windows.ts';

/** How far what was thinned by 1 pixel is widened again: the corners of a rectangle come back. */
const WIDENING = 1.5;

/** What of a change hangs together with points. */
export interface Hanging {
  /** 255 for each pixel of it. */
  readonly theirs: Mask;
  /** How far the search went; undefined where nothing but the points' own surroundings changes. */
  readonly bounds: Bounds | undefined;
}

/** How near to the side of a part a search may come: there what is outside of the part would count. */
export function sideOf(seam: number): number {
  return widening(seam) + 1;
}

/**
 * The part of a change that is near points, and what hangs together with it by more than a seam.
 * @param change 255 for each pixel that changes
 * @param how.seam half the width of a seam, whole pixels
 * @param how.reach radius around a point in which a change is its own, pixels
 */
export async function hangingTogether(
  change: Mask,
  points: readonly Point[],
  { seam, reach }: { readonly seam: number; readonly reach: number },
  yieldNow: YieldNow,
): Promise<Hanging> {
  const { width, height } = change;
  const isChanged = (pixel: number) => change.data[pixel] === 255;
  const own = points.map((point) => around([point], change, reach).filter(isChanged));
  const named = points.filter((_, i) => (own[i] ?? []).length > 0);
  const thick = await grow(change, -seam, yieldNow);
  const reached = closedMask(change);
  const pace = new Pace(yieldNow);
  const open: number[] = [];
  const visit = (pixel: number) => {
    if (reached.data[pixel] === 255 || (thick.data[pixel] ?? 0) < HALF_OPEN) return;
    reached.data[pixel] = 255;
    open.push(pixel);
  };
  for (const pixel of around(named, change, reach + seam)) visit(pixel);
  const bounds = { left: width, top: height, right: 0, bottom: 0 };
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    const x = pixel % width;
    const y = (pixel - x) / width;
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x + 1);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y + 1);
    if (x > 0) visit(pixel - 1);
    if (x < width - 1) visit(pixel + 1);
    if (y > 0) visit(pixel - width);
    if (y < height - 1) visit(pixel + width);
    const rest = pace.spend(1);
    if (rest !== undefined) await rest;
  }
  const theirs = await grow(reached, widening(seam), yieldNow);
  for (const pixel of own.flat()) theirs.data[pixel] = 255;
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) if (!isChanged(i)) theirs.data[i] = 0;
  });
  return { theirs, bounds: bounds.right === 0 ? undefined : bounds };
}

/** The pixels within a radius of points. */
export function around(points: readonly Point[], { width, height }: Size, radius: number): number[] {
  const found: number[] = [];
  for (const [x, y] of points) {
    for (let row = Math.max(0, Math.ceil(y - radius)); row < Math.min(height, y + radius); row++)
      for (let column = Math.max(0, Math.ceil(x - radius)); column < Math.min(width, x + radius); column++)
        if ((column - x) ** 2 + (row - y) ** 2 <= radius ** 2) found.push(row * width + column);
  }
  return found;
}

function widening(seam: number): number {
  return Math.ceil(WIDENING * seam) + 1;
}
