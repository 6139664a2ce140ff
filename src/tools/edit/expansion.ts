import type { Placement } from '../../firefly/contract/expand-images.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { type Insets, placeByInsets } from './inset-box.ts';
import { type Pair, reduced, sizeName } from '../generate/sizes.ts';

/** Most pixels of a side (OpenAPI `ExpandImageRequestV3.size`: "maximum 3999px by 3999px"). */
export const LONGEST_SIDE = 3999;

/** Size, ratio, alignment and insets; `checkExpansion` refuses combinations that exclude each other. */
export interface ExpansionArguments {
  readonly size?: Pair | undefined;
  readonly ratio?: Pair | undefined;
  readonly align_horizontal?: 'left' | 'center' | 'right' | undefined;
  readonly align_vertical?: 'top' | 'center' | 'bottom' | undefined;
  readonly insets: Insets;
}

/** Size and placement of the request to Adobe. */
export interface Expansion {
  /** Pixels of the result. */
  readonly size: Pair;
  /** Pixels of the picture within the result; a copy of another size is scaled to them. */
  readonly picture: Pair;
  readonly placement: Placement | undefined;
}

/**
 * Size of the result, and size and placement of the picture in it. The picture keeps its pixels wherever they fit. Adobe
 * scales pictures in a way that it does not document, so a picture that must change its size is scaled here.
 * @throws Problem `invalid_argument`, also where the picture would fill the result
 */
export function planExpansion(picture: Pair, expansion: ExpansionArguments): Expansion {
  const size = targetOf(picture, expansion);
  if (hasInsets(expansion)) {
    const { box, insets } = placeByInsets(picture, size, expansion.insets);
    requireNew(box, size);
    return { size, picture: box, placement: { inset: insets } };
  }
  const fitted = fitInto(picture, size);
  requireNew(fitted, size);
  return { size, picture: fitted, placement: alignmentOf(expansion) };
}

/** Whether any inset is given. */
export function hasInsets({ insets }: Pick<ExpansionArguments, 'insets'>): boolean {
  return Object.values(insets).some((inset) => inset !== undefined);
}

/** Alignment for Adobe; undefined for its default, the centre. */
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

/** Largest term of a ratio that is kept exactly; ratios with larger terms would overshoot by far. */
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

/** Removes the error of division, by which 3.0000000000000004 would be rounded up. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** The picture's own size, or the largest of its shape that fits. */
export function fitInto(picture: Pair, size: Pair): Pair {
  const factor = Math.min(1, size.width / picture.width, size.height / picture.height);
  const side = (length: number, most: number) => Math.min(most, Math.max(1, Math.round(length * factor)));
  return { width: side(picture.width, size.width), height: side(picture.height, size.height) };
}

/** One pixel of new area is the result of rounding, and not worth a paid request. */
function requireNew(picture: Pair, size: Pair): void {
  if (size.width - picture.width > 1 || size.height - picture.height > 1) return;
  throw invalidArgument(
    `The picture would fill ${sizeName(size)} by itself: there is nothing to expand.`,
    `It has the ratio ${reduced(picture)}. Ask for another aspect_ratio, a larger size, or give insets.`,
  );
}
