import type { Region } from '../../subject/types.ts';
import { closedMask, HALF_OPEN, type Mask, type Size } from '../mask.ts';
import { inBands, type YieldNow } from '../pace.ts';
import { edgeOffset } from './edge-offset.ts';
import { feather } from './feather.ts';
import { grow } from './grow.ts';
import { around, hangingTogether, sideOf } from './hanging-together.ts';
import { apart, partOf, wider, widenedBy, windowsAround, within, type Point } from './windows.ts';

/** Radius around a point in which a change belongs to it, as a share of the longer side, and at least in pixels. */
const [REACH, LEAST_REACH] = [0.012, 2];
/** How far the soft edge of a change goes beyond its pixels. */
const SOFT = 2;
/** Half the width of a seam that two fits of one outline leave, by how far they are usually apart, and at least in pixels. */
const [SEAM, LEAST_SEAM] = [2, 1];

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
 * nothing: else one point would pull back the whole outline. Changes are searched in windows around the points, which are
 * widened for as long as a change goes on: a correction takes the time of what it changes, not of its picture.
 */
export async function correctNear(before: Mask, fit: Mask, points: Points, yieldNow: YieldNow): Promise<Corrected> {
  const edge = await edgeOffset(before, fit, yieldNow);
  const beyond = SOFT + edge.feather;
  const reach = reachIn(before);
  const seam = Math.round(Math.min(reach, Math.max(LEAST_SEAM, SEAM * edge.deviation)));
  const afterIn = (part: Region) => edged(fit, { ...edge, points }, part, yieldNow);
  const taken = closedMask(before);
  const searched: Region[] = [];
  const take = async (from: readonly Point[], opens: boolean): Promise<number> => {
    let count = 0;
    let windows = windowsAround(from, 2 * Math.ceil(reach + seam) + sideOf(seam), before);
    while (windows.length > 0) {
      const unfinished = [];
      for (const window of apart(windows)) {
        const { part } = window;
        const change = await changeIn(partOf(before, part), await afterIn(part), opens, yieldNow);
        const { theirs, bounds } = await hangingTogether(
          change,
          placed(window.points, part),
          { seam, reach },
          yieldNow,
        );
        const next = wider(window, bounds, sideOf(seam), before);
        if (next === undefined) {
          searched.push(part);
          count += await mark(taken, theirs, part, yieldNow);
        } else unfinished.push(next);
      }
      windows = unfinished;
    }
    return count / taken.data.length;
  };
  const opened = await take(points.belongs, true);
  const closed = await take(points.stays, false);
  const data = before.data.slice();
  for (const part of searched.map((window) => widenedBy(window, beyond, before))) {
    const near = await nearTo(taken, part, beyond, yieldNow);
    const after = await afterIn(part);
    await inRows(before, part, yieldNow, (pixel, i) => {
      const [old, value] = [before.data[pixel] ?? 0, after.data[i] ?? 0];
      if (near.data[i] !== 255 || old === value) return;
      // Pixels of another change are left alone, however near.
      if (taken.data[pixel] === 255 || old >= HALF_OPEN === value >= HALF_OPEN) data[pixel] = value;
    });
  }
  return { mask: { ...before, data }, opened, closed, grow: edge.grow, feather: edge.feather };
}

/** How the edge of an earlier mask was made, and the points that correct it. */
interface Edge {
  readonly grow: number;
  readonly feather: number;
  readonly points: Points;
}

/**
 * A part of a fit, grown and softened, in which the surroundings of points are as in the fit itself: what is said of them
 * counts for more than growth.
 */
async function edged(fit: Mask, edge: Edge, part: Region, yieldNow: YieldNow): Promise<Mask> {
  const wide = widenedBy(part, Math.abs(edge.grow) + 1 + edge.feather, fit);
  const grown = await grow(partOf(fit, wide), edge.grow, yieldNow);
  const { width, height, data } = partOf(await feather(grown, edge.feather, yieldNow), within(part, wide));
  const plain = partOf(fit, part);
  const reach = reachIn(fit);
  for (const pixel of around(placed(edge.points.belongs, part), part, reach))
    data[pixel] = Math.max(data[pixel] ?? 0, plain.data[pixel] ?? 0);
  for (const pixel of around(placed(edge.points.stays, part), part, reach))
    data[pixel] = Math.min(data[pixel] ?? 0, plain.data[pixel] ?? 0);
  return { width, height, data };
}

/** 255 for each pixel that opens between two masks, or that closes. */
async function changeIn(before: Mask, after: Mask, opens: boolean, yieldNow: YieldNow): Promise<Mask> {
  const change = closedMask(before);
  await inBands(before.height, before.width, yieldNow, (from, to) => {
    for (let i = from * before.width; i < to * before.width; i++) {
      const [was, is] = [(before.data[i] ?? 0) >= HALF_OPEN, (after.data[i] ?? 0) >= HALF_OPEN];
      if (was !== opens && is === opens) change.data[i] = 255;
    }
  });
  return change;
}

/** Marks pixels of a part in a mask. @returns how many were not marked before */
async function mark(mask: Mask, marks: Mask, part: Region, yieldNow: YieldNow): Promise<number> {
  let count = 0;
  await inRows(mask, part, yieldNow, (pixel, i) => {
    if (marks.data[i] !== 255 || mask.data[pixel] === 255) return;
    mask.data[pixel] = 255;
    count += 1;
  });
  return count;
}

/** What of a part is not farther than some pixels from what a mask marks: 255 there. */
async function nearTo(mask: Mask, part: Region, pixels: number, yieldNow: YieldNow): Promise<Mask> {
  const wide = widenedBy(part, pixels + 1, mask);
  return partOf(await grow(partOf(mask, wide), pixels, yieldNow), within(part, wide));
}

/** Visits the pixels of a part: their places in the picture, and in the part. */
async function inRows(
  { width }: Size,
  part: Region,
  yieldNow: YieldNow,
  visit: (pixel: number, i: number) => void,
): Promise<void> {
  await inBands(part.height, part.width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++) {
      const start = (part.top + y) * width + part.left;
      for (let x = 0; x < part.width; x++) visit(start + x, y * part.width + x);
    }
  });
}

/** Points of a picture in the pixels of a part. */
function placed(points: readonly Point[], { left, top }: Region): readonly Point[] {
  return points.map(([x, y]) => [x - left, y - top]);
}

/** The radius around a point in which a change is its own, pixels. */
function reachIn({ width, height }: Size): number {
  return Math.max(LEAST_REACH, REACH * Math.max(width, height));
}
