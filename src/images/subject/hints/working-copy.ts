import type { Size } from '../../size.ts';
import type { PicturePoint, Region, RoughShape } from '../types.ts';

/** Longer side of a working copy, pixels. */
export const WORKING_SIDE = 384;
/** Shorter side that a working copy has at least, however long and narrow the region is. */
const LEAST_SIDE = 8;
/** What of the surroundings is looked at on each side, as a share of the hint's own size. */
const SURROUNDINGS = 0.2;
/** And beyond points that belong, since a part that the hint lacks goes on behind them. */
const BEYOND_POINTS = 0.4;

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The part of a picture that is looked at for a hint, and the points that are to be within it; undefined outside of the picture. */
export function regionAround(
  { left, top, right, bottom }: Bounds,
  points: readonly PicturePoint[],
  picture: Size,
): Region | undefined {
  const [sideX, sideY] = [right - left, bottom - top];
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const least = (edge: number, side: number, places: readonly number[]) =>
    Math.min(edge - SURROUNDINGS * side, ...places.map((place) => place - BEYOND_POINTS * side));
  const most = (edge: number, side: number, places: readonly number[]) =>
    Math.max(edge + SURROUNDINGS * side, ...places.map((place) => place + BEYOND_POINTS * side));
  const region = {
    left: Math.max(0, Math.floor(least(left, sideX, xs))),
    top: Math.max(0, Math.floor(least(top, sideY, ys))),
  };
  const width = Math.min(picture.width, Math.ceil(most(right, sideX, xs))) - region.left;
  const height = Math.min(picture.height, Math.ceil(most(bottom, sideY, ys))) - region.top;
  return width > 0 && height > 0 ? { ...region, width, height } : undefined;
}

/** Size of a working copy of a region: never larger than the region itself. */
export function workingSize({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return {
    width: Math.max(Math.min(width, LEAST_SIDE), Math.round(width * scale)),
    height: Math.max(Math.min(height, LEAST_SIDE), Math.round(height * scale)),
  };
}

/** The smallest box around a shape. */
export function boundsOfShape(shape: RoughShape): Bounds {
  if ('left' in shape) return shape;
  const margin = shape.kind === 'stroke' ? shape.thickness / 2 : 0;
  const xs = shape.points.map(([x]) => x);
  const ys = shape.points.map(([, y]) => y);
  return {
    left: Math.min(...xs) - margin,
    top: Math.min(...ys) - margin,
    right: Math.max(...xs) + margin,
    bottom: Math.max(...ys) + margin,
  };
}
