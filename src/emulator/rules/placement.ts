import type { Size } from '../../firefly/contract/common.ts';
import type { Placement } from '../../firefly/contract/expand-images.ts';

/** Where something lies in a picture: pixels from its top left. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where an expand puts its source in a result of `size`. Adobe describes `inset` as the space between the edges of the
 * result and those of the source, and `alignment` by its values only; the rest of the rule is ours:
 *
 * 1. The insets, 0 where absent, are taken off the result. The source has to lie in what is left.
 * 2. A source that fits there keeps its size. A larger one is scaled down to the largest that fits, its ratio kept.
 * 3. On each axis, one inset alone (its opposite absent) says where the source lies. Otherwise the alignment does,
 *    within what is left: the centre unless said. An odd pixel goes to the right and to the bottom.
 *
 * Undefined where the insets leave no room, or are negative.
 */
export function placementOf(source: Size, size: Size, placement: Placement = {}): Rectangle | undefined {
  const { alignment = {}, inset = {} } = placement;
  const { left, right, top, bottom } = inset;
  if ([left, right, top, bottom].some((edge) => edge !== undefined && edge < 0)) return undefined;
  const room = { width: size.width - (left ?? 0) - (right ?? 0), height: size.height - (top ?? 0) - (bottom ?? 0) };
  if (room.width < 1 || room.height < 1) return undefined;
  const scale = Math.min(1, room.width / source.width, room.height / source.height);
  const width = clamp(Math.round(source.width * scale), room.width);
  const height = clamp(Math.round(source.height * scale), room.height);
  const across = {
    before: left,
    after: right,
    free: room.width - width,
    side: SIDES[alignment.horizontal ?? 'center'],
  };
  const down = { before: top, after: bottom, free: room.height - height, side: SIDES[alignment.vertical ?? 'center'] };
  return { left: startOf(across), top: startOf(down), width, height };
}

/** Which share of the free room comes before the source. */
const SIDES = { left: 0, top: 0, center: 0.5, right: 1, bottom: 1 } as const;

interface Axis {
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Pixels that neither the insets nor the source take. */
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
