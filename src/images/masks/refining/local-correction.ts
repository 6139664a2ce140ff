import { closedMask, HALF_OPEN, type Mask, type Size } from '../mask.ts';
import { inBands, Pace, type YieldNow } from '../pace.ts';
import { featherOf, offsetOf } from './edge-offset.ts';
import { feather } from './feather.ts';
import { grow } from './grow.ts';

/** A point of the picture, in its pixels. */
type Point = readonly [number, number];

/** Radius around a point in which a change belongs to it, as a share of the longer side, and at least in pixels. */
const [REACH, LEAST_REACH] = [0.012, 2];
/** How far the soft edge of a change goes beyond its pixels. */
const SOFT = 2;
/** Half the width of a seam that two fits of one outline leave, by how far they are usually apart, and at least in pixels. */
const [SEAM, LEAST_SEAM] = [2, 1];
/** How far what was thinned by 1 pixel is widened again: the corners of a rectangle come back. */
const WIDENING = 1.5;

/** Points of a correction, by what they say. */
export interface Points {
  readonly belongs: readonly Point[];
  readonly stays: readonly Point[];
}

/** A corrected mask, and the shares of the picture that it opens and closes anew, 0 to 1. */
export interface Corrected {
  readonly mask: Mask;
  readonly opened: number;
  readonly closed: number;
  /** What the earlier mask was grown and softened by, and the changes with it: whole pixels. */
  readonly grow: number;
  readonly feather: number;
}

/**
 * An earlier mask with the changes of a later fit that hang together with a point: what opened around points that belong,
 * what closed around points that stay. All else is as it was, since a person who names a point means what is there. The fit
 * is grown and softened as the earlier mask was, and what is no wider than the seam between two fits of one outline joins
 * nothing: else one point would pull back the whole outline.
 */
export async function correctNear(before: Mask, fit: Mask, points: Points, yieldNow: YieldNow): Promise<Corrected> {
  const { width, height } = before;
  const offset = await offsetOf(before, fit, yieldNow);
  const grown = await grow(fit, offset.grow, yieldNow);
  const softened = await featherOf(before, grown, yieldNow);
  const after = withPoints(await feather(grown, softened, yieldNow), fit, points);
  const seam = Math.round(Math.min(reachIn(before), Math.max(LEAST_SEAM, SEAM * offset.deviation)));
  const changed = (pixel: number, opens: boolean) =>
    (before.data[pixel] ?? 0) >= HALF_OPEN !== opens && (after.data[pixel] ?? 0) >= HALF_OPEN === opens;
  const taken = closedMask(before);
  const take = async (from: readonly Point[], opens: boolean): Promise<number> => {
    if (from.length === 0) return 0;
    const change = closedMask(before);
    await inBands(height, width, yieldNow, (first, end) => {
      for (let i = first * width; i < end * width; i++) if (changed(i, opens)) change.data[i] = 255;
    });
    const theirs = await hangingTogether(change, from, seam, yieldNow);
    let count = 0;
    await inBands(height, width, yieldNow, (first, end) => {
      for (let i = first * width; i < end * width; i++) {
        if (theirs.data[i] !== 255) continue;
        taken.data[i] = 255;
        count += 1;
      }
    });
    return count / taken.data.length;
  };
  const opened = await take(points.belongs, true);
  const closed = await take(points.stays, false);
  const near = await grow(taken, SOFT + softened, yieldNow);
  const data = before.data.slice();
  await inBands(height, width, yieldNow, (first, end) => {
    for (let i = first * width; i < end * width; i++) {
      if (near.data[i] !== 255 || before.data[i] === after.data[i]) continue;
      // Pixels of another change are left alone, however near.
      if (taken.data[i] === 255 || !(changed(i, true) || changed(i, false))) data[i] = after.data[i] ?? 0;
    }
  });
  return { mask: { width, height, data }, opened, closed, grow: offset.grow, feather: softened };
}

/** A grown fit in which the surroundings of points are as in the fit itself: what is said of them counts for more than growth. */
function withPoints(grown: Mask, fit: Mask, { belongs, stays }: Points): Mask {
  const data = grown.data.slice();
  for (const pixel of around(belongs, fit, reachIn(fit)))
    data[pixel] = Math.max(data[pixel] ?? 0, fit.data[pixel] ?? 0);
  for (const pixel of around(stays, fit, reachIn(fit))) data[pixel] = Math.min(data[pixel] ?? 0, fit.data[pixel] ?? 0);
  return { ...grown, data };
}

/**
 * The part of a change that is near points, and what hangs together with it by more than a seam.
 * @param change 255 for each pixel that changes
 * @param seam half the width of a seam, whole pixels
 */
async function hangingTogether(
  change: Mask,
  points: readonly Point[],
  seam: number,
  yieldNow: YieldNow,
): Promise<Mask> {
  const { width, height } = change;
  const isChanged = (pixel: number) => change.data[pixel] === 255;
  const theirs = points.map((point) => around([point], change, reachIn(change)).filter(isChanged));
  const named = points.filter((_, i) => (theirs[i] ?? []).length > 0);
  const thick = await grow(change, -seam, yieldNow);
  const reached = closedMask(change);
  const pace = new Pace(yieldNow);
  const open: number[] = [];
  const visit = (pixel: number) => {
    if (reached.data[pixel] === 255 || (thick.data[pixel] ?? 0) < HALF_OPEN) return;
    reached.data[pixel] = 255;
    open.push(pixel);
  };
  for (const pixel of around(named, change, reachIn(change) + seam)) visit(pixel);
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    const x = pixel % width;
    if (x > 0) visit(pixel - 1);
    if (x < width - 1) visit(pixel + 1);
    if (pixel >= width) visit(pixel - width);
    if (pixel < width * (height - 1)) visit(pixel + width);
    const rest = pace.spend(1);
    if (rest !== undefined) await rest;
  }
  const wide = await grow(reached, Math.ceil(WIDENING * seam) + 1, yieldNow);
  for (const pixel of theirs.flat()) wide.data[pixel] = 255;
  await inBands(height, width, yieldNow, (from, to) => {
    for (let i = from * width; i < to * width; i++) if (!isChanged(i)) wide.data[i] = 0;
  });
  return wide;
}

/** The radius around a point in which a change is its own, pixels. */
function reachIn({ width, height }: Size): number {
  return Math.max(LEAST_REACH, REACH * Math.max(width, height));
}

/** The pixels within a radius of points. */
function around(points: readonly Point[], { width, height }: Size, radius: number): number[] {
  const found: number[] = [];
  for (const [x, y] of points) {
    for (let row = Math.max(0, Math.ceil(y - radius)); row < Math.min(height, y + radius); row++)
      for (let column = Math.max(0, Math.ceil(x - radius)); column < Math.min(width, x + radius); column++)
        if ((column - x) ** 2 + (row - y) ** 2 <= radius ** 2) found.push(row * width + column);
  }
  return found;
}
