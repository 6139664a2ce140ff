import { Problem } from '../../shared/errors.ts';
import { findOpenParts, type OpenParts } from '../composites/window/open-parts.ts';
import { composeMask, type ComposedMask } from '../masks/compose.ts';
import { placePoint } from '../masks/drawing/place.ts';
import type { Shape } from '../masks/drawing/shapes.ts';
import { encodeMask } from '../masks/encode.ts';
import { HALF_OPEN, type Mask, type Size } from '../masks/mask.ts';
import { maskOfSource, type MaskSource } from '../masks/mask-source.ts';
import { renderOverlay } from '../masks/overlay/overlay.ts';
import type { YieldNow } from '../masks/pace.ts';
import { unpackMask, type PackedMask } from '../masks/packed.ts';
import { invert, placeMask, type PlacedMask } from '../masks/refining/combine.ts';
import { correctNear, type Corrected } from '../masks/refining/local-correction.ts';
import { missedPoints, type CorrectionPoints } from '../masks/refining/missed-points.ts';
import { reclaimLarge } from '../reclaim.ts';

/** A subject that was found for a mask. */
export interface PackedSubject {
  readonly left: number;
  readonly top: number;
  readonly alpha: PackedMask;
  /** Index of the shape that was fitted to it; undefined where a subject was searched without a shape. */
  readonly shape: number | undefined;
}

/** A mask to make, and what is to be known of it. */
export interface ComposeOrder {
  /** Size of the picture, and so of the mask. */
  readonly picture: Size;
  /** The earlier mask, or the picture, that it begins with. */
  readonly from?: MaskSource | undefined;
  readonly subjects?: readonly PackedSubject[] | undefined;
  /** Whether what it begins with is changed near the points alone, to what was found. */
  readonly isCorrected?: boolean | undefined;
  readonly shapes?: readonly Shape[] | undefined;
  readonly invert?: boolean | undefined;
  /** Whole pixels. */
  readonly grow?: number | undefined;
  readonly feather?: number | undefined;
  readonly points?: CorrectionPoints | undefined;
  /** What a window is to be planned by, where one is. */
  readonly opened?: OpenedOrder | undefined;
  /** The picture that it is shown on, where it is shown. */
  readonly overlay?: { readonly picture: Uint8Array; readonly limits: Parameters<typeof renderOverlay>[2] } | undefined;
}

/** What a window is planned by. */
export interface OpenedOrder {
  /** The mask is used inverted. */
  readonly isInverted: boolean;
}

/** What a mask opens, as it is used. */
export interface Opened {
  readonly parts: OpenParts;
  /** The mask as it is used, as PNG; undefined where that is the mask itself. */
  readonly inverted: Uint8Array | undefined;
}

/** A mask that was made: PNG, and what was asked to be known of it. */
export interface Composed extends Omit<ComposedMask, 'mask'> {
  readonly png: Uint8Array;
  /** What a correction changed. */
  readonly change: Omit<Corrected, 'mask'> | undefined;
  /** Sentences on points that it does not follow. */
  readonly missed: readonly string[];
  readonly opened: Opened | undefined;
  readonly overlay: Awaited<ReturnType<typeof renderOverlay>> | undefined;
}

/**
 * Makes a mask in one go, so that its pixels are nowhere else.
 * @throws Problem `mask_empty`, and those of `maskOfSource`, `composeMask` and `renderOverlay`
 */
export async function composeStep(order: ComposeOrder, yieldNow: YieldNow): Promise<Composed> {
  const { picture, points = {}, overlay: shown } = order;
  const { mask, coverage, warnings, change } = await joined(order, yieldNow);
  const missed = missedPoints(mask, order.invert === true, points);
  const opened = order.opened && (await openedBy(mask, order.opened, yieldNow));
  const png = await encodeMask(mask);
  await reclaimLarge(picture);
  const overlay = shown && (await renderOverlay(shown.picture, mask, shown.limits, yieldNow));
  return { png, coverage, warnings, change, missed, opened, overlay };
}

/** What a mask opens, as it is used. */
export async function openedBy(mask: Mask, { isInverted }: OpenedOrder, yieldNow: YieldNow): Promise<Opened> {
  const used = isInverted ? await invert(mask, yieldNow) : mask;
  const parts = await findOpenParts(used, yieldNow);
  return { parts, inverted: isInverted ? await encodeMask(used) : undefined };
}

async function joined(order: ComposeOrder, yieldNow: YieldNow) {
  const { picture, shapes, invert: isInverted, grow, feather, isCorrected = false } = order;
  const from = order.from && (await maskOfSource(order.from, picture, yieldNow));
  const subjects: PlacedMask[] = [];
  const fitted = new Map<number, PlacedMask>();
  for (const { left, top, alpha, shape } of order.subjects ?? []) {
    const placed = { left, top, mask: await unpackMask(alpha) };
    if (shape === undefined) subjects.push(placed);
    else fitted.set(shape, placed);
  }
  if (order.subjects !== undefined) requireFound([...subjects, ...fitted.values()]);
  const correction = isCorrected && from ? await corrected(from, subjects, order, yieldNow) : undefined;
  const recipe = {
    picture,
    // What was corrected takes the place of the mask that it began with.
    masks: [correction?.mask ?? from].filter((mask) => mask !== undefined),
    subjects: correction === undefined ? subjects : [],
    shapes,
    fitted,
    invert: isInverted,
    grow,
    feather,
  };
  const { mask: _mask, ...change } = correction ?? {};
  return { ...(await composeMask(recipe, yieldNow)), change: correction && (change as Omit<Corrected, 'mask'>) };
}

/** The earlier mask that points correct, changed near them alone; undefined where nothing was found. */
async function corrected(
  before: Mask,
  [subject]: readonly PlacedMask[],
  { picture, points: { belongs = [], stays = [], unit = 'percent' } = {} }: ComposeOrder,
  yieldNow: YieldNow,
): Promise<Corrected | undefined> {
  if (subject === undefined) return undefined;
  const place = (points: readonly (readonly number[])[]) => points.map((point) => placePoint(point, unit, picture));
  const after = await placeMask(subject, picture, yieldNow);
  return correctNear(before, after, { belongs: place(belongs), stays: place(stays) }, yieldNow);
}

/**
 * Refuses fits of which none has found anything: the mask would be that of no fit, and inverted it would open everything.
 * @throws Problem `mask_empty`
 */
function requireFound(found: readonly PlacedMask[]): void {
  if (found.some(({ mask }) => mask.data.some((value) => value >= HALF_OPEN))) return;
  throw new Problem('mask_empty', 'Nothing was found there that stands out from what is around it.', {
    next: 'Draw a polygon of 8-16 points closely around what is meant; to take shapes as they are drawn, leave out fit.',
  });
}
