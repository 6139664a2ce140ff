import type { Placement } from '../../firefly/contract/expand-images.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { type Insets, placeByInsets } from './inset-box.ts';
import { type Pair, reduced, sizeName } from '../generate/sizes.ts';

/** Most pixels of a side (OpenAPI `ExpandImageRequestV3.size`: "maximum 3999px by 3999px"). */
export const LONGEST_SIDE = 3999;

/** What an expansion is asked for. Not all of it goes together: see `checkExpansion`. */
export interface ExpansionArguments {
  readonly size?: Pair | undefined;
  readonly ratio?: Pair | undefined;
  readonly align_horizontal?: 'left' | 'center' | 'right' | undefined;
  readonly align_vertical?: 'top' | 'center' | 'bottom' | undefined;
  readonly insets: Insets;
}

/** What to ask Adobe for. */
export interface Expansion {
  /** Pixels of the result. */
  readonly size: Pair;
  /** Pixels of the picture within it: the copy has to be scaled to these where it has others. */
  readonly picture: Pair;
  readonly placement: Placement | undefined;
}

/**
 * Where a picture goes in which size. It keeps its own pixels wherever they fit; Adobe says that it scales pictures and
 * not how, so a picture that is too large, or that insets give another size, is scaled here.
 * @throws Problem `invalid_argument`, `nothing_to_expand`
 */
export function planExpansion(picture: Pair, wish: ExpansionArguments): Expansion {
  const size = targetOf(picture, wish);
  if (hasInsets(wish)) {
    const { box, insets } = placeByInsets(picture, size, wish.insets);
    requireNew(box, size);
    return { size, picture: box, placement: { inset: insets } };
  }
  const fitted = fitInto(picture, size);
  requireNew(fitted, size);
  return { size, picture: fitted, placement: alignmentOf(wish) };
}

/** Whether any inset is given. */
export function hasInsets({ insets }: Pick<ExpansionArguments, 'insets'>): boolean {
  return Object.values(insets).some((inset) => inset !== undefined);
}

/** Alignment as Adobe takes it; undefined where it is left to its default, the centre. */
export function alignmentOf({ align_horizontal, align_vertical }: ExpansionArguments): Placement | undefined {
  if (align_horizontal === undefined && align_vertical === undefined) return undefined;
  return { alignment: { horizontal: align_horizontal, vertical: align_vertical } };
}

function targetOf(picture: Pair, { size, ratio, insets }: ExpansionArguments): Pair {
  if (size !== undefined) return size;
  if (ratio !== undefined) return smallestOfRatio(picture, ratio);
  const { left = 0, right = 0, top = 0, bottom = 0 } = insets;
  const around = { width: picture.width + left + right, height: picture.height + top + bottom };
  if (around.width <= LONGEST_SIDE && around.height <= LONGEST_SIDE) return around;
  throw invalidArgument(
    `With these insets the result would have ${sizeName(around)} pixels; ${LONGEST_SIDE} a side is the most.`,
    `The picture has ${sizeName(picture)}. Give smaller insets, or add size, such as "${sizeName(fitInto(around, { width: LONGEST_SIDE, height: LONGEST_SIDE }))}", and insets on one side only: the picture is then scaled to fit.`,
  );
}

/** Up to here the ratio is kept to the pixel; odder ones would overshoot by far. */
const SIMPLE_RATIO = 50;

/**
 * The smallest size of a ratio that holds the picture; where that would be over 3999 a side, the largest that is not.
 * @throws Problem `invalid_argument` for a ratio that no size can have
 */
export function smallestOfRatio(picture: Pair, ratio: Pair): Pair {
  const [a = 1, b = 1] = reduced(ratio).split(':').map(Number);
  if (Math.max(a, b) / Math.min(a, b) > LONGEST_SIDE) {
    throw invalidArgument(`No picture has the ratio ${a}:${b}.`, 'Use for example 1:1, 4:3, 3:4, 16:9 or 9:16.');
  }
  const most = LONGEST_SIDE / Math.max(a, b);
  const needed = rounded(Math.max(picture.width / a, picture.height / b));
  if (Math.max(a, b) <= SIMPLE_RATIO) {
    const factor = Math.min(Math.ceil(needed), Math.floor(most));
    return { width: a * factor, height: b * factor };
  }
  const round = needed <= most ? Math.ceil : Math.floor;
  const side = (part: number) => Math.max(1, round(rounded(part * Math.min(needed, most))));
  return { width: side(a), height: side(b) };
}

/** Without the noise of division, by which 3.0000000000000004 would be rounded up. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** The picture at its own size, or as large as fits. */
export function fitInto(picture: Pair, size: Pair): Pair {
  const factor = Math.min(1, size.width / picture.width, size.height / picture.height);
  const side = (length: number, most: number) => Math.min(most, Math.max(1, Math.round(length * factor)));
  return { width: side(picture.width, size.width), height: side(picture.height, size.height) };
}

/** A pixel is what rounding leaves: nobody pays for that. */
function requireNew(picture: Pair, size: Pair): void {
  if (size.width - picture.width > 1 || size.height - picture.height > 1) return;
  throw invalidArgument(
    `The picture would fill ${sizeName(size)} by itself: there is nothing to expand.`,
    `It has the ratio ${reduced(picture)}. Ask for another aspect_ratio, a larger size, or give insets.`,
  );
}
