import { HALF_OPEN, type Mask } from '../mask.ts';
import { inBands, Pace, type YieldNow } from '../pace.ts';

/** A point of the picture, in its pixels. */
type Point = readonly [number, number];

/** Radius around a point in which a change belongs to it, as a share of the longer side, and at least in pixels. */
const [REACH, LEAST_REACH] = [0.012, 2];
/** How far the soft edge of a change goes beyond its pixels. */
const SOFT = 2;

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
}

/**
 * An earlier mask with the changes of a later one that hang together with a point: what opened around points that belong,
 * what closed around points that stay. All else is as it was, since a person who names a point means what is there.
 */
export async function correctNear(before: Mask, after: Mask, points: Points, yieldNow: YieldNow): Promise<Corrected> {
  const { width, height } = before;
  const data = before.data.slice();
  const taken = new Uint8Array(data.length);
  const changed = (pixel: number, opens: boolean) =>
    (before.data[pixel] ?? 0) >= HALF_OPEN !== opens && (after.data[pixel] ?? 0) >= HALF_OPEN === opens;
  const flood = async (from: readonly Point[], opens: boolean): Promise<number> => {
    const pace = new Pace(yieldNow);
    const open = seeds(from, before).filter((pixel) => changed(pixel, opens));
    let count = 0;
    const visit = (pixel: number) => {
      if (taken[pixel] === 0 && changed(pixel, opens)) {
        taken[pixel] = 1;
        count += 1;
        open.push(pixel);
      }
    };
    for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
      visit(pixel);
      const x = pixel % width;
      if (x > 0) visit(pixel - 1);
      if (x < width - 1) visit(pixel + 1);
      if (pixel >= width) visit(pixel - width);
      if (pixel < width * (height - 1)) visit(pixel + width);
      const rest = pace.spend(1);
      if (rest !== undefined) await rest;
    }
    return count / data.length;
  };
  const opened = await flood(points.belongs, true);
  const closed = await flood(points.stays, false);
  const isTakenNear = (x: number, y: number) => {
    for (let row = Math.max(0, y - SOFT); row <= Math.min(height - 1, y + SOFT); row++)
      for (let column = Math.max(0, x - SOFT); column <= Math.min(width - 1, x + SOFT); column++)
        if (taken[row * width + column] === 1) return true;
    return false;
  };
  await inBands(height, width, yieldNow, (from, to) => {
    for (let y = from; y < to; y++)
      for (let x = 0; x < width; x++) {
        const pixel = y * width + x;
        if (before.data[pixel] === after.data[pixel]) continue;
        // Pixels of another change are left alone, however near.
        const isOther = changed(pixel, true) || changed(pixel, false);
        if (taken[pixel] === 1 || (!isOther && isTakenNear(x, y))) data[pixel] = after.data[pixel] ?? 0;
      }
  });
  return { mask: { width, height, data }, opened, closed };
}

/** The pixels around points in which a change is theirs. */
function seeds(points: readonly Point[], { width, height }: Mask): number[] {
  const radius = Math.max(LEAST_REACH, REACH * Math.max(width, height));
  const found: number[] = [];
  for (const [x, y] of points) {
    for (let row = Math.max(0, Math.ceil(y - radius)); row < Math.min(height, y + radius); row++)
      for (let column = Math.max(0, Math.ceil(x - radius)); column < Math.min(width, x + radius); column++)
        if ((column - x) ** 2 + (row - y) ** 2 <= radius ** 2) found.push(row * width + column);
  }
  return found;
}
