import type { Size } from '../../firefly/contract/common.ts';
import type { Placement } from '../../firefly/contract/paid/expand-images.ts';
import type { Rectangle } from '../drawing/picture.ts';

/**
 * Position of the source in an expanded picture of `size`. Adobe describes `inset` as the space between the edges of
 * the result and those of the source, and `alignment` by its values only. The rest of the rule is ours:
 *
 * 1. The insets (default 0) are subtracted from the result. The source is placed in the remaining area.
 * 2. A source that fits keeps its size. A larger one is scaled down, with its ratio kept, until it fits.
 * 3. On each axis, an inset without its opposite fixes the position. Otherwise the alignment decides within the
 *    remaining area; the default is the centre. An odd pixel goes to the right and to the bottom.
 *
 * Undefined if an inset is negative or the insets leave no area.
 */
export function placementOf(source: Size, size: Size, placement: Placement = {}): Rectangle | undefined {
  const { alignment = {}, inset = {} } = placement;
  const { left, right, top, bottom } = inset;
  if ([left, right, top, bottom].some((edge) => edge !== undefined && edge < 0)) return undefined;
  const space = { width: size.width - (left ?? 0) - (right ?? 0), height: size.height - (top ?? 0) - (bottom ?? 0) };
  if (space.width < 1 || space.height < 1) return undefined;
  const scale = Math.min(1, space.width / source.width, space.height / source.height);
  const width = clamp(Math.round(source.width * scale), space.width);
  const height = clamp(Math.round(source.height * scale), space.height);
  const across = {
    before: left,
    after: right,
    free: space.width - width,
    side: SIDES[alignment.horizontal ?? 'center'],
  };
  const down = { before: top, after: bottom, free: space.height - height, side: SIDES[alignment.vertical ?? 'center'] };
  return { left: startOf(across), top: startOf(down), width, height };
}

/** Share of the free space that comes before the source. */
const SIDES = { left: 0, top: 0, center: 0.5, right: 1, bottom: 1 } as const;

interface Axis {
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Pixels that neither the insets nor the source occupy. */
  readonly free: number;
  readonly side: number;
}

function startOf({ before, after, free, side }: Axis): number {
  if (before !== undefined && after === undefined) return before;
  if (after !== undefined && before === undefined) return free;
  return (before ?? 0) + Math.floor(free * side);
}

function clamp(length: number, longest: number): number {
  return Math.min(longest, Math.max(1, length));
}
