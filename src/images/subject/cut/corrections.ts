import type { Size } from '../../size.ts';
import type { Corrections, PicturePoint, Region } from '../types.ts';
import { CLOSED, OPEN, UNDECIDED, type Hint } from './hint.ts';

/** Radius of the disc around a point that is certain, as a share of the longer side, and at least in pixels. */
const [CERTAIN, LEAST_CERTAIN] = [0.012, 2];
/** Radius of what leans towards the point's side, in radii of that disc. */
const NEAR = 5;
/** Distance from a point that belongs within which nothing is certain not to, as a share of the longer side. */
const REACH = 0.25;
/** Share of a leaning that is kept there. */
const KEPT = 0.5;
/** Strength of the leaning beside the disc. */
const STRENGTH = 4;

/** Points of a picture in the pixels of a working copy that shows a region of it; those outside of the region are left out. */
export function placeCorrections({ belongs, stays }: Corrections, region: Region, copy: Size): Corrections {
  const place = (points: readonly PicturePoint[]) =>
    points
      .map(([x, y]): PicturePoint => [
        ((x - region.left) * copy.width) / region.width,
        ((y - region.top) * copy.height) / region.height,
      ])
      .filter(([x, y]) => x >= 0 && y >= 0 && x < copy.width && y < copy.height);
  return { belongs: place(belongs), stays: place(stays) };
}

/**
 * The hint with points that belong to the subject and points that do not. A disc around each is certain, the later lists win
 * where discs meet, and what is around it leans to its side and is certain of no other.
 * @param corrections in the pixels of the working copy
 */
export function withCorrections(hint: Hint, { belongs, stays }: Corrections): Hint {
  if (belongs.length + stays.length === 0) return hint;
  const corrected = {
    ...hint,
    certain: hint.certain.slice(),
    guess: hint.guess.slice(),
    lean: hint.lean.slice(),
  };
  for (const point of belongs) {
    reach(corrected, hint, point);
    lean(corrected, point, OPEN);
  }
  for (const point of stays) lean(corrected, point, CLOSED);
  for (const point of belongs) mark(corrected, point, OPEN);
  for (const point of stays) mark(corrected, point, CLOSED);
  return corrected;
}

/** The pixels in which the points of a list are. */
export function pixelsOf(points: readonly PicturePoint[], { width }: Size): readonly number[] {
  return points.map(([x, y]) => Math.floor(y) * width + Math.floor(x));
}

/** Lets the subject go on around a point that belongs to it: a part is missing there, of which the point is one pixel. */
function reach(corrected: Hint, hint: Hint, point: PicturePoint): void {
  forEachAround(hint, point, REACH * Math.max(hint.width, hint.height), (pixel) => {
    if (hint.certain[pixel] !== CLOSED) return;
    if (corrected.certain[pixel] === CLOSED) corrected.lean[pixel] = KEPT * (hint.lean[pixel] ?? 0);
    corrected.certain[pixel] = UNDECIDED;
    // As surroundings they would teach them the colours of the missing part.
    corrected.guess[pixel] = 1;
  });
}

function lean(hint: Hint, point: PicturePoint, side: number): void {
  const radius = certainRadius(hint) * NEAR;
  forEachAround(hint, point, radius, (pixel, distance) => {
    const strength = STRENGTH * (1 - distance / radius);
    hint.lean[pixel] = (hint.lean[pixel] ?? 0) + (side === OPEN ? strength : -strength);
    if (hint.certain[pixel] !== side) hint.certain[pixel] = UNDECIDED;
  });
}

function mark(hint: Hint, point: PicturePoint, side: number): void {
  forEachAround(hint, point, certainRadius(hint), (pixel) => {
    hint.certain[pixel] = side;
  });
}

function certainRadius({ width, height }: Size): number {
  return Math.max(LEAST_CERTAIN, CERTAIN * Math.max(width, height));
}

function forEachAround(
  { width, height }: Size,
  [x, y]: PicturePoint,
  radius: number,
  visit: (pixel: number, distance: number) => void,
): void {
  for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius); row++) {
    for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(width, x + radius); column++) {
      const [stepX, stepY] = [column + 0.5 - x, row + 0.5 - y];
      const distance = Math.sqrt(stepX * stepX + stepY * stepY);
      if (distance <= radius) visit(row * width + column, distance);
    }
  }
}
