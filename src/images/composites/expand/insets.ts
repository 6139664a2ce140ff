import { Problem } from '../../../shared/errors.ts';
import { inPixels, type Size } from '../../masks/mask.ts';
import { lowestTerms } from '../box.ts';

export type Side = 'left' | 'top' | 'right' | 'bottom';
/** Room around a picture, whole pixels on each side. */
export type Room = Readonly<Record<Side, number>>;
/** Room that is given for some sides; the others are worked out. */
export type GivenRoom = Readonly<Record<Side, number | undefined>>;

/**
 * Room for a result of exactly this size. Sides that are not given share what is left evenly.
 * @throws Problem `invalid_argument` where the size is smaller than the picture with the room that is given
 */
export function growingTo(size: Size, picture: Size, given: GivenRoom): Room {
  const across = share(size.width - picture.width, given.left, given.right);
  const down = share(size.height - picture.height, given.top, given.bottom);
  if (across !== undefined && down !== undefined) return room(across, down);
  throw new Problem('invalid_argument', `A size of ${inPixels(size)} does not hold the picture with this room.`, {
    next: `The picture has ${inPixels(picture)} pixels: ask for a size that is larger, and leave out room on the sides.`,
  });
}

/**
 * Room for the smallest result of exactly this ratio that holds the picture with the room that is given: with one side
 * given, the other three are worked out.
 * @throws Problem `invalid_argument` where both sides of an axis are given and no result has the ratio exactly
 */
export function inRatio(ratio: Size, picture: Size, given: GivenRoom): Room {
  const { width: across, height: down } = lowestTerms(ratio);
  const least = {
    width: picture.width + (given.left ?? 0) + (given.right ?? 0),
    height: picture.height + (given.top ?? 0) + (given.bottom ?? 0),
  };
  const multiple = Math.max(Math.ceil(least.width / across), Math.ceil(least.height / down));
  const size = { width: multiple * across, height: multiple * down };
  const columns = share(size.width - picture.width, given.left, given.right);
  const rows = share(size.height - picture.height, given.top, given.bottom);
  if (columns !== undefined && rows !== undefined) return room(columns, rows);
  const name = `${ratio.width}:${ratio.height}`;
  throw new Problem('invalid_argument', `With this room on both sides the result cannot be exactly ${name}.`, {
    next: 'Give aspect_ratio with room on one side; the other sides are worked out.',
  });
}

/** Divides the room of an axis between its two sides; undefined where what is given does not add up. */
function share(all: number, before: number | undefined, after: number | undefined) {
  const first = before ?? (after === undefined ? Math.floor(all / 2) : all - after);
  const second = after ?? all - first;
  return all >= 0 && first >= 0 && second >= 0 && first + second === all ? ([first, second] as const) : undefined;
}

function room([left, right]: readonly [number, number], [top, bottom]: readonly [number, number]): Room {
  return { left, top, right, bottom };
}
