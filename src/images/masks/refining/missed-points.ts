import { placePoint } from '../drawing/place.ts';
import type { Unit } from '../drawing/shapes.ts';
import { HALF_OPEN, type Mask, type Size } from '../mask.ts';

/** Points that belong to the subject of a mask, and points that do not. */
export interface CorrectionPoints {
  readonly belongs?: readonly (readonly number[])[] | undefined;
  readonly stays?: readonly (readonly number[])[] | undefined;
  readonly unit?: Unit | undefined;
}

/** Says which pixel is in both lists; undefined where none is. */
export function contradiction(
  { belongs = [], stays = [], unit = 'percent' }: CorrectionPoints,
  picture: Size,
): string | undefined {
  const places = (points: readonly (readonly number[])[]) =>
    points.map((point) => placePoint(point, unit, picture).map(Math.floor).join());
  const left = places(stays);
  const first = places(belongs).findIndex((place) => left.includes(place));
  if (first < 0) return undefined;
  const other = left.indexOf(places(belongs)[first] ?? '');
  return `Point ${first + 1} of belongs and point ${other + 1} of stays are the same place.`;
}

/** Corrections that a mask does not follow, as sentences: a shape has its limits, and other shapes may take away. */
export function missedPoints(
  mask: Mask,
  isInverted: boolean,
  { belongs = [], stays = [], unit = 'percent' }: CorrectionPoints,
): readonly string[] {
  const missed = (name: string, points: readonly (readonly number[])[], wanted: boolean, instead: string) =>
    points.flatMap((point, i) => {
      const [x, y] = placePoint(point, unit, mask).map(Math.floor);
      const which = `Point ${i + 1} of ${name}`;
      if (!isInside(x, mask.width) || !isInside(y, mask.height)) return [`${which} is outside of the picture.`];
      const isOpen = (mask.data[y * mask.width + x] ?? 0) >= HALF_OPEN;
      return (isOpen !== isInverted) === wanted ? [] : [`${which} ${instead}`];
    });
  return [
    ...missed('belongs', belongs, true, 'is still left out: draw the shape so that it holds the point.'),
    ...missed('stays', stays, false, 'is still part of it: draw the shape so that it leaves the point out.'),
  ];
}

function isInside(place: number | undefined, side: number): place is number {
  return place !== undefined && place >= 0 && place < side;
}
