import type { Size } from '../../size.ts';
import { resizeArea } from '../cut/resample.ts';
import type { Hint } from '../cut/hint.ts';
import type { Area, RoughShape } from '../types.ts';
import { boxHint } from './box-hint.ts';
import { outlineHint } from './outline-hint.ts';
import { areaOf, placeIn } from './raster.ts';

/** How far a box is off at most when its fit is tried with another one, as a share of its sides; an outline by half of it. */
const OTHER_HINT = 0.08;

/** A shape in which the subject is; outside of it nothing belongs. */
export type BoxShape = Extract<RoughShape, { readonly left: number }>;

/** What was given, in the pixels of a working copy. */
export type Given =
  | { readonly kind: 'box'; readonly shape: BoxShape }
  | {
      readonly kind: 'outline';
      readonly rough: Area;
      /** How far the outline may be wrong at least, pixels. */
      readonly least: number;
    };

/** The pixels that a hint marks. */
export function roughOf(given: Given, size: Size): Area {
  return given.kind === 'box' ? areaOf(given.shape, size) : given.rough;
}

/** What is known before colours are looked at. */
export function hintOf(given: Given, size: Size): Hint {
  return given.kind === 'box' ? boxHint(given.shape, size) : outlineHint(given.rough, given.least);
}

/**
 * The hint in a copy of another size, drawn a little smaller or larger.
 * @param sign -1 for smaller, 1 for larger
 */
export function otherHint(given: Given, size: Size, other: Size, sign: -1 | 1): Given {
  const scale = other.width / size.width;
  if (given.kind === 'outline') {
    const rough = resizeArea(given.rough, other, 1 + (sign * OTHER_HINT) / 2);
    return { kind: 'outline', rough, least: given.least * scale };
  }
  const { shape } = given;
  const [x, y] = [((shape.right - shape.left) * OTHER_HINT) / 2, ((shape.bottom - shape.top) * OTHER_HINT) / 2];
  const drawn: BoxShape = {
    kind: shape.kind,
    left: Math.max(0, shape.left - sign * x),
    top: Math.max(0, shape.top - sign * y),
    right: Math.min(size.width, shape.right + sign * x),
    bottom: Math.min(size.height, shape.bottom + sign * y),
  };
  const placed = placeIn({ left: 0, top: 0, ...size }, other, drawn);
  return { kind: 'box', shape: placed as BoxShape };
}
